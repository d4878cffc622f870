"""An exam in a notebook: one widget, one output, and every answer on disk before the next question."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lambda_study.errors import BadInput
from lambda_study.model.usage import check_number
from lambda_study.quiz.attempt import Attempt, Mode, reopened, start
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.blueprint import Blueprint
from lambda_study.quiz.exam import COMMON_GROUND, Form
from lambda_study.quiz.exam_result import ExamResult
from lambda_study.quiz.store import Store
from lambda_study.show.assets import asset
from lambda_study.show.exam_session import MOST_MINUTES, ExamSession
from lambda_study.show.markup import block_html
from lambda_study.show.quiz_text import RUN_TO_ANSWER
from lambda_study.show.quiz_view import before_submit

IN_STUDY_MODE = "Study mode: you are told at once, and the first answer counts."
IN_EXAM_MODE = "Exam mode: nothing is told before you hand in. Answers can be changed until then."
RULES = "A question without an answer is wrong. Select TWO counts as a whole. A wrong guess costs nothing."


class ExamView(anywidget.AnyWidget):
    """FORM, a question a page, with a timer, flags, a page of all questions, and the result at the end.

    Each answer is an event in STORE before Python replies. ATTEMPT is one that goes on; without it one in
    MODE begins when the learner does, with MINUTES, or without a timer. The widget's state, which a notebook
    may save, holds what a learner reads before answering: no key and no reason.
    """

    _esm = traitlets.Unicode(asset("form.js", "question.js", "exam.js")).tag(sync=True)
    _css = traitlets.Unicode(asset("quiz.css")).tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    facts: traitlets.List[str] = traitlets.List().tag(sync=True)
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        form: Form,
        store: Store,
        attempt: Attempt | None = None,
        *,
        mode: Mode = "exam",
        minutes: int | None = None,
        timer: bool = True,
    ) -> None:
        plan = form.blueprint
        begin = partial(start, form, store, mode, minutes, timer)
        self._plan, self._mode = plan, mode
        self._session = ExamSession(attempt, begin, store, minutes or plan.minutes)
        facts = [_length(plan, mode, minutes), *_rules(mode), COMMON_GROUND]
        super().__init__(
            title=f"{plan.name}, form {form.seed}",
            facts=[block_html(each) for each in facts],
            questions=[before_submit(question) for question in form.questions],
        )
        self.on_msg(self._receive)

    @property
    def result(self) -> ExamResult | None:
        """The result; None until the exam is handed in."""
        return self._session.result

    def _receive(self, widget: object, content: object, buffers: object) -> None:
        reply = self._session.reply(content)
        if reply is not None:
            self.send(reply)

    def __repr__(self) -> str:
        return f"ExamView({self.title}: {self._session!r})"

    def _repr_mimebundle_(self, **keywords: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**keywords)
        if bundle is None:
            return None
        # Without the form: which one comes next depends on the learner, and its questions are for the exam.
        text = f"Exam {self._plan.name}: {_length(self._plan, self._mode, None)} {RUN_TO_ANSWER}"
        bundle[0]["text/plain"] = text
        bundle[0]["text/html"] = block_html(text)
        return bundle


def exam(
    name: str,
    seed: int | None = None,
    *,
    study: bool = False,
    minutes: int | None = None,
    timer: bool = True,
    new: bool = False,
    bank: str | Path | None = None,
    store: Store | None = None,
) -> ExamView:
    """Return the exam NAME to sit: `DVA-C03` with 65 questions, `DVA-C03-20` or `DVA-C03-10`.

    An attempt that was not handed in goes on where it was; NEW begins another. SEED chooses the form; without
    it comes the next one that was not begun yet. STUDY tells key and reasons after each answer and has no
    timer. MINUTES replace the exam's; timer=False takes none. BANK is a folder of questions, STORE a store
    other than the learner's own. BadInput is raised for an unknown NAME, and by a bank that is too small.
    """
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.attempt import next_seed, unfinished
    from lambda_study.quiz.blueprint import blueprint
    from lambda_study.quiz.exam import draw

    if minutes is not None:
        minutes = int(check_number("minutes", minutes, 1, MOST_MINUTES, whole=True))
    if seed is not None:
        seed = int(check_number("seed", seed, 0, 10**9, whole=True))
    questions, plan = load_bank(bank), blueprint(name, None if bank is None else str(bank))
    kept, mode = store or Store(), _mode(study)
    try:
        left = None if new else unfinished(kept, plan.name, seed, mode)
        if left is not None:
            attempt = _reopened(left.id, kept, questions, bank)
            return ExamView(attempt.form, kept, attempt, mode=mode, minutes=minutes)
        form = draw(plan, questions, seed if seed is not None else next_seed(kept, plan.name))
        return ExamView(form, kept, mode=mode, minutes=minutes, timer=timer)
    finally:
        kept.close()


def _reopened(id: str, store: Store, bank: Bank, folder: str | Path | None) -> Attempt:
    try:
        return reopened(id, store, bank, folder)
    except BadInput as error:
        raise BadInput(f"{error} In a notebook: exam(..., new=True).") from error


def _mode(study: bool) -> Mode:
    return "study" if study else "exam"


def _rules(mode: Mode) -> tuple[str, ...]:
    return (IN_STUDY_MODE if mode == "study" else IN_EXAM_MODE, RULES)


def _length(plan: Blueprint, mode: Mode, minutes: int | None) -> str:
    """How many questions in how many minutes, and where the minutes come from."""
    if mode == "study":
        return f"{plan.questions} questions, with key and reasons after each answer, without a timer."
    if minutes is not None:
        return f"{plan.questions} questions in {minutes} minutes."
    return f"{plan.questions} questions in {plan.minutes} minutes ({plan.minutes_note})."
