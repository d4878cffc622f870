"""Which formats there are, where a file goes, and what a format cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lambda_study.errors import BadInput
from lambda_study.handouts.export.anki import anki_package
from lambda_study.handouts.export.canvas import canvas_zip
from lambda_study.handouts.export.gift import gift
from lambda_study.handouts.export.moodle import moodle_xml
from lambda_study.handouts.files import named, write_file
from lambda_study.nearest import did_you_mean
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.question import Question

Applies = Callable[[Question], bool]
Limit = tuple[str, Applies]


def _several(question: Question) -> bool:
    return question.kind == "multiple"


def _drawn(question: Question) -> bool:
    return bool(question.draws)


def _unit(question: Question) -> bool:
    return question.answer is not None and bool(question.answer.unit)


DRAWN: Limit = ("has the numbers as they are written, none drawn", _drawn)
UNIT: Limit = ("asks for the number alone; the unit stands in the text", _unit)
IN_PARTS: Limit = (
    "gives a part of the point for one of several keys; a wrong option takes all away",
    _several,
)
NO_REASON: Limit = ("shows the reason of a number after a right answer only", lambda each: bool(each.answer))
BY_HEART: Limit = ("is a card to turn, not a form: nothing is graded but by the learner", lambda each: True)


@dataclass(frozen=True)
class Format:
    """A kind of file: its suffix, how it is written, and what it cannot hold."""

    suffix: str
    write: Callable[[Bank, tuple[str, ...], datetime], bytes]
    limits: tuple[Limit, ...]


FORMATS = {
    "anki": Format(".apkg", anki_package, (BY_HEART, DRAWN)),
    "moodle": Format(".xml", lambda bank, topics, now: moodle_xml(bank, topics), (IN_PARTS, DRAWN, UNIT)),
    "canvas": Format(".zip", lambda bank, topics, now: canvas_zip(bank, topics), (NO_REASON, DRAWN, UNIT)),
    "gift": Format(".gift", lambda bank, topics, now: gift(bank, topics).encode(), (IN_PARTS, DRAWN, UNIT)),
}


@dataclass(frozen=True)
class Loss:
    """What a format does not hold as the bank does, and the ids of the questions that it concerns."""

    what: str
    questions: tuple[str, ...]

    def __str__(self) -> str:
        count = len(self.questions)
        return f"{count} {'question' if count == 1 else 'questions'}: the file {self.what}."


@dataclass(frozen=True)
class Exported:
    """A file that was written, how many questions are in it, and what it does not hold."""

    format: str
    file: Path
    questions: int
    bank_digest: str
    losses: tuple[Loss, ...]


def export(
    format: str, out: str | Path, bank: Bank, *, topics: Sequence[str] = (), now: datetime
) -> Exported:
    """Write TOPICS of BANK, or all of it, as FORMAT and return what was written.

    FORMAT is anki, moodle, canvas or gift. OUT is a file if it has a suffix, else a folder, made on demand,
    that gets `lambda-study.SUFFIX`; a file of that name is replaced. NOW, with its time zone, is the time of
    change that Anki compares. An unknown format or topic, a wrong suffix and a place that cannot be written
    to raise BadInput.
    """
    if format not in FORMATS:
        raise BadInput(f'No format "{format}".{did_you_mean(format, FORMATS)} Formats: {", ".join(FORMATS)}.')
    chosen, kind = tuple(dict.fromkeys(topics)) or bank.names, FORMATS[format]
    questions = [question for topic in chosen for question in bank.topic(topic)]
    file = _place(named(out), kind.suffix, format)
    write_file(file, kind.write(bank, chosen, now))
    return Exported(format, file, len(questions), bank.digest, tuple(_losses(kind, questions)))


def _losses(kind: Format, questions: Sequence[Question]) -> list[Loss]:
    found = [
        Loss(what, tuple(each.id for each in questions if applies(each))) for what, applies in kind.limits
    ]
    return [loss for loss in found if loss.questions]


def _place(out: Path, suffix: str, format: str) -> Path:
    if out.is_dir() or not out.suffix:
        return out / f"lambda-study{suffix}"
    if out.suffix.lower() != suffix:
        raise BadInput(f'OUT is "{out}". A file for {format} ends in {suffix}: give such a name or a folder.')
    return out
