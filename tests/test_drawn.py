"""Questions that draw their numbers: the same seed gives the same ones, and the answer follows."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambda_study.cli.quiz import command
from lambda_study.proofs import prove
from lambda_study.quiz import grade, load_bank
from lambda_study.quiz.calculation import calculate
from lambda_study.quiz.drawn import drawn, variants

QUESTION = """# Draws

## busy
level: recall · domain: DVA-C03/4 · proof: calc `{{rate}} * {{ms}} / 1000`
draw: rate = 200, 1_200 · draw: ms = 250, 500, 1500
source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (read 2026-11-23)

{{rate}} requests a second take {{ms}} ms each. How many run at a time?

= 50 environments
  {{rate}} a second, {{ms}} ms each.

> From {{ms}} ms on.
"""
DRAWING = [question for question in load_bank().questions if question.draws]


def bank_of(folder: Path, text: str):
    (folder / "draws.md").write_text(text, encoding="utf-8")
    return load_bank(folder)


def test_as_written_a_question_has_the_first_of_its_numbers(tmp_path: Path) -> None:
    [question] = bank_of(tmp_path, QUESTION).questions
    assert question.stem.startswith("200 requests a second take 250 ms each.")
    assert question.answer.reason == "200 a second, 250 ms each." and question.note == "From 250 ms on."
    assert question.key == ("50 environments",)


def test_a_seed_draws_numbers_and_the_answer_follows(tmp_path: Path) -> None:
    [question] = bank_of(tmp_path, QUESTION).questions
    asked = [drawn(question, seed) for seed in range(30)]
    assert {each.answer.value for each in asked} == {50, 100, 300, 600, 1800}
    assert all("{{" not in each.stem + each.answer.reason + each.note for each in asked)
    assert any("1,200 requests" in each.stem for each in asked)
    assert all(grade(each, str(each.answer.value)).correct for each in asked)


def test_the_same_seed_draws_the_same_numbers_and_no_seed_those_of_the_file(tmp_path: Path) -> None:
    [question] = bank_of(tmp_path, QUESTION).questions
    seventh, third = drawn(question, 7), next(s for s in range(9) if drawn(question, s) != drawn(question, 7))
    assert drawn(question, 7) == seventh == drawn(drawn(question, third), 7)
    assert drawn(question, None) is question


def test_each_number_is_drawn_for_itself(tmp_path: Path) -> None:
    [question] = bank_of(tmp_path, QUESTION.replace("250, 500, 1500", "250, 500")).questions
    pairs = {tuple(re.findall(r"[\d,]+", drawn(question, seed).stem)[:2]) for seed in range(60)}
    assert pairs == {(rate, ms) for rate in ("200", "1,200") for ms in ("250", "500")}


def test_two_questions_with_the_same_numbers_draw_them_apart(tmp_path: Path) -> None:
    other = QUESTION.replace("# Draws\n", "").replace("## busy", "## busier")
    one, two = bank_of(tmp_path, QUESTION + other).questions
    assert any(drawn(one, seed).stem != drawn(two, seed).stem for seed in range(30))


def test_a_seed_means_the_same_numbers_on_every_computer(tmp_path: Path) -> None:
    """Results name the seed alone, so whoever grades them must come to the same numbers."""
    [question] = bank_of(tmp_path, QUESTION).questions
    assert [int(drawn(question, seed).answer.value) for seed in range(6)] == [50, 300, 600, 300, 100, 300]


def test_a_question_has_as_many_variants_as_its_numbers_make(tmp_path: Path) -> None:
    [question] = bank_of(tmp_path, QUESTION).questions
    assert len({variant.stem for variant in variants(question)}) == len(list(variants(question))) == 6


def test_a_question_that_draws_nothing_stays_as_it_is() -> None:
    question = next(each for each in load_bank().questions if not each.draws)
    assert drawn(question, 5) is question and not list(variants(question))


@pytest.mark.parametrize("question", DRAWING, ids=lambda question: question.id)
def test_every_variant_of_the_bank_has_the_answer_of_its_calculation(question) -> None:
    answers = [
        (variant.answer.value, Decimal(calculate(variant.proof.text))) for variant in variants(question)
    ]
    assert len(answers) >= 3 and answers[0][0] == question.answer.value
    assert all(abs(said - value) <= question.answer.tolerance for said, value in answers)


def test_several_questions_of_the_bank_draw_their_numbers() -> None:
    assert len(DRAWING) >= 4


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("rate = 200, 1_200", "rate = 200"), 'has draw "rate = 200". Write NAME = NUMBERS'),
        (("rate = 200, 1_200", "rate = 2.0.0, 1"), 'has draw "rate = 2.0.0, 1". Write NAME = NUMBERS'),
        (("take {{ms}} ms", "take {{seconds}} s"), "has a place {{seconds}} and draws no seconds."),
        ((" · draw: ms =", " · draw: pause = 1, 2 · draw: ms ="), "draws pause and has no place {{pause}}"),
        (("calc `{{rate}} * {{ms}} / 1000`", "fact memory.max"), "Give it a number as answer and a calc"),
        (("rate = 200", "rate = " + "1, " * 100 + "200"), "has more than 100 variants."),
    ],
)
def test_what_cannot_be_drawn_is_told_with_its_line(tmp_path: Path, changed, told: str) -> None:
    bank = bank_of(tmp_path, QUESTION.replace(*changed))
    assert not bank.questions
    assert any(told in str(problem) for problem in bank.problems)


def test_numbers_that_give_no_exact_answer_are_a_mismatch(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, QUESTION.replace("ms = 250, 500, 1500", "ms = 250, 333"))
    [mismatch, *_] = prove(bank).mismatches
    assert "is not exactly 67 environments. Draw numbers that give one." in str(mismatch)


def test_numbers_that_break_the_calculation_are_a_mismatch(tmp_path: Path) -> None:
    text = QUESTION.replace("/ 1000`", "/ {{by}}`").replace("· draw: ms", "· draw: by = 1000, 0 · draw: ms")
    [mismatch] = prove(bank_of(tmp_path, text.replace("ms each. How", "ms each, {{by}}. How"))).mismatches
    assert "has numbers without an answer." in str(mismatch)


def test_recorded_answers_are_graded_with_the_numbers_of_their_seed(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, QUESTION)
    asked = next(each for seed in range(9) if (each := drawn(bank.questions[0], seed)).answer.value != 50)
    seed = next(seed for seed in range(9) if drawn(bank.questions[0], seed).stem == asked.stem)
    answer = {"question": "busy", "chosen": [str(asked.answer.value)]}
    results = json.dumps({"schema": 1, "seed": seed, "answers": [answer]})
    arguments = ["draws", "--bank", str(tmp_path), "--json"]
    done = CliRunner().invoke(command, arguments, input=results, catch_exceptions=False)
    assert json.loads(done.output)["score"] == {"questions": 1, "answered": 1, "correct": 1}
