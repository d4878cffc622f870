"""A results file: raw answers, never scores. Whoever grades it uses the bank at hand.

    {"schema": 1, "learner": "ana", "form": "pricing", "seed": null, "bank_digest": "...",
     "answers": [{"question": "free-tier", "chosen": ["B"], "at": "2026-11-23T18:00:00Z", "seconds": 41}]}

Only `answers` with `question` and `chosen` are needed. `chosen` lists letters, or the text of one number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean
from lambda_study.quiz.grade import Grade, grade
from lambda_study.quiz.question import Question

SCHEMA = 1
Found = TypeVar("Found")


@dataclass(frozen=True)
class RecordedAnswer:
    """One answer of a results file; `at` and `seconds` are kept as they came."""

    question: str
    chosen: tuple[str, ...]
    at: Any = None
    seconds: Any = None


@dataclass(frozen=True)
class Results:
    """What a results file says. `bank_digest` tells with which bank the answers were given."""

    answers: tuple[RecordedAnswer, ...]
    learner: str = ""
    form: str = ""
    seed: int | None = None
    bank_digest: str | None = None


def read_results(text: str) -> Results:
    """The results in TEXT, a JSON object; what is malformed raises BadInput that names the place."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The answers are not JSON: {error}.") from error
    if not isinstance(given, Mapping) or not isinstance(given.get("answers"), list):
        raise BadInput(
            'The answers need one JSON object with "answers": [{"question": ID, "chosen": ["B"]}].'
        )
    if given.get("schema", SCHEMA) != SCHEMA:
        raise BadInput(f"schema {given['schema']!r} is not known. Write {SCHEMA}.")
    _check_whole_characters(given)
    answers = tuple(_read_answer(index, answer) for index, answer in enumerate(given["answers"]))
    return Results(
        answers,
        _read_field(given, "learner", str) or "",
        _read_field(given, "form", str) or "",
        _read_field(given, "seed", int),
        _read_field(given, "bank_digest", str),
    )


def _check_whole_characters(given: Mapping[str, Any]) -> None:
    """Raise BadInput for half a character, which JSON can write, and no file can keep."""
    try:
        json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BadInput(f"The answers hold half a character ({error.object[error.start]!a}).") from error


def _read_field(given: Mapping[str, Any], name: str, kind: type[Found]) -> Found | None:
    """The field NAME, which is of KIND if it is there."""
    found = given.get(name)
    if found is not None and (not isinstance(found, kind) or isinstance(found, bool)):
        wanted = "a text" if kind is str else "a whole number"
        raise BadInput(f"{name} is {json.dumps(found)[:40]}. Write {wanted}, or leave it out.")
    return found


def _read_answer(index: int, answer: Any) -> RecordedAnswer:
    fields = answer if isinstance(answer, Mapping) else {}
    question, chosen = fields.get("question"), fields.get("chosen")
    is_list = isinstance(chosen, list) and all(isinstance(each, str) for each in chosen)
    if not isinstance(question, str) or not is_list:
        raise BadInput(
            f'answers[{index}] needs "question": ID and "chosen": ["B"], a list of letters or of one number.'
        )
    return RecordedAnswer(question, tuple(chosen or ()), fields.get("at"), fields.get("seconds"))


def grade_results(
    questions: Sequence[Question], results: Results
) -> tuple[tuple[RecordedAnswer, Grade], ...]:
    """Each answer with its grade, in the order of RESULTS.

    An empty or incomplete answer is wrong, as in an exam. An answer to a question that is not among QUESTIONS
    raises BadInput.
    """
    known = {question.id: question for question in questions}
    graded = []
    for answer in results.answers:
        if answer.question not in known:
            near = did_you_mean(answer.question, known)
            raise BadInput(f'"{answer.question}" is not a question of this quiz.{near}')
        try:
            graded.append((answer, grade(known[answer.question], answer.chosen, practice=False)))
        except BadInput as error:
            raise BadInput(f'The answer to "{answer.question}": {error}') from error
    return tuple(graded)
