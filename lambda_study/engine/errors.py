"""What AWS's Lambda API answers with when it refuses something."""

from __future__ import annotations

from lambda_study.errors import BadInput, OneLineError


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


def throttled(reason: str) -> ServiceError:
    """Return what AWS answers to an invocation that it throttles for REASON."""
    return ServiceError(429, "TooManyRequestsException", "Rate Exceeded.", reason)


class Refused(BadInput):
    """What was given is not allowed, told in one line; `error` is what AWS's API answers to it.

    >>> refused = Refused("layers: 6 are given. At most 5.", "Cannot reference more than 5 layers.")
    >>> print(refused)
    layers: 6 are given. At most 5.
    >>> print(refused.error)
    InvalidParameterValueException: Cannot reference more than 5 layers.
    """

    def __init__(
        self, text: str, message: str, code: str = "InvalidParameterValueException", status: int = 400
    ) -> None:
        super().__init__(text)
        self.error = ServiceError(status, code, message)

    def _render_traceback_(self) -> list[str]:
        return [f"BadInput: {self}"]
