"""How long the statistics of a million answers take, beside the floor: the two sums nobody can do without."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from typing import Any

import numpy as np
from row import Row

from lambda_study.model.option_figures import option_statistics
from lambda_study.model.statistics import score_matrix, score_statistics

ANSWERS, REPEATS = 1_000_000, 7
BAR_MS = 50.0


def run() -> list[Row]:
    rows = [_table(questions) for questions in (10, 50, 100)]
    return [*rows, _records(), _options()]


def _table(questions: int) -> Row:
    scores = _scores(questions)
    floor = best_ms(lambda: (scores.sum(axis=0), scores.sum(axis=1)))
    name = f"statistics: 1 M answers, {questions} questions"
    taken = best_ms(lambda: score_statistics(scores))
    return Row(name, taken, "ms", bar=BAR_MS, peer=floor, peer_name="two sums")


def _records() -> Row:
    scores = _scores(100)
    order = np.random.default_rng(2).permutation(ANSWERS)
    learners, questions = np.divmod(order, 100)
    right = scores[learners, questions]
    taken = best_ms(lambda: score_statistics(score_matrix(learners, questions, right)))
    return Row("statistics: from 1 M shuffled records", taken, "ms", bar=BAR_MS)


def _options() -> Row:
    draw = np.random.default_rng(3)
    chosen = (1 << draw.integers(0, 4, (ANSWERS // 100, 100))).astype(np.uint16)
    keys = (1 << draw.integers(0, 4, 100)).tolist()
    taken = best_ms(lambda: option_statistics(chosen, keys, [4] * 100))
    return Row("statistics: options of 1 M answers", taken, "ms", bar=BAR_MS)


def _scores(questions: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    draw = np.random.default_rng(1)
    able, hard = draw.normal(size=(ANSWERS // questions, 1)), draw.normal(size=questions)
    return draw.normal(size=(ANSWERS // questions, questions)) < able - hard


def best_ms(work: Callable[[], object]) -> float:
    """The best of REPEATS runs; the machine's other work only adds."""
    return 1e3 * min(timeit.repeat(work, number=1, repeat=REPEATS))
