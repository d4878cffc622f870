"""What a class's answers say about a test: how hard each question is, and whether it tells who knows more.

One number is right for one learner and one question: 1 or 0. All variances divide by the number of learners,
for the items and for the totals alike, since KR-20 needs the same divisor in both. A figure that the answers
cannot give, such as the discrimination of a question that everybody got right, is None, and a remark says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from lambda_study.errors import BadInput
from lambda_study.model.item_figures import ItemStatistics, item_statistics

if TYPE_CHECKING:
    import numpy as np

# Kelley's share: of two groups cut from a normal distribution these differ most surely.
TAIL = 0.27
FEWEST_LEARNERS = 10


@dataclass(frozen=True)
class Interval:
    """A share, and between which shares the true one may lie."""

    share: float
    low: float
    high: float

    def __repr__(self) -> str:
        return f"{self.share:.0%} ({self.low:.0%} to {self.high:.0%})"


def wilson(right: int, of: int, confidence: float = 0.95) -> Interval:
    """The share RIGHT / OF with Wilson's interval, which holds for few answers too, and near 0 and 1.

    >>> wilson(45, 65)
    69% (57% to 79%)
    >>> wilson(0, 4)
    0% (0% to 49%)

    OF below 1, RIGHT outside 0 to OF and a confidence outside 0 to 1 raise BadInput.
    """
    if of < 1 or not 0 <= right <= of:
        raise BadInput(
            f"{right} right of {of} is no share. Give at least one answer, and 0 to all of them right."
        )
    if not 0 < confidence < 1:
        raise BadInput(
            f"confidence={confidence} is no confidence. Choose a number between 0 and 1, such as 0.95."
        )
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    share = right / of
    middle = share + z2 / (2 * of)
    half = math.sqrt(z2 * (share * (1 - share) / of + z2 / (4 * of * of)))
    low, high = (middle - half) / (1 + z2 / of), (middle + half) / (1 + z2 / of)
    return Interval(share, 0.0 if right == 0 else low, 1.0 if right == of else high)


@dataclass(frozen=True, repr=False)
class ScoreStatistics:
    """The figures of one test: `items` question by question, and those of the whole.

    `mean` and `deviation` are in points of `len(items)`. `kr20` is the reliability by Kuder and Richardson's
    formula 20 (Cronbach's alpha of right and wrong answers), None where it has no value. `error` is the
    standard error of measurement, in points. `remarks` say what the figures cannot tell.
    """

    learners: int
    mean: float
    deviation: float
    kr20: float | None
    error: float | None
    items: tuple[ItemStatistics, ...]
    remarks: tuple[str, ...]

    @property
    def suspect_keys(self) -> tuple[ItemStatistics, ...]:
        """The questions that those who know more get wrong more often: is their key right?"""
        return tuple(item for item in self.items if item.suspect)

    def __repr__(self) -> str:
        head = f"{self.learners} learners, {len(self.items)} questions, mean {self.mean:.2f}"
        reliability = "no KR-20" if self.kr20 is None else f"KR-20 {self.kr20:.2f}"
        error = "" if self.error is None else f", standard error {self.error:.2f} points"
        return "\n".join([f"{head}, {reliability}{error}", *map(repr, self.items), *self.remarks])


def score_statistics(scores: Any, names: Sequence[str] = ()) -> ScoreStatistics:
    """The statistics of SCORES: a row a learner, a column a question, 1 for right and 0 for all else.

    NAMES are the questions' ids; without them 1, 2, 3. An answer that was left out counts as wrong. Give each
    form of a test by itself: a question that a learner was never asked has no place here.

    >>> found = score_statistics([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> [item.difficulty for item in found.items], found.kr20
    ([0.75, 0.5, 0.25], 0.75)

    Anything but ones and zeros in a table of two dimensions raises BadInput.
    """
    table = score_table(scores)
    learners, count = table.shape
    names = tuple(names) or tuple(str(number) for number in range(1, count + 1))
    if len(names) != count:
        raise BadInput(f"{len(names)} names for {count} questions. Give one name a question.")
    numbers = table.astype(float)
    totals = numbers.sum(axis=1)
    variance = float(totals.var())
    items = item_statistics(numbers, totals, names, TAIL)
    kr20 = reliability(count, sum(item.variance for item in items), variance)
    error = None if kr20 is None else math.sqrt(variance * max(0.0, 1 - kr20))
    remarks = tuple(_remarks(learners, kr20, items))
    return ScoreStatistics(learners, float(totals.mean()), math.sqrt(variance), kr20, error, items, remarks)


def score_table(scores: Any) -> np.ndarray:
    """SCORES as a table of booleans with at least one row and one column, else BadInput."""
    import numpy as np

    try:
        table = np.asarray(scores)
    except ValueError as error:
        raise BadInput("The scores are no table: the rows differ in length.") from error
    if table.ndim != 2 or 0 in table.shape:
        raise BadInput(
            f"Scores of shape {table.shape} are no table. Give a row a learner, a column a question."
        )
    if table.dtype != bool:
        right = table == 1
        if not (right | (table == 0)).all():
            raise BadInput(
                "The scores hold more than 0 and 1. Write 1 for right and 0 for wrong or no answer."
            )
        table = right
    return table


def score_matrix(learners: Any, questions: Any, right: Any) -> np.ndarray:
    """The table of scores from one record an answer: LEARNERS and QUESTIONS number rows and columns from 0.

    What no record names is wrong. Of several records of one learner and question the last counts.

    >>> score_matrix([0, 1, 0], [0, 1, 1], [1, 1, 0]).astype(int).tolist()
    [[1, 0], [0, 1]]
    """
    import numpy as np

    rows, columns = np.asarray(learners), np.asarray(questions)
    if not rows.size:
        raise BadInput("There are no answers. Give at least one.")
    table = np.zeros((int(rows.max()) + 1, int(columns.max()) + 1), dtype=bool)
    table[rows, columns] = np.asarray(right, dtype=bool)
    return table


def reliability(items: int, item_variance: float, variance: float) -> float | None:
    """KR-20 of a test of ITEMS questions from the sum of their variances and that of the totals.

    >>> reliability(3, 0.625, 1.25)
    0.75
    """
    if items < 2 or variance <= 0:
        return None
    return items / (items - 1) * (1 - item_variance / variance)


def _remarks(learners: int, kr20: float | None, items: tuple[ItemStatistics, ...]) -> list[str]:
    remarks = []
    if learners < FEWEST_LEARNERS:
        remarks.append(f"Few learners ({learners}): every figure here may be chance.")
    if kr20 is None and len(items) < 2:
        remarks.append("One question has no KR-20: it needs two.")
    elif kr20 is None:
        remarks.append("All learners have the same total. There is no KR-20.")
    elif kr20 < 0:
        remarks.append("KR-20 is below 0: the questions work against each other. Look at the suspect keys.")
    return remarks
