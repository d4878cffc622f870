"""Exams: forms by the weights of a blueprint, never the same thing twice, the same form for the same seed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from exam_bank import exam_question, large_bank, made_bank

from lambda_study.errors import BadInput
from lambda_study.quiz import Bank
from lambda_study.quiz.blueprint import blueprint, load_blueprints, read_blueprints
from lambda_study.quiz.domains import DOMAINS
from lambda_study.quiz.exam import draw
from lambda_study.quiz.exam_result import ExamResult, Mark
from lambda_study.quiz.likeness import near_duplicates

FULL = blueprint("DVA-C03")


@pytest.fixture(scope="module")
def bank() -> Bank:
    return large_bank()


def ids(form: object) -> list[str]:
    return [question.id for question in form.questions]  # type: ignore[attr-defined]


def test_a_form_has_its_places_by_the_weights(bank: Bank) -> None:
    form = draw(FULL, bank, seed=1)
    assert Counter(form.domains) == {1: 20, 2: 17, 3: 14, 4: 14}
    assert len(set(ids(form))) == 65
    for question, domain in zip(form.questions, form.domains, strict=True):
        assert ("DVA-C03", domain) in question.domains


def test_a_seed_gives_a_form_and_gives_it_again(bank: Bank) -> None:
    turned = made_bank(reversed(bank.questions))
    assert ids(draw(FULL, bank, 7)) == ids(draw(FULL, turned, 7)) != ids(draw(FULL, bank, 8))


def test_a_form_is_the_same_in_another_program() -> None:
    program = (
        "from exam_bank import large_bank; from lambda_study.quiz.blueprint import blueprint;"
        "from lambda_study.quiz.exam import draw;"
        "print(*[q.id for q in draw(blueprint('DVA-C03'), large_bank(), 3).questions])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    assert done.stdout.split() == ids(draw(FULL, large_bank(), 3))


def test_three_forms_have_nothing_in_common(bank: Bank) -> None:
    drawn: list[str] = []
    for seed in (1, 2, 3):
        drawn += ids(draw(FULL, bank, seed, without=drawn))
    assert len(set(drawn)) == 3 * 65


def test_the_domains_of_a_form_are_mixed(bank: Bank) -> None:
    assert len(set(draw(FULL, bank, 1).domains[:12])) > 2


def test_a_bank_that_is_too_small_says_how_many_there_are(bank: Bank) -> None:
    small = made_bank(question for question in bank.questions if not question.id.startswith("d2-4"))
    drawn = ids(draw(FULL, small, 1))
    drawn += ids(draw(FULL, small, 2, without=drawn))
    with pytest.raises(BadInput) as told:
        draw(FULL, small, 3, without=drawn)
    assert "needs 65 questions; the bank has" in str(told.value)
    assert "domain 2: 6 for 17" in str(told.value) and "\n" not in str(told.value)


def test_a_question_of_two_domains_takes_the_place_that_others_cannot() -> None:
    one = replace(FULL, questions=2, weights={1: 50, 2: 50})
    for name in "abcdefgh":
        both, single = exam_question(f"{name}-both", 1, 2), exam_question(f"{name}-single", 1)
        form = draw(one, made_bank([both, single]), 1)
        assert dict(zip(ids(form), form.domains, strict=True)) == {both.id: 2, single.id: 1}


def test_only_what_the_exams_ask_is_drawn(bank: Bank) -> None:
    others = [
        exam_question("recall", 1, level="recall"),
        exam_question("number", 1, kind="numeric"),
        exam_question("other-exam", 1, exam="SAA-C03"),
    ]
    with_others = made_bank([*bank.questions, *others])
    drawn = [id for seed in (1, 2) for id in ids(draw(FULL, with_others, seed))]
    assert {"recall", "number", "other-exam"} & set(drawn) == set()


def test_near_duplicates_are_not_in_one_form() -> None:
    stem = "A company runs an AWS Lambda function with 512 MB behind Amazon API Gateway. What is cheapest?"
    twins = [
        exam_question("small", 1, stem=stem),
        exam_question("large", 1, stem=stem.replace("512", "1,024")),
        exam_question("other", 1),
    ]
    two = replace(FULL, questions=2, weights={1: 100})
    assert near_duplicates(twins) == (("small", "large"),)
    for seed in range(8):
        assert set(ids(draw(two, made_bank(twins), seed))) in ({"small", "other"}, {"large", "other"})
    with pytest.raises(BadInput, match="the bank has 2 that it can use, and 1 places stay empty"):
        draw(replace(two, questions=3), made_bank(twins), 1)


def test_questions_about_the_same_thing_in_other_words_are_no_duplicates() -> None:
    stems = ("How many times does Lambda try an asynchronous event?", "How long does Lambda keep an event?")
    assert near_duplicates([exam_question(stem, 1, stem=stem) for stem in stems]) == ()


def test_the_kits_own_bank_has_no_near_duplicates() -> None:
    from lambda_study.quiz import load_bank

    assert near_duplicates(load_bank().questions) == ()


def test_every_blueprint_names_the_domains_of_its_exam_and_its_source() -> None:
    for each in load_blueprints():
        assert sum(each.weights.values()) == 100 and len(each.weights) == len(DOMAINS[each.exam])
        assert sum(each.places.values()) == each.questions
        assert each.source.startswith("https://docs.aws.amazon.com/") and each.minutes_note


def test_an_unknown_exam_names_the_nearest() -> None:
    with pytest.raises(BadInput, match=r'No exam "DVA-C04"\. Did you mean "DVA-C03"'):
        blueprint("DVA-C04")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[form]]", "is missing"),
        ("not toml", "broken.toml: "),
        ('exam = "DVA-C03"\nweights = {1 = 99}\n[[form]]', "sum to 99. Make it 100"),
        ('exam = "DVA-C03"\nweights = {1 = 100}\n[[form]]', "do not name the 4 domains"),
        ("exam = 3\nweights = {a = 1}\n[[form]]", "broken.toml: "),
    ],
)
def test_a_malformed_blueprint_is_told_by_its_file(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "broken.toml").write_text(text)
    with pytest.raises(BadInput, match=told):
        read_blueprints(tmp_path / "broken.toml")


def result_of(right: int, of: int, full: bool = True, unanswered: int = 0) -> ExamResult:
    marks = tuple(
        Mark(f"q{n}", 1 + n % 4, () if n >= of - unanswered else ("B",), correct=n < right) for n in range(of)
    )
    return ExamResult("DVA-C03", "DVA-C03", full, 720, marks)


def test_a_result_tells_each_domain_with_an_interval() -> None:
    found = result_of(right=45, of=65, unanswered=5)
    assert [(each.number, each.correct, each.questions) for each in found.domains] == [
        (1, 12, 17),
        (2, 11, 16),
        (3, 11, 16),
        (4, 11, 16),
    ]
    said = repr(found)
    assert said.startswith("DVA-C03: 45 of 65 right, 69% (57% to 79%).\nNot answered, and so wrong: 5.")
    assert "  2 Security: 11 of 16, 69% (44% to 86%)" in said


def test_the_scaled_score_is_an_estimate_for_the_full_form_alone() -> None:
    assert result_of(45, 65).scaled == (723, 615, 812)
    assert "Estimated scaled score: 723 (615 to 812); 720 passes. An estimate:" in repr(result_of(45, 65))
    sprint = result_of(9, 10, full=False)
    assert sprint.scaled is None and "scaled" not in repr(sprint)
    assert sprint.to_json()["scaled_estimate"] is None
