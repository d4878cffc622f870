"""What a case has to show: the log, the trace, metrics and settings, one under the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from lambda_study.engine import Invocation, ThrottledInvocation
from lambda_study.model.trace_event import TraceEvent

_ADVICE = "LAMBDA_WARNING"
_FOREIGN_FRAME = re.compile(r'^  File "/var/(?!task/).*\n(?:    .*\n?)*', re.M)
_REQUEST = re.compile(r"RequestId: [\w-]+ (?:Error: )?")
_PRE = "margin: 0 0 0.8em 0; white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere; tab-size: 4"


@dataclass(frozen=True, slots=True, repr=False)
class Lines:
    """A few lines of text, such as settings and metrics.

    >>> Lines("Throttles   3", "Invocations 0")
    Throttles   3
    Invocations 0
    """

    texts: tuple[str, ...]

    def __init__(self, *texts: str) -> None:
        object.__setattr__(self, "texts", texts)

    def __repr__(self) -> str:
        return "\n".join(self.texts)


class Log(Lines):
    """The log of one run, and how it ended. Frames that are not the club's are left out, and AWS's advice.

    >>> from lambda_study.engine import LambdaService, deploy
    >>> with LambdaService() as service:
    ...     run = deploy("lambda_study/demos/handlers/raises.py:handler", service=service).invoke()
    >>> print(repr(Log(run)).splitlines()[-1])
    -> ValueError: no photo in the event
    """

    def __init__(self, run: Invocation) -> None:
        kept = [_shortened(each.rstrip()) for each in run.logs if _ADVICE not in each]
        Lines.__init__(self, *kept, f"-> {failure_of(run) or repr(run.payload)}")


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """Parts with a title each; every part prints as it does by itself.

    >>> Evidence({"Metrics": Lines("Throttles 3")})
    Metrics
    -------
    Throttles 3
    """

    parts: dict[str, Any]

    def __repr__(self) -> str:
        return "\n\n".join(f"{title}\n{'-' * len(title)}\n{part!r}" for title, part in self.parts.items())

    def _repr_html_(self) -> str:
        return "\n".join(f"<p><strong>{escape(t)}</strong></p>\n{_html(p)}" for t, p in self.parts.items())


def _html(part: Any) -> str:
    if hasattr(part, "_repr_html_"):
        return f'<div style="margin-bottom: 0.8em">{part._repr_html_()}</div>'
    return f'<pre style="{_PRE}">{escape(repr(part))}</pre>'


def happened(events: Iterable[TraceEvent]) -> Lines:
    """Events of the trace in full, without the ids that no reader needs.

    >>> from datetime import UTC, datetime
    >>> happened([TraceEvent(datetime(2026, 11, 23, 10, tzinfo=UTC), "retry", "invoke", "report", "in 60 s")])
    10:00:00  retry       report  in 60 s
    """
    told = ((each, ": ".join(filter(None, (each.detail, each.error)))) for each in events)
    return Lines(
        *(
            f"{each.at:%H:%M:%S}  {each.kind:<10}  {each.target}  {_REQUEST.sub('', text)}".rstrip()
            for each, text in told
        )
    )


def failure_of(run: Invocation | ThrottledInvocation) -> str:
    """What went wrong with a run in one line, "" for nothing: an error, a time-out, or a throttle."""
    if isinstance(run, ThrottledInvocation):
        return str(run.error)
    if run.ok:
        return ""
    payload = run.payload if isinstance(run.payload, dict) else {}
    message = _REQUEST.sub("", str(payload.get("errorMessage", "")))
    return f"{payload.get('errorType', run.function_error)}: {message}"


def _shortened(event: str) -> str:
    text = event.replace("\u00a0", " ")  # with which AWS's runtime client indents a traceback
    return _FOREIGN_FRAME.sub("", f"{text}\n").rstrip()
