"""Grading: letters and numbers as people type them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from quiz_bank import CLEAN, NUMERIC, SEVERAL, bank_of, changed

from lambda_study.errors import BadInput
from lambda_study.quiz import Question, grade
from lambda_study.quiz.numbers import read_number


@pytest.fixture
def single(tmp_path: Path) -> Question:
    return bank_of(tmp_path, single=CLEAN).questions[0]


@pytest.fixture
def several(tmp_path: Path) -> Question:
    return bank_of(tmp_path, several=SEVERAL).questions[0]


@pytest.fixture
def number(tmp_path: Path) -> Question:
    return bank_of(tmp_path, number=NUMERIC).questions[0]


def test_the_key_is_right_and_a_distractor_is_wrong(single: Question) -> None:
    assert grade(single, ["B"]).correct
    wrong = grade(single, ["A"])
    assert (wrong.correct, wrong.chosen, wrong.key) == (False, ("A",), ("B",))
    assert wrong.reasons["A"] == "A synchronous caller sees one run."
    assert wrong.reasons["B"] == "One run and two retries."


@pytest.mark.parametrize("typed", ["AB", "a b", "B, A", "a and b", "A;B", "a, b.", "a) b)"])
def test_letters_are_read_as_people_type_them(several: Question, typed: str) -> None:
    assert grade(several, typed).correct


def test_multiple_response_is_all_or_nothing(several: Question) -> None:
    assert not grade(several, "AC").correct
    assert not grade(several, "A", practice=False).correct
    assert not grade(several, "ABC", practice=False).correct
    assert not grade(several, "ABCDE", practice=False).correct


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "0 of 2 selected. Choose TWO."),
        ("A", "1 of 2 selected"),
        ("ABC", "3 of 2 selected"),
        ("A A", "1 of 2"),
    ],
)
def test_an_incomplete_answer_costs_nothing_in_practice(several: Question, typed: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        grade(several, typed)


def test_an_empty_answer_is_wrong_in_an_exam(single: Question, number: Question) -> None:
    for question in (single, number):
        with pytest.raises(BadInput):
            grade(question, [])
        assert grade(question, [], practice=False).correct is False


def test_a_letter_that_is_no_option_is_bad_input(single: Question) -> None:
    with pytest.raises(BadInput, match='"E" is not an option'):
        grade(single, "E", practice=False)


@pytest.mark.parametrize("typed", ["10", "10.0", " 10 environments", "10 Environment", "1e1", "+10"])
def test_a_number_is_read_as_people_type_it(number: Question, typed: str) -> None:
    assert grade(number, typed).correct


@pytest.mark.parametrize("typed", ["9", "11", "9.99", "-10", "1,000"])
def test_another_number_is_wrong(number: Question, typed: str) -> None:
    result = grade(number, [typed])
    assert (result.correct, result.key) == (False, ("10 environments",))
    assert result.reasons == {"10 environments": "20 requests per second times 0.5 s."}


@pytest.mark.parametrize(
    ("typed", "right"), [("16.65", True), ("$16.69", True), ("16.64", False), ("16.7", False)]
)
def test_a_number_within_the_tolerance_is_right(tmp_path: Path, typed: str, right: bool) -> None:
    text = changed(NUMERIC, ("= 10 environments", "= 16.67 USD ± 0.02"))
    assert grade(bank_of(tmp_path, a=text).questions[0], typed).correct is right


def test_decimals_are_good_to_half_of_the_last_one(tmp_path: Path) -> None:
    question = bank_of(tmp_path, a=changed(NUMERIC, ("= 10 environments", "= 16.67 USD"))).questions[0]
    assert grade(question, "16.6667").correct
    assert not grade(question, "16.68").correct


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1,000", "1000"), ("1_000", "1000"), ("10 000 000", "10000000"), ("1,234.5", "1234.5")],
)
def test_thousands_may_be_parted(typed: str, value: str) -> None:
    assert read_number(typed) == (Decimal(value), "")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("16,67", "decimal comma. Write the decimals after a point: 16.67"),
        ("1.000,5", "Write the decimals after a point: 1000.5"),
        ("ten", "is not a number"),
        ("1.2.3", "is not a number"),
        ("NaN", "is not a number"),
        ("", "is not a number"),
        (".", "is not a number"),
        ("10-20", "is in -20"),
        ("10 seconds", "is in seconds. Answer in environments."),
    ],
)
def test_what_is_no_number_is_told_kindly(number: Question, typed: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        grade(number, typed) if typed else read_number(typed)
