"""What stands for an invocation that Lambda has throttled."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from lambda_study.engine.errors import ServiceError
from lambda_study.engine.invocation import PRE

THROTTLED = 429


@dataclass(frozen=True, slots=True)
class ThrottledInvocation:
    """An invocation that no execution environment took: nothing ran, was logged or is billed.

    It has the attributes of an Invocation. `error` is the ServiceError that a single caller gets, and
    `payload` the answer of the API.

    >>> error = ServiceError(429, "TooManyRequestsException", "Rate Exceeded.", "CallerRateLimitExceeded")
    >>> throttled = ThrottledInvocation(error)
    >>> throttled
    -> 429 TooManyRequestsException: Rate Exceeded. (CallerRateLimitExceeded)
    >>> throttled.payload
    {'Reason': 'CallerRateLimitExceeded', 'Type': 'User', 'message': 'Rate Exceeded.'}
    >>> throttled.ok, throttled.function_error, throttled.report, throttled.environment
    (False, None, None, '')

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (read 2026-11-23).
    """

    error: ServiceError
    ok = False
    function_error = None  # the function did not run, so it did not fail
    report = None
    environment = ""
    logs = ()
    hints = ()

    @property
    def status(self) -> int:
        """AWS's status for it, 429."""
        return self.error.status

    @property
    def payload(self) -> dict[str, Any]:
        """The body of the API's answer."""
        return {"Reason": self.error.reason, "Type": "User", "message": self.error.message}

    def __repr__(self) -> str:
        return f"-> {self.status} {self.error}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def _repr_html_(self) -> str:
        return f'<pre style="{PRE}"><strong>{escape(repr(self))}</strong></pre>'
