"""Numbers that a question draws: the same question with other figures, and its answer with them.

A question writes `draw: memory = 512, 1024, 2048` among its meta lines and `{{memory}}` in its stem, its
reason, its note and its calculation. As it stands in the file it has the first of each.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

from lambda_study.errors import BadInput
from lambda_study.quiz.calculation import calculate
from lambda_study.quiz.question import Answer, Draw, Proof, Question

_PLACE = re.compile(r"\{\{(\w+)\}\}")

Values = Mapping[str, Decimal]


def drawn(question: Question, seed: int | None) -> Question:
    """Return QUESTION with the numbers that SEED draws, and the answer that follows from them.

    A question that draws nothing, and any question without a SEED, is returned as it is. The same seed gives
    the same numbers, whatever else is in the bank.
    """
    if seed is None or not question.draws:
        return question
    return _with_answer(question, {draw.name: _chosen(question, draw, seed) for draw in question.draws})


def variants(question: Question) -> Iterator[Question]:
    """Yield QUESTION with every choice of its numbers; nothing if it draws none."""
    if question.draws:
        for numbers in product(*(draw.values for draw in question.draws)):
            names = (draw.name for draw in question.draws)
            yield _with_answer(question, dict(zip(names, numbers, strict=True)))


def as_written(pattern: Question) -> Question:
    """Return PATTERN with the first of its numbers in each place, and the answer as it was written."""
    if not pattern.draws:
        return pattern
    return _filled(pattern, {draw.name: draw.values[0] for draw in pattern.draws})


def places(pattern: Question) -> set[str]:
    """Return the names that PATTERN has places for."""
    parts = [pattern.stem, pattern.note, pattern.proof.text if pattern.proof else ""]
    parts += [pattern.answer.reason] if pattern.answer else []
    parts += [text for option in pattern.options for text in (option.text, option.reason)]
    return {name for text in parts for name in _PLACE.findall(text)}


def _chosen(question: Question, draw: Draw, seed: int) -> Decimal:
    """By a hash, so that it depends on the seed and the names alone, not on the Python."""
    digest = hashlib.sha256(f"{seed}/{question.id}/{draw.name}".encode()).digest()
    return draw.values[int.from_bytes(digest[:8], "big") % len(draw.values)]


def _with_answer(question: Question, values: Values) -> Question:
    filled = _filled(question.pattern or question, values)
    assert filled.answer and filled.proof
    value = calculate(filled.proof.text)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadInput(f"{filled.proof!r} gives {value!r}, which is no number.")
    return replace(filled, answer=replace(filled.answer, value=_as_precise_as(filled.answer, Decimal(value))))


def _as_precise_as(answer: Answer, value: Decimal) -> Decimal:
    places = min(0, int(answer.value.as_tuple().exponent))
    return value.quantize(Decimal(1).scaleb(places), ROUND_HALF_UP)


def _filled(pattern: Question, values: Values) -> Question:
    answer, proof = pattern.answer, pattern.proof
    return replace(
        pattern,
        stem=_shown(pattern.stem, values),
        note=_shown(pattern.note, values),
        answer=answer and replace(answer, reason=_shown(answer.reason, values)),
        proof=proof and Proof(proof.kind, _PLACE.sub(lambda place: f"{values[place[1]]:f}", proof.text)),
        pattern=pattern,
    )


def _shown(text: str, values: Values) -> str:
    return _PLACE.sub(lambda place: f"{values[place[1]]:,f}", text)
