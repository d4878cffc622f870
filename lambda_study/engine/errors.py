"""The error that AWS's Lambda API answers with."""

from __future__ import annotations

from lambda_study.errors import OneLineError


class ServiceError(OneLineError):
    """An error of the Lambda service, with AWS's name and text: the function did not run.

    >>> print(ServiceError(429, "TooManyRequestsException", "Rate Exceeded.", "CallerRateLimitExceeded"))
    TooManyRequestsException: Rate Exceeded. (CallerRateLimitExceeded)
    """

    def __init__(self, status: int, code: str, message: str, reason: str | None = None) -> None:
        super().__init__(status, code, message, reason)
        self.status = status
        self.code = code
        self.message = message
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" + (f" ({self.reason})" if self.reason else "")

    def _render_traceback_(self) -> list[str]:
        return [str(self)]
