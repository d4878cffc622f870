"""The reviews of today in a notebook: what is due, a question a page, each answer kept."""

from __future__ import annotations

from typing import Any

from lambda_study.model.usage import check_number
from lambda_study.quiz.learner import Due, Learner
from lambda_study.quiz.question import Question
from lambda_study.show.markup import block_html
from lambda_study.show.quiz_text import RUN_TO_ANSWER
from lambda_study.show.quiz_view import QuizView
from lambda_study.show.review_learner import me

MOST = 1000
RATED = (
    "A wrong answer comes back tomorrow, a right one later and later; flag what you guessed, and it comes "
    "sooner. Your answers are kept on this computer."
)


class ReviewView(QuizView):
    """What is DUE of LEARNER's questions, at most LIMIT; with nothing due it says when the next is."""

    _may_be_empty = True

    def __init__(self, learner: Learner, due: Due, limit: int) -> None:
        self._limit = limit
        known = {question.id: question for question in learner.bank.questions}
        asked = [known[review.question] for review in due.reviews[:limit]]
        super().__init__(asked, "what is due", introduction=_head(due, asked), store=learner.store)
        self.kind = "Review"
        self.kept = RATED if asked else ""

    def __repr__(self) -> str:
        return f"ReviewView({len(self.questions)} questions)"

    def _repr_mimebundle_(self, **keywords: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**keywords)
        if bundle is None:
            return None
        # What is due depends on the learner and the day. A saved notebook says only what the cell is for.
        text = f"Review: what is due today, at most {self._limit} questions. {RUN_TO_ANSWER}"
        bundle[0]["text/plain"], bundle[0]["text/html"] = text, block_html(text)
        return bundle


def review(who: Learner | None = None, *, everything: bool = False, limit: int = 20) -> ReviewView:
    """Return the questions that are due today, the most forgotten first, to answer in the notebook.

    Due are questions that were wrong, flagged or slow; with EVERYTHING also those that never were. LIMIT is
    the most that are asked. WHO is a learner, without one whoever uses this computer.
    """
    limit = int(check_number("limit", limit, 1, MOST, whole=True))
    learner = who or me()
    try:
        return ReviewView(learner, learner.due(everything), limit)
    finally:
        learner.store.close()


def _head(due: Due, asked: list[Question]) -> str:
    if not asked:
        return repr(due)
    number = len(due.reviews)
    questions = "1 question is" if number == 1 else f"{number} questions are"
    return f"{questions} due today. You get {len(asked)}, the most forgotten first."
