"""Whether two questions are so alike that one gives the other away."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lambda_study.quiz.question import Question

# The share of common pieces of four letters from which on two stems count as one.
ALIKE = 0.8
PIECE = 4


class Likeness:
    """Tells whether a question is a near-duplicate of one that was kept before.

    Near-duplicates have stems of the same wording (numbers and names may differ a little), or the same
    options with the same key below stems that have much in common.
    """

    def __init__(self) -> None:
        self._kept: list[tuple[str, frozenset[str], frozenset[str]]] = []

    def keep(self, question: Question) -> None:
        """Remember QUESTION."""
        self._kept.append((question.id, pieces(question.stem), options_of(question)))

    def twin(self, question: Question) -> str:
        """The id of a kept question that QUESTION is a near-duplicate of, or nothing."""
        stem, options = pieces(question.stem), options_of(question)
        for id, kept_stem, kept_options in self._kept:
            least = ALIKE / 2 if options and options == kept_options else ALIKE
            if shared(stem, kept_stem, least) >= least:
                return id
        return ""


def near_duplicates(questions: Iterable[Question]) -> tuple[tuple[str, str], ...]:
    """The pairs of ids of near-duplicates: each question with the first one before it that it is like."""
    likeness, found = Likeness(), []
    for question in questions:
        if twin := likeness.twin(question):
            found.append((twin, question.id))
        likeness.keep(question)
    return tuple(found)


@lru_cache(maxsize=2000)
def pieces(text: str) -> frozenset[str]:
    """All pieces of four letters of TEXT, case and marks aside.

    >>> sorted(pieces("Cold?"))
    [' col', 'cold', 'old ']
    """
    plain = f" {' '.join(re.findall(r'[a-z0-9]+', text.casefold()))} "
    return frozenset(plain[start : start + PIECE] for start in range(len(plain) - PIECE + 1))


def shared(first: frozenset[str], second: frozenset[str], least: float = 0.0) -> float:
    """The share of pieces that two sets have in common, or 0 where their sizes rule out LEAST.

    >>> shared(frozenset("abc"), frozenset("bcd")), shared(frozenset("a"), frozenset("abc"), 0.5)
    (0.5, 0.0)
    """
    small, large = sorted((len(first), len(second)))
    if not small or small < least * large:
        return 0.0
    common = len(first & second)
    return common / (len(first) + len(second) - common)


def options_of(question: Question) -> frozenset[str]:
    """The options' texts and whether each is a key, whatever their order."""
    return frozenset(f"{' '.join(each.text.casefold().split())} {each.correct}" for each in question.options)
