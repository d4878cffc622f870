"""Who chose which option: the table that shows distractors without use and keys that are wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.model.item_figures import correlation

LETTERS = "ABCDEFGHIJ"
# A distractor that fewer choose does no work.
WORKING_SHARE = 0.05


@dataclass(frozen=True, repr=False)
class OptionStatistics:
    """How often one option was chosen, and by whom.

    `discrimination` is the correlation of choosing it with the total of the other questions: above 0 for what
    the better learners choose. None if nobody or everybody chose it, or if the others' totals are all equal.
    """

    question: str
    letter: str
    correct: bool
    learners: int
    chosen: int
    discrimination: float | None

    @property
    def share(self) -> float:
        return self.chosen / self.learners

    @property
    def idle(self) -> bool:
        """Whether it is a distractor that hardly anybody chose."""
        return not self.correct and self.share < WORKING_SHARE

    def __repr__(self) -> str:
        key = " (key)" if self.correct else ""
        who = "" if self.discrimination is None else f", discrimination {self.discrimination:+.2f}"
        return f"{self.question} {self.letter}{key}: {self.chosen} of {self.learners}{who}"


def letters_mask(letters: str | Iterable[str]) -> int:
    """The letters of one answer as a number with one bit a letter, so that a class fits into one table.

    >>> letters_mask("A"), letters_mask(["A", "C"]), letters_mask("")
    (1, 5, 0)
    """
    given = set(letters)
    if unknown := given - set(LETTERS):
        raise BadInput(f'"{min(unknown)}" is no letter of an option. Give A to {LETTERS[-1]}.')
    return sum(1 << LETTERS.index(letter) for letter in given)


def option_statistics(
    chosen: Any, keys: Sequence[int], options: Sequence[int], names: Sequence[str] = ()
) -> tuple[OptionStatistics, ...]:
    """The figures of every option, question by question.

    CHOSEN has a row a learner and a column a question; each cell, like each of KEYS, is a `letters_mask`. An
    answer is right if it is the key and nothing else. OPTIONS says how many options each question has. NAMES
    are the questions' ids; without them 1, 2, 3.

    >>> option_statistics([[1, 1], [1, 1], [2, 2], [2, 1]], keys=[1, 1], options=[2, 2])[2:]
    (2 A (key): 3 of 4, discrimination +0.58, 2 B: 1 of 4, discrimination -0.58)
    """
    import numpy as np

    table, right = np.asarray(chosen), np.asarray(keys)
    if table.ndim != 2 or not table.size or not table.shape[1] == len(right) == len(options):
        raise BadInput(
            f"Choices of shape {table.shape}, {len(right)} keys, {len(options)} option counts: no table. "
            "Give a row a learner, a column a question, and a key and a number of options a question."
        )
    scores = table == right
    totals = scores.sum(axis=1)
    names = tuple(names) or tuple(str(number) for number in range(1, len(right) + 1))
    found: list[OptionStatistics] = []
    for column, name in enumerate(names):
        rest = (totals - scores[:, column]).astype(float)
        found += _options_of(name, table[:, column], int(right[column]), options[column], rest)
    return tuple(found)


def _options_of(name: str, chosen: Any, key: int, options: int, rest: Any) -> list[OptionStatistics]:
    learners, total = len(rest), float(rest.sum())
    spread = learners * float((rest * rest).sum()) - total * total
    found = []
    for index in range(options):
        chose = (chosen & (1 << index)) != 0
        count = int(chose.sum())
        joint = learners * float(rest[chose].sum()) - count * total
        tells = correlation(joint, float(count * (learners - count)), spread)
        found.append(OptionStatistics(name, LETTERS[index], bool(key >> index & 1), learners, count, tells))
    return found


def doubtful_keys(options: Iterable[OptionStatistics]) -> tuple[str, ...]:
    """The questions in which a distractor draws the better learners more than the weakest of its keys does.

    A negative discrimination of the whole question finds the rest: see `ScoreStatistics.suspect_keys`.
    """
    by_question: dict[str, list[OptionStatistics]] = {}
    for option in options:
        by_question.setdefault(option.question, []).append(option)
    return tuple(name for name, group in by_question.items() if _is_doubtful(group))


def _is_doubtful(group: list[OptionStatistics]) -> bool:
    keys = [each.discrimination or 0.0 for each in group if each.correct]
    others = [each.discrimination or 0.0 for each in group if not each.correct]
    return bool(keys and others) and max(others) > 0 and max(others) > min(keys)
