"""The questions that ship: well formed, proven, and with keys that no habit of guessing finds.

CONTRIBUTING says these rules in words.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from lambda_study.quiz import Bank, load_bank
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.exam import draw
from lambda_study.quiz.lint import lint

TOPICS = load_bank().names
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "99-how-we-know.ipynb"
AGAIN = "The bank has changed. Run: python3 bootstrap.py notebooks 99-how-we-know"
PROOFS = {
    cell["id"].removesuffix("-proofs"): "".join(cell["outputs"][0]["data"]["text/plain"]).splitlines()
    for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    if cell["id"].endswith("-proofs")
}


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


def test_the_bank_has_no_fault(bank: Bank) -> None:
    assert [str(finding) for finding in lint(bank)] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_has_eight_questions_of_every_kind_and_half_at_exam_level(bank: Bank, topic: str) -> None:
    questions = bank.topic(topic)
    assert len(questions) >= 8
    assert {question.kind for question in questions} == {"single", "multiple", "numeric"}
    assert sum(question.level == "exam" for question in questions) * 2 >= len(questions)


def test_every_question_names_a_proof_and_a_source(bank: Bank) -> None:
    assert [question.id for question in bank.questions if not (question.proof and question.sources)] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_every_key_was_proven(bank: Bank, topic: str) -> None:
    """nbval runs the proofs of 99-how-we-know again, and holds their values to what is recorded there."""
    recorded = PROOFS.get(topic, [AGAIN])
    assert [f"{question.id} · {', '.join(question.key)}" for question in bank.topic(topic)] == recorded[
        1::2
    ], AGAIN
    assert f"{len(bank.topic(topic))} of {len(bank.topic(topic))} questions proven" in recorded[0]


def test_most_keys_are_run_or_calculated(bank: Bank) -> None:
    kinds = Counter(question.proof.kind for question in bank.questions if question.proof)
    assert kinds["demo"] + kinds["calc"] > kinds["fact"]


def test_no_letter_holds_more_than_its_share_of_the_keys(bank: Bank) -> None:
    letters = Counter(question.key[0] for question in bank.questions if question.kind == "single")
    assert set(letters) == set("ABCD")
    assert max(letters.values()) <= letters.total() / 3


def test_an_exam_question_does_not_ask_for_what_is_wrong(bank: Bank) -> None:
    negative = (" NOT ", " EXCEPT ", " not correct", " is false")
    assert not [question.id for question in bank.questions if any(word in question.stem for word in negative)]


def test_no_option_leans_on_another_option(bank: Bank) -> None:
    leaning = ("all of the above", "none of the above", "both a and b")
    texts = [
        (question.id, option.text.casefold()) for question in bank.questions for option in question.options
    ]
    assert not [(name, text) for name, text in texts if any(words in text for words in leaning)]


@pytest.mark.parametrize("exam", ["CLF-C02", "SAA-C03", "DVA-C03"])
def test_the_bank_has_enough_for_short_forms_of_each_exam(bank: Bank, exam: str) -> None:
    for form in (blueprint(f"{exam}-10"), blueprint(f"{exam}-20")):
        drawn = [{question.id for question in draw(form, bank, seed).questions} for seed in (1, 2, 3)]
        assert [len(ids) for ids in drawn] == [form.questions] * 3
        assert drawn[0] != drawn[1] != drawn[2]


def test_the_bank_has_three_full_forms_without_a_question_in_common(bank: Bank) -> None:
    full, drawn = blueprint("DVA-C03"), list[str]()
    for seed in (1, 2, 3):
        drawn += [question.id for question in draw(full, bank, seed, without=drawn).questions]
    assert len(set(drawn)) == 3 * full.questions
