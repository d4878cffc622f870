"""A bank large enough for three full exams, made of questions whose key is always B."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from lambda_study.quiz import Bank, Option, Question
from lambda_study.quiz.topic_file import Topic

ENOUGH = {1: 60, 2: 51, 3: 44, 4: 44}


def exam_question(id: str, *domains: int, exam: str = "DVA-C03", **fields: object) -> Question:
    """A question of exam level with the key B, its wording like that of no other."""
    words = hashlib.sha256(id.encode()).hexdigest()
    options = tuple(Option(letter, f"{letter} {words[:9]}", letter == "B", "") for letter in "ABCD")
    given = {"kind": "single", "level": "exam", "stem": words, "options": options, **fields}
    return Question(id, "made", domains=tuple((exam, each) for each in domains), **given)  # type: ignore[arg-type]


def made_bank(questions: Iterable[Question]) -> Bank:
    """A bank of one topic that holds QUESTIONS."""
    return Bank("made", (Topic("made", "Made", tuple(questions), "made.md"),))


def large_bank() -> Bank:
    """A bank with as many questions a domain as three forms of DVA-C03 need."""
    return made_bank(
        exam_question(f"d{domain}-{number}", domain)
        for domain, count in ENOUGH.items()
        for number in range(count)
    )
