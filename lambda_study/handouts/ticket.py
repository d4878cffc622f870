"""The exit ticket: three short questions of a topic on half a page, for the last minutes of a class."""

from __future__ import annotations

from lambda_study.handouts.document import Document, NameLine, Text
from lambda_study.handouts.forms import FIRST_SEED, in_order
from lambda_study.handouts.key import answered_blocks
from lambda_study.handouts.sheet import question_blocks
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.drawn import drawn
from lambda_study.quiz.question import Question

QUESTIONS = 3
# Three of these fit on half a page, where two options stand side by side.
MOST_LINES = 6
_LINE, _HALF_LINE = 105, 46


def ticket_questions(topic: str, bank: Bank, seed: int | None = None) -> tuple[Question, ...]:
    """Return the three questions of TOPIC that SEED draws among the short ones."""
    seed = FIRST_SEED if seed is None else seed
    by_length = sorted(bank.topic(topic), key=_lines)
    short = [each for each in by_length if _lines(each) <= MOST_LINES]
    if len(short) < QUESTIONS:
        short = by_length[:QUESTIONS]
    return tuple(drawn(each, seed) for each in in_order(short, f"ticket/{seed}")[:QUESTIONS])


def ticket(
    topic: str, bank: Bank, questions: tuple[Question, ...], key: bool = False, large: bool = False
) -> Document:
    """Return the ticket of QUESTIONS, those of TOPIC; with KEY a sheet of its own, with the reasons."""
    return Document(
        title=f"Exit ticket: {bank.title(topic)}" + (": key" if key else ""),
        lead=(Text("Key, for the teacher."),) if key else (NameLine(len(questions)),),
        blocks=answered_blocks(questions) if key else question_blocks(questions),
        introduction=bank.introduction(topic),
        digest=bank.digest,
        large=large,
        paper="sheet" if key else "ticket",
    )


def _lines(question: Question) -> int:
    """About as many printed lines as QUESTION takes, without its heading."""
    options = [1 + len(option.text) // _HALF_LINE for option in question.options]
    rows = [max(options[at : at + 2]) for at in range(0, len(options), 2)]
    return sum(1 + len(text) // _LINE for text in question.stem.splitlines()) + sum(rows)
