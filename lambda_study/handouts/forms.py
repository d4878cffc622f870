"""The forms of a test on paper: which questions, in which order, with which numbers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.blueprint import blueprint, load_blueprints
from lambda_study.quiz.drawn import drawn
from lambda_study.quiz.exam import COMMON_GROUND, Form, draw
from lambda_study.quiz.question import Question

FIRST_SEED = 1
MOST_FORMS = 8
_LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class PaperForm:
    """The form LETTER of a test; the letter is empty where there is one form.

    `name` and `seed` are what a results file calls it: `collect` finds the same questions by them.
    """

    name: str
    title: str
    letter: str
    seed: int | None
    questions: tuple[Question, ...]
    introduction: str

    @property
    def heading(self) -> str:
        """The title of its sheet.

        >>> PaperForm("limits", "Limits", "B", 2, (), "").heading
        'Limits: form B (seed 2)'
        """
        if self.letter:
            return f"{self.title}: form {self.letter} (seed {self.seed})"
        return self.title if self.seed is None else f"{self.title} (seed {self.seed})"


def read_letters(given: str) -> tuple[str, ...]:
    """Return the letters of the forms that GIVEN asks for.

    >>> read_letters("2"), read_letters("a, C"), read_letters("")
    (('A', 'B'), ('A', 'C'), ())
    """
    if not given:
        return ()
    if given.isdecimal() and 1 <= int(given) <= MOST_FORMS:
        return tuple(_LETTERS[: int(given)])
    letters = tuple(each.strip().upper() for each in given.split(","))
    if not all(re.fullmatch(f"[{_LETTERS}]", each) for each in letters) or len(set(letters)) < len(letters):
        raise BadInput(f'--forms "{given}". Write their number, 1 to {MOST_FORMS}, or their letters: A,B.')
    return letters


def paper_forms(
    name: str,
    bank: Bank,
    *,
    seed: int | None = None,
    letters: Sequence[str] = (),
    folder: str | Path | None = None,
) -> tuple[PaperForm, ...]:
    """Return the forms of the topic or exam NAME: one, or one for each of LETTERS.

    Without a SEED and letters a topic has its questions as the bank has them. A seed gives their order and
    the numbers that they draw; form B has the next seed after form A. The forms of an exam have the same
    questions, those that the seed draws, in an order of their own. Options keep their letters, so that an
    answer means the same on each form. FOLDER is the bank's, if it has blueprints.
    """
    if name in bank.names:
        return tuple(_of_topic(name, bank, each, number) for each, number in _seeds(seed, letters))
    if is_exam(name, folder):
        first = FIRST_SEED if seed is None else seed
        form = draw(blueprint(name, folder), bank, first)
        return tuple(_of_exam(form, each) for each in letters or ("",))
    raise _unknown(name, bank, folder)


def is_exam(name: str, folder: str | Path | None = None) -> bool:
    """Return whether NAME, in upper or lower case, is an exam's."""
    return name.upper() in {each.name for each in load_blueprints(folder)}


def _seeds(seed: int | None, letters: Sequence[str]) -> Iterable[tuple[str, int | None]]:
    if not letters:
        return [("", seed)]
    first = FIRST_SEED if seed is None else seed
    return [(each, first + _LETTERS.index(each)) for each in letters]


def _of_topic(name: str, bank: Bank, letter: str, seed: int | None) -> PaperForm:
    questions = [drawn(each, seed) for each in bank.topic(name)]
    ordered = questions if seed is None else in_order(questions, str(seed))
    return PaperForm(name, bank.title(name), letter, seed, tuple(ordered), bank.introduction(name))


def _of_exam(form: Form, letter: str) -> PaperForm:
    plan, questions = form.blueprint, form.questions
    ordered = questions if letter in ("", "A") else in_order(questions, f"{form.seed}/{letter}")
    ground = f"{plan.questions} questions, {plan.minutes} minutes. {COMMON_GROUND}"
    return PaperForm(plan.name, f"Practice exam {plan.name}", letter, form.seed, tuple(ordered), ground)


def in_order(questions: Iterable[Question], seed: str) -> list[Question]:
    """Return QUESTIONS in an order that depends on SEED and their ids alone."""
    return sorted(questions, key=lambda each: hashlib.sha256(f"{seed}/{each.id}".encode()).hexdigest())


def _unknown(name: str, bank: Bank, folder: str | Path | None) -> BadInput:
    exams = [each.name for each in load_blueprints(folder)]
    near = did_you_mean(name, [*bank.names, *exams])
    known = f"Topics: {', '.join(bank.names)}. Exams: {', '.join(exams)}."
    return BadInput(f'No topic, exam or lesson "{name}".{near} {known} Lessons: lambda-study lesson list.')
