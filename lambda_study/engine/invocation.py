"""What an invocation gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lambda_study.model.report import Report

_NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Invocation:
    """The result of one invocation: payload, logs and figures. Its text shows the log, then `-> payload`.

    `payload` is the parsed response. `function_error` is None, or "Unhandled" when the handler raised, the
    runtime ended, or time or memory ran out; the status is 200 in both cases, as on AWS. `logs` are the log
    events in order.
    """

    payload: Any
    function_error: str | None
    logs: tuple[str, ...]
    report: Report
    status: int = 200
    hints: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """True when the handler returned."""
        return self.function_error is None

    @property
    def environment(self) -> str:
        """The execution environment that ran it: "environment 1"."""
        return self.report.environment

    def __repr__(self) -> str:
        lines = [event.rstrip().replace(_NO_BREAK_SPACE, " ") for event in self.logs]
        lines.append(f"-> {_shown(self.payload)}")
        lines += [f"hint: {hint}" for hint in self.hints]
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def to_json(self) -> dict[str, Any]:
        """Return what `lambda-study invoke --json` prints."""
        return {
            "status": self.status,
            "payload": self.payload,
            "function_error": self.function_error,
            "logs": list(self.logs),
            "report": self.report.to_json(),
        }


def _shown(payload: Any) -> str:
    text = repr(payload)
    return text if len(text) <= 2000 else f"{text[:1997]}... ({len(text):,} characters)"
