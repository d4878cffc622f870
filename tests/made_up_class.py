"""A class that never was: its results files, with learners of different skill."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

from lambda_study.quiz import Bank
from lambda_study.quiz.question import Question


def hand_in_all(
    folder: Path, bank: Bank, form: str, learners: int, seed: int | None = None, turned: Sequence[str] = ()
) -> None:
    """Write a results file a learner to FOLDER; who knows more chooses more keys, but for TURNED."""
    rng = random.Random(7)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(learners):
        skill = (number + 0.5) / learners
        answers = [
            {"question": question.id, "chosen": chosen(question, skill, rng, question.id in turned),
             "at": f"2026-11-23T18:{place // 60:02d}:{place % 60:02d}.{number:05d}Z", "seconds": 30}
            for place, question in enumerate(bank.topic(form))
        ]  # fmt: skip
        write(folder / f"results-{number:05d}.json", bank, form, f"learner {number:05d}", answers, seed)


def chosen(question: Question, skill: float, rng: random.Random, turned: bool) -> list[str]:
    """What a learner of SKILL chooses; TURNED makes the better ones take the first wrong option."""
    if question.answer is not None:
        knows = rng.random() < skill
        return [f"{question.answer.value:f}" if knows != turned else "12345"]
    wrong = [option.letter for option in question.options if not option.correct]
    knows = rng.random() < 0.2 + 0.75 * skill
    if turned:
        return [wrong[0]] if knows else list(question.key)
    return list(question.key) if knows else [rng.choice(wrong)]


def write(
    path: Path, bank: Bank, form: str, learner: str, answers: list[dict], seed: int | None = None
) -> None:
    """Write one results file as a learner hands it in."""
    head = {"schema": 1, "learner": learner, "form": form, "seed": seed, "bank_digest": bank.digest}
    path.write_text(json.dumps({**head, "answers": answers}), encoding="utf-8")
