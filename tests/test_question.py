"""A question's values: what they hold and what their reprs keep to themselves."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path

import pytest
from quiz_bank import CLEAN, NUMERIC, SEVERAL, bank_of

from lambda_study.quiz import Answer


def test_a_question_knows_its_key(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, a=CLEAN, b=SEVERAL, c=NUMERIC)
    assert [question.key for question in bank.questions] == [("B",), ("A", "B"), ("10 environments",)]


def test_a_question_cannot_be_changed(tmp_path: Path) -> None:
    question = bank_of(tmp_path, a=CLEAN).questions[0]
    with pytest.raises(FrozenInstanceError):
        question.stem = "Another"  # type: ignore[misc]


def test_the_repr_shows_a_question_and_not_its_key(tmp_path: Path) -> None:
    question = bank_of(tmp_path, a=CLEAN).questions[0]
    other_key = bank_of(
        tmp_path, a=CLEAN.replace("[x]", "[ ]").replace("- [ ] Once", "- [x] Once")
    ).questions[0]
    assert repr(question) == repr(other_key)
    assert "  B. Three times" in repr(question) and "retries" not in repr(question)


def test_the_repr_of_a_numeric_question_hides_its_number(tmp_path: Path) -> None:
    question = bank_of(tmp_path, a=NUMERIC).questions[0]
    assert "10" not in repr(question) + repr(question.answer)


def test_an_answer_is_written_with_thousands() -> None:
    assert Answer(Decimal("100000"), "GB-seconds").text == "100,000 GB-seconds"


def test_sources_and_proofs_print_as_they_are_written(tmp_path: Path) -> None:
    question = bank_of(tmp_path, a=CLEAN.replace("SAA-C03/3", "SAA-C03/3 · proof: calc `1 + 2`")).questions[0]
    assert repr(question.proof) == "calc 1 + 2"
    assert (
        repr(question.sources[0])
        == "https://docs.aws.amazon.com/lambda/latest/dg/retries.html (read 2026-11-23)"
    )
