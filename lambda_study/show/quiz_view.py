"""The quiz of a topic: one widget, one output. Python grades, so a key leaves it only after Submit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import anywidget
import traitlets

from lambda_study.errors import BadInput
from lambda_study.quiz.now import Now, utc_now
from lambda_study.quiz.question import Question
from lambda_study.quiz.store import Store
from lambda_study.show.assets import asset
from lambda_study.show.markup import block_html, inline_html
from lambda_study.show.quiz_session import Attempt, QuizSession, Score
from lambda_study.show.quiz_text import quiz_html, quiz_text

Each = TypeVar("Each")
KEPT = "Your answers are kept on this computer, for `review()`; `quiz(..., keep=False)` keeps none."


class QuizView(anywidget.AnyWidget):
    """QUESTIONS, a page each, with radio buttons, checkboxes or a number, and a Submit button.

    INTRODUCTION (Markdown) holds for all of them; MORE says where further questions are. With a STORE every
    answer is kept there, for the reviews.

    The widget's state, which a notebook may save, holds what a learner reads before answering: no key, no
    reason, no note. They follow in a message after Submit, for that question alone. A message is not saved.
    """

    _esm = traitlets.Unicode(asset("form.js", "question.js", "quiz.js")).tag(sync=True)
    _css = traitlets.Unicode(asset("quiz.css")).tag(sync=True)
    kind = traitlets.Unicode("Quiz").tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    introduction = traitlets.Unicode().tag(sync=True)
    more = traitlets.Unicode().tag(sync=True)
    kept = traitlets.Unicode().tag(sync=True)
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    _may_be_empty = False

    def __init__(
        self,
        questions: Sequence[Question],
        title: str = "",
        clock: Now = utc_now,
        introduction: str = "",
        more: str = "",
        store: Store | None = None,
    ) -> None:
        if not questions and not self._may_be_empty:
            raise BadInput("A quiz needs at least one question.")
        self._asked = tuple(questions)
        self._session = QuizSession(self._asked, clock, store)
        self._title = title or self._asked[0].topic
        self._around = (introduction, more)
        super().__init__(
            title=self._title,
            introduction=block_html(introduction),
            more=block_html(more),
            kept=inline_html(KEPT) if store is not None else "",
            questions=[before_submit(question) for question in self._asked],
        )
        self.on_msg(self._receive)

    @property
    def answers(self) -> tuple[Attempt, ...]:
        """Every attempt so far, the oldest first."""
        return tuple(self._session.attempts)

    @property
    def score(self) -> Score:
        """How the quiz stands now."""
        return self._session.score

    def _receive(self, widget: object, content: object, buffers: object) -> None:
        reply = self._session.reply(content)
        if reply is not None:
            self.send(reply)

    def __repr__(self) -> str:
        return f"QuizView({self._title!r}, {len(self._asked)} questions)"

    def _repr_mimebundle_(self, **keywords: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**keywords)
        if bundle is None:
            return None
        bundle[0]["text/plain"] = quiz_text(self._title, self._asked, *self._around)
        bundle[0]["text/html"] = quiz_html(self._title, self._asked, *self._around)
        return bundle


def quiz(
    topic: str,
    bank: str | Path | None = None,
    count: int | None = None,
    seed: int | None = None,
    keep: bool = True,
) -> QuizView:
    """Return the quiz of TOPIC. BANK is a folder of questions; without it the kit's own.

    COUNT asks that many, the first ones of the topic: a question added at its end changes no lesson. SEED
    draws other numbers for the questions that draw theirs; the same seed, the same numbers. Answers are kept
    on this machine as those in the terminal are, unless KEEP is False.
    BadInput is raised for a topic that the bank does not have, and names those that it has; and for a COUNT
    above the topic's number of questions.
    """
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.drawn import drawn

    questions = load_bank(bank)
    asked = [drawn(question, seed) for question in first(questions.topic(topic), count)]
    return QuizView(
        asked,
        title=questions.title(topic),
        introduction=questions.introduction(topic),
        more=more_of(topic, len(questions.topic(topic)) - len(asked)),
        store=Store() if keep else None,
    )


def more_of(topic: str, left: int) -> str:
    """Return the line that says where TOPIC's other questions are; nothing if none are LEFT.

    >>> more_of("pricing", 7)
    'There are more questions: run `quiz("pricing")` in a cell.'
    """
    # Not how many: a question that is added to the bank leaves the lessons as they are.
    return f'There are more questions: run `quiz("{topic}")` in a cell.' if left else ""


def first(questions: Sequence[Each], count: int | None) -> Sequence[Each]:
    """Return the first COUNT of QUESTIONS; all of them without a COUNT.

    >>> first("ABCDEFGHIJKL", 5)
    'ABCDE'
    >>> first("AB", 5)
    Traceback (most recent call last):
    lambda_study.errors.BadInput: count=5 is not possible here. Choose 1 to 2.
    """
    if count is not None and not 1 <= count <= len(questions):
        raise BadInput(f"count={count} is not possible here. Choose 1 to {len(questions)}.")
    return questions[:count]


def before_submit(question: Question) -> dict[str, Any]:
    """Return what a learner may see of QUESTION before answering."""
    # How many to select is no secret: the stem says it too (Select TWO).
    shown: dict[str, Any] = {"id": question.id, "kind": question.kind, "stem": block_html(question.stem)}
    if question.answer is not None:
        return {**shown, "unit": question.answer.unit}
    options = [(option.letter, inline_html(option.text)) for option in question.options]
    return {**shown, "select": len(question.key), "options": options}
