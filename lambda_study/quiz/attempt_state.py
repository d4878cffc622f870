"""What the events of an attempt add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lambda_study.quiz.exam_result import ExamResult, Mark
from lambda_study.quiz.store import Event


@dataclass(frozen=True)
class Given:
    """The answer to one question as it stands."""

    chosen: tuple[str, ...]
    at: datetime
    guessed: bool = False
    seconds: float | None = None


@dataclass(frozen=True)
class AttemptState:
    """An attempt as it stands: frozen, made by `state_of`.

    `used_s` is the time that counts up to `seen_at`, the last event; while it is `running` more is added.
    `minutes` is None without a timer, `result` None until the exam is handed in.
    """

    id: str
    name: str
    exam: str
    full: bool
    passing: int
    mode: str
    minutes: int | None
    seed: int
    bank_digest: str
    questions: tuple[str, ...]
    domains: tuple[int, ...]
    started_at: datetime
    seen_at: datetime
    running: bool = True
    used_s: float = 0.0
    answers: Mapping[str, Given] = field(default_factory=dict)
    flagged: frozenset[str] = frozenset()
    result: ExamResult | None = None

    def time_used_s(self, now: datetime) -> float:
        """The time that counts, up to NOW."""
        return self.used_s + (_seconds(self.seen_at, now) if self.running else 0.0)

    def time_left_s(self, now: datetime) -> float | None:
        """What is left at NOW, 0 when time is up; None without a timer."""
        if self.minutes is None:
            return None
        return max(0.0, self.minutes * 60 - self.time_used_s(now))


def state_of(events: Iterable[Event]) -> AttemptState | None:
    """The state after the EVENTS of one attempt; None if its beginning is not among them."""
    state: AttemptState | None = None
    for event in events:
        if event.kind == "exam.started":
            state = state or _begun(event)
        elif state is not None and state.result is None:
            state = _after(state, event)
    return state


def _begun(event: Event) -> AttemptState:
    lists = {name: tuple(event.data[name]) for name in ("questions", "domains")}
    return AttemptState(id=event.subject, started_at=event.at, seen_at=event.at, **{**event.data, **lists})


def _after(state: AttemptState, event: Event) -> AttemptState:
    counts = state.running and event.kind != "exam.resumed"
    used = state.used_s + (_seconds(state.seen_at, event.at) if counts else 0.0)
    running = event.kind not in ("exam.paused", "exam.finished")
    timed = replace(state, used_s=used, seen_at=event.at, running=running)
    return replace(timed, **_change(state, event))


def _change(state: AttemptState, event: Event) -> dict[str, Any]:
    data = event.data
    if event.kind == "exam.answered":
        given = Given(tuple(data["chosen"]), event.at, data["guessed"], data["seconds"])
        return {"answers": {**state.answers, data["question"]: given}}
    if event.kind == "exam.flagged":
        one = {data["question"]}
        return {"flagged": state.flagged | one if data["on"] else state.flagged - one}
    if event.kind == "exam.timed":
        return {"minutes": data["minutes"]}
    if event.kind == "exam.finished":
        marks = tuple(Mark.from_json(each) for each in data["marks"])
        return {"result": ExamResult(state.name, state.exam, state.full, state.passing, marks)}
    return {}


def _seconds(earlier: datetime, later: datetime) -> float:
    """The time between, never below 0: a clock may be set back."""
    return max(0.0, (later - earlier).total_seconds())
