"""The figures of one question among the others of its test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, repr=False)
class ItemStatistics:
    """How one question did.

    `difficulty` is the share that got it right, so an easy question has a high one. `discrimination` is the
    correlation of the question with the total of the *other* questions (item-rest, corrected): 1 if those who
    know the rest get it right and nobody else, below 0 if they get it wrong. `upper_lower` is the share right
    among the best 27 % less that among the weakest 27 %. `kr20_without` is the KR-20 of the others.
    """

    name: str
    learners: int
    right: int
    discrimination: float | None
    upper_lower: float | None
    kr20_without: float | None

    @property
    def difficulty(self) -> float:
        return self.right / self.learners

    @property
    def variance(self) -> float:
        return self.difficulty * (1 - self.difficulty)

    @property
    def suspect(self) -> bool:
        """Whether those who know more get it wrong more often, as with a wrong key."""
        return self.discrimination is not None and self.discrimination < 0

    @property
    def remark(self) -> str:
        """What the figures mean, where they ask for a look; else nothing."""
        if self.right in (0, self.learners):
            who = "Nobody" if self.right == 0 else "Everybody"
            return f"{who} got it right: it cannot tell who knows more."
        if self.discrimination is None:
            return "The other questions give everybody the same total: there is nothing to compare with."
        return "The better learners get it wrong. Is the key right?" if self.suspect else ""

    def __repr__(self) -> str:
        figures = [f"difficulty {self.difficulty:.2f}"]
        if self.discrimination is not None:
            figures.append(f"discrimination {self.discrimination:+.2f}")
        if self.upper_lower is not None:
            figures.append(f"upper-lower {self.upper_lower:+.2f}")
        return f"{self.name}: {', '.join(figures)}{'. ' + self.remark if self.remark else ''}"


def item_statistics(
    scores: np.ndarray, totals: np.ndarray, names: Sequence[str], tail: float
) -> tuple[ItemStatistics, ...]:
    """The figures of each column of SCORES (floats, 0 and 1), whose rows sum to TOTALS.

    Sums of zeros and ones are whole numbers, which floats hold exactly; nothing is divided before the end.
    """
    learners, count = scores.shape
    right = scores.sum(axis=0)
    joint = weighted_sums(totals, scores)
    total, squares = float(totals.sum()), float((totals * totals).sum())
    item_spread = learners * right - right * right
    spread = learners * squares - total * total
    covariance = learners * joint - right * total
    rest_spread = spread + item_spread - 2 * covariance
    rest_joint = covariance - item_spread
    difference = upper_lower(scores, totals, tail)
    all_items = float(item_spread.sum())
    columns = (right, item_spread, rest_spread, rest_joint)
    return tuple(
        ItemStatistics(
            name,
            learners,
            int(hits),
            correlation(joint_spread, own, rest),
            None if difference is None else float(each),
            _reliability_without(count, all_items - own, rest),
        )
        for name, hits, own, rest, joint_spread, each in zip(
            names,
            *(column.tolist() for column in columns),
            [0.0] * count if difference is None else difference.tolist(),
            strict=True,
        )
    )


def correlation(joint: float, first: float, second: float) -> float | None:
    """Pearson's correlation from a sum of products and two sums of squares; None if one of them is 0.

    >>> correlation(6, 4, 9), correlation(0, 0, 9)
    (1.0, None)
    """
    return joint / math.sqrt(first * second) if first > 0 and second > 0 else None


def upper_lower(scores: np.ndarray, totals: np.ndarray, tail: float) -> np.ndarray | None:
    """The share right in the best TAIL of the learners less that in the weakest, column by column.

    Learners with the same total at the edge of a group share its last places, so that the order of the rows
    says nothing. None if all totals are equal: then there is no better group.
    """
    if totals.min() == totals.max():
        return None
    size = max(1, round(tail * len(totals)))
    best, weakest = tail_weights(totals, size), tail_weights(-totals, size)
    return weighted_sums(best - weakest, scores) / size


def weighted_sums(weights: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The sum of each column of SCORES, its rows counted WEIGHTS times."""
    import numpy as np

    # Not the operator @: its threads wait for each other where other programs keep the cores busy.
    sums: np.ndarray = np.einsum("i,ij->j", weights, scores)
    return sums


def tail_weights(totals: np.ndarray, size: int) -> np.ndarray:
    """How much each learner belongs to the SIZE best: 1, 0, or an equal part of the last places."""
    import numpy as np

    edge = np.partition(totals, len(totals) - size)[len(totals) - size]
    above, level = totals > edge, totals == edge
    part = (size - int(above.sum())) / int(level.sum())
    weights: np.ndarray = above + part * level
    return weights


def _reliability_without(count: int, item_spread: float, spread: float) -> float | None:
    if count < 3 or spread <= 0:
        return None
    return (count - 1) / (count - 2) * (1 - item_spread / spread)
