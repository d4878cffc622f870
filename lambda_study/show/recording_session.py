"""One sitting at a test that records: it takes what a view sends, writes a results file, grades nothing.

The view is that of an exam (exam.js). Here it is told that an answer is kept, and never whether it is right:
no key is at hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.quiz.grade import read_letters
from lambda_study.quiz.keyless import Asked
from lambda_study.quiz.now import Now
from lambda_study.quiz.numbers import read_number, same_unit
from lambda_study.quiz.question import Question
from lambda_study.quiz.results import SCHEMA, read_results
from lambda_study.show.markup import block_html
from lambda_study.show.quiz_session import read_chosen, read_seconds

NAME_FIRST = "Write your name between the quotes of learner, run the cell again, and begin."
HANDED_IN = "Handed in. To change an answer, run the cell again."
Reply = dict[str, Any]


class RecordingSession:
    """The answers of LEARNER to ASKED so far, each in FILE before the view hears of it.

    A file that is there already goes on. HEAD is what the file says besides learner and answers.
    """

    def __init__(
        self, asked: Sequence[Asked], file: Path, learner: str, head: Mapping[str, Any], clock: Now
    ) -> None:
        self._asked = {each.question.id: each for each in asked}
        self._file, self._learner, self._head, self._clock = file, learner.strip(), head, clock
        self._answers = _kept(file, self._asked)
        self._begun = self._handed_in = False
        self._one_at_a_time = Lock()

    def reply(self, message: object) -> Reply | None:
        """Return the answer to a view's MESSAGE; None for anything that is not a message of a view."""
        if not isinstance(message, Mapping):
            return None
        with self._one_at_a_time:
            try:
                return self._replied(message)
            except BadInput as mistake:
                return {"kind": "refused", "question": message.get("question"), "text": str(mistake)}

    def __repr__(self) -> str:
        return f"{self._count} of {len(self._asked)} answered"

    @property
    def _count(self) -> int:
        return sum(bool(answer["chosen"]) for answer in self._answers.values())

    def _replied(self, message: Mapping[str, Any]) -> Reply | None:
        kind = message.get("kind")
        if kind == "hello":
            return self._whole()
        if kind == "begin":
            return self._begin()
        if not self._begun or kind not in ("answer", "flag", "hand_in"):
            return None
        if self._handed_in:
            raise BadInput(HANDED_IN)
        if kind == "hand_in":
            return self._hand_in()
        return self._answer(message) if kind == "answer" else self._noted(message)

    def _begin(self) -> Reply:
        if not self._learner:
            raise BadInput(NAME_FIRST)
        self._begun = True
        self._write()
        return self._whole()

    def _answer(self, message: Mapping[str, Any]) -> Reply:
        asked = self._asked.get(str(message.get("question")))
        if asked is None:
            raise BadInput("This question is not one of these. Run the cell again.")
        question, chosen = asked.question, read_chosen(message.get("chosen"))
        if question.answer is None:
            chosen = read_letters(question, chosen)
        at = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._answers.pop(question.id, None)  # the file has its answers in the order of their times
        seconds = read_seconds(message.get("seconds"))
        self._answers[question.id] = {
            "question": question.id,
            "chosen": list(chosen),
            "at": at,
            "seconds": seconds,
        }
        self._write()
        return self._noted(message)

    def _noted(self, message: Mapping[str, Any]) -> Reply:
        return {"kind": "kept", "question": message.get("question"), **self._time(), "graded": []}

    def _hand_in(self) -> Reply:
        for number, each in enumerate(self._asked.values(), 1):
            chosen = self._answers.get(each.question.id, {}).get("chosen", [])
            _demand_number(number, each.question, " ".join(chosen))
        self._handed_in = True
        return self._whole()

    def _whole(self) -> Reply:
        if not self._begun and not self._answers:
            return {"kind": "exam", "begun": False}
        return {
            "kind": "exam",
            "begun": True,
            "mode": "recording",
            **self._time(),
            "answers": {id: given["chosen"] for id, given in self._answers.items() if given["chosen"]},
            "flagged": [],
            "graded": [],
            "result": block_html(self._farewell()) if self._handed_in else "",
        }

    def _farewell(self) -> str:
        answered = f"{self._count} of {len(self._asked)} questions answered."
        return f"**{answered}** Give this file to your teacher: `{self._file}`. {HANDED_IN}"

    def _time(self) -> Reply:
        return {"minutes": None, "left_s": None, "running": self._begun and not self._handed_in}

    def _write(self) -> None:
        told = {**self._head, "learner": self._learner, "answers": list(self._answers.values())}
        draft = self._file.with_suffix(".draft")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            draft.replace(self._file)
        except OSError as error:
            raise BadInput(f"Not kept: {self._file} cannot be written ({error.strerror}).") from None


def results_file(folder: Path, form: str, learner: str) -> Path:
    """Return the file in FOLDER for the answers of LEARNER to FORM; that of somebody else is left alone.

    >>> results_file(Path("results"), "pricing/5", "Ana López").as_posix()
    'results/pricing-5-ana-lópez.json'
    """
    stem = "-".join(re.findall(r"\w+", f"{form} {learner}".lower())) or "nobody"
    number, file = 1, folder / f"{stem}.json"
    while file.exists() and _learner_in(file) != learner.strip():
        number += 1
        file = folder / f"{stem}-{number}.json"
    return file


def head_of(form: str, bank_digest: str) -> dict[str, Any]:
    """Return what a results file says of the FORM."""
    return {"schema": SCHEMA, "form": form, "seed": None, "bank_digest": bank_digest}


def _learner_in(file: Path) -> str:
    try:
        return read_results(file.read_text("utf-8")).learner
    except (OSError, ValueError, BadInput):
        return ""


def _kept(file: Path, known: Mapping[str, Asked]) -> dict[str, dict[str, Any]]:
    """The answers in FILE to questions that are KNOWN; none without a file."""
    if not file.exists():
        return {}
    answers = read_results(file.read_text("utf-8")).answers
    return {
        each.question: {
            "question": each.question,
            "chosen": list(each.chosen),
            "at": each.at,
            "seconds": each.seconds,
        }
        for each in answers
        if each.question in known
    }


def _demand_number(number: int, question: Question, text: str) -> None:
    if question.answer is None or not text.strip():
        return
    try:
        _, unit = read_number(text)
    except BadInput as mistake:
        raise BadInput(f"Question {number}: {mistake}") from None
    if not same_unit(unit, question.answer.unit):
        wanted = (
            f"Answer in {question.answer.unit}." if question.answer.unit else "Answer with a number alone."
        )
        raise BadInput(f'Question {number}: "{text.strip()}" is in {unit}. {wanted}')
