"""What an invocation gives back."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from html import escape
from typing import Any

from lambda_study.model.report import Report

LOG_TAIL_BYTES = 4 * 1024
_NO_BREAK_SPACE = "\u00a0"
_PLATFORM = ("INIT_START ", "START RequestId: ", "END RequestId: ")
_FIGURES = ("REPORT ", "INIT_REPORT ")
PRE = "margin: 0; white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere; tab-size: 4"


@dataclass(frozen=True, slots=True)
class Invocation:
    """The result of one invocation: payload, logs and figures. Its text shows the log, then `-> payload`.

    `payload` is the parsed response. `function_error` is None, or "Unhandled" when the handler raised, the
    runtime ended, or time or memory ran out; the status is 200 in both cases, as on AWS. `logs` are the log
    events in order, `log_group` and `log_stream` where they go, `body` is the response as the runtime sent
    it, `concurrency` how many environments of the function were busy when it began, with its own, and
    `invoked_arn` the ARN that was called, with the version or alias if there was one.
    """

    payload: Any
    function_error: str | None
    logs: tuple[str, ...]
    report: Report
    status: int = 200
    hints: tuple[str, ...] = field(default=())
    body: bytes = field(default=b"", compare=False)
    log_group: str = field(default="", compare=False)
    log_stream: str = field(default="", compare=False)
    concurrency: int = field(default=1, compare=False)
    invoked_arn: str = field(default="", compare=False)

    @property
    def ok(self) -> bool:
        """True when the handler returned."""
        return self.function_error is None

    @property
    def environment(self) -> str:
        """The execution environment that ran it: "environment 1"."""
        return self.report.environment

    @property
    def log_result(self) -> str:
        """The last 4 KB of the log in base64, as Invoke returns them with LogType=Tail."""
        log = "".join(f"{event}\n" for event in self.logs).encode()
        return base64.b64encode(log[-LOG_TAIL_BYTES:]).decode("ascii")

    def __repr__(self) -> str:
        return "\n".join([*self._log(), *self._answer()])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def _repr_html_(self) -> str:
        """The same text; the lines that every invocation has step back behind the learner's own.

        A line of figures breaks between two of them, never between a figure and its name.
        """
        log = [_as_html(line) for line in self._log()]
        answer = [f"<strong>{escape(line)}</strong>" for line in self._answer()]
        return f'<pre style="{PRE}">' + "\n".join([*log, *answer]) + "</pre>"

    def _log(self) -> list[str]:
        return [event.rstrip().replace(_NO_BREAK_SPACE, " ") for event in self.logs]

    def _answer(self) -> list[str]:
        return [f"-> {_shown(self.payload)}", *(f"hint: {hint}" for hint in self.hints)]

    def to_json(self) -> dict[str, Any]:
        """Return what `lambda-study invoke --json` prints."""
        return {
            "status": self.status,
            "payload": self.payload,
            "function_error": self.function_error,
            "logs": list(self.logs),
            "report": self.report.to_json(),
        }


def _as_html(line: str) -> str:
    if line.startswith(_PLATFORM):
        return f'<span style="opacity: 0.65">{escape(line)}</span>'
    if line.startswith(_FIGURES):
        fields = (f'<span style="white-space: pre">{escape(field)}</span>' for field in line.split("\t"))
        return "\t".join(fields)
    return escape(line)


def _shown(payload: Any) -> str:
    text = repr(payload)
    return text if len(text) <= 2000 else f"{text[:1997]}... ({len(text):,} characters)"
