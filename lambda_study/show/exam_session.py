"""One sitting at an exam in a notebook: it takes what a view sends, keeps it, and says what to show.

Every answer, flag and pause goes to the store before the view hears of it, so a kernel that ends loses none.
No key leaves Python before the exam is handed in; in study mode that of a question leaves with its grade.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeVar

from lambda_study.errors import BadInput
from lambda_study.quiz.attempt import Attempt
from lambda_study.quiz.attempt_state import AttemptState
from lambda_study.quiz.exam_result import ExamResult
from lambda_study.quiz.grade import Grade, grade
from lambda_study.quiz.store import Store
from lambda_study.show.exam_result_page import result_html
from lambda_study.show.quiz_session import read_chosen, read_seconds, shown_grade

MORE_MINUTES = 10
MOST_MINUTES = 600
Message = Mapping[str, Any]
Reply = dict[str, Any]
Found = TypeVar("Found")


class ExamSession:
    """The messages of a view to the ATTEMPT; without one yet, BEGIN makes it when the learner begins.

    STORE is the one that the attempt is kept in, MINUTES the time that a timer gives that is switched on.
    """

    def __init__(
        self, attempt: Attempt | None, begin: Callable[[], Attempt], store: Store, minutes: int
    ) -> None:
        self._attempt = attempt
        self._begin = begin
        self._store = store
        self._minutes = minutes
        self._sitting = False  # an attempt of an earlier kernel waits until the learner goes on
        self._one_at_a_time = Lock()
        self._handlers: dict[str, Callable[[Attempt, Message], Reply]] = {
            "answer": self._answer,
            "flag": self._flag,
            "pause": self._pause,
            "go_on": self._go_on,
            "timer": self._timer,
            "more_time": self._more_time,
            "hand_in": self._hand_in,
        }

    @property
    def result(self) -> ExamResult | None:
        """The result; None until the exam is handed in."""
        attempt = self._attempt
        return self._in_turn(lambda: attempt.state.result) if attempt else None

    def __repr__(self) -> str:
        attempt = self._attempt
        return self._in_turn(lambda: repr(attempt)) if attempt else "not begun"

    def reply(self, message: object) -> Reply | None:
        """Return the answer to a view's MESSAGE; None for anything that is not a message of a view."""
        if not isinstance(message, Mapping):
            return None
        return self._in_turn(lambda: self._replied(message))

    def _in_turn(self, do: Callable[[], Found]) -> Found:
        """What DO returns. A notebook calls from several threads; in each, SQLite wants to open its file."""
        with self._one_at_a_time:
            try:
                return do()
            finally:
                self._store.close()

    def _replied(self, message: Message) -> Reply | None:
        kind = message.get("kind")
        try:
            if kind == "hello":
                return self._whole()
            if kind == "begin":
                return self._opened()
            handler = self._handlers.get(kind) if isinstance(kind, str) else None
            return handler(self._attempt, message) if handler and self._attempt and self._sitting else None
        except BadInput as mistake:
            return {"kind": "refused", "question": message.get("question"), "text": str(mistake)}

    def _opened(self) -> Reply:
        if self._attempt is None:
            self._attempt = self._begin()
        else:
            self._attempt.go_on()
        self._sitting = True
        return self._whole()

    def _answer(self, attempt: Attempt, message: Message) -> Reply:
        id = _text(message.get("question"))
        chosen, seconds = read_chosen(message.get("chosen")), read_seconds(message.get("seconds"))
        graded = attempt.answer(id, chosen, seconds=seconds)
        shown = [] if graded is None else [self._shown(attempt, id, graded)]
        return {"kind": "kept", "question": id, **self._time(attempt.state), "graded": shown}

    def _flag(self, attempt: Attempt, message: Message) -> Reply:
        id = _text(message.get("question"))
        attempt.flag(id, message.get("on") is True)
        return {"kind": "kept", "question": id, **self._time(attempt.state), "graded": []}

    def _pause(self, attempt: Attempt, message: Message) -> Reply:
        attempt.pause()
        return self._timed(attempt)

    def _go_on(self, attempt: Attempt, message: Message) -> Reply:
        attempt.go_on()
        return self._timed(attempt)

    def _timer(self, attempt: Attempt, message: Message) -> Reply:
        attempt.set_timer(self._minutes if message.get("on") is True else None)
        return self._timed(attempt)

    def _more_time(self, attempt: Attempt, message: Message) -> Reply:
        minutes = attempt.state.minutes
        if minutes is not None:
            attempt.set_timer(min(minutes + MORE_MINUTES, MOST_MINUTES))
        return self._timed(attempt)

    def _hand_in(self, attempt: Attempt, message: Message) -> Reply:
        attempt.hand_in()
        return self._whole()

    def _timed(self, attempt: Attempt) -> Reply:
        return {"kind": "time", **self._time(attempt.state)}

    def _time(self, state: AttemptState) -> Reply:
        now = self._store.clock() if self._sitting else state.seen_at
        running = state.running and self._sitting
        return {"minutes": state.minutes, "left_s": state.time_left_s(now), "running": running}

    def _whole(self) -> Reply:
        """All that a view needs that opens now."""
        attempt = self._attempt
        if attempt is None:
            return {"kind": "exam", "begun": False}
        state = attempt.state
        return {
            "kind": "exam",
            "begun": True,
            "mode": state.mode,
            **self._time(state),
            "answers": {id: given.chosen for id, given in state.answers.items() if given.chosen},
            "flagged": sorted(state.flagged),
            "graded": [self._shown(attempt, id, each) for id, each in self._grades(attempt, state).items()],
            "result": result_html(state.result) if state.result else "",
        }

    def _grades(self, attempt: Attempt, state: AttemptState) -> dict[str, Grade]:
        """The grades that may be shown now: after the end all, before it those of study mode."""
        chosen = {id: given.chosen for id, given in state.answers.items()}
        if state.result is None and state.mode == "exam":
            return {}
        return {
            question.id: grade(question, chosen.get(question.id, ()), practice=False)
            for question in attempt.form.questions
            if state.result is not None or question.id in chosen
        }

    def _shown(self, attempt: Attempt, id: str, graded: Grade) -> Reply:
        question = next(question for question in attempt.form.questions if question.id == id)
        return shown_grade(question, graded)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
