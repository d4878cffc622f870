"""Functions that run while a client waits: for a request to an API or to a function URL."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

from lambda_study.cloud.wiring import Wiring, function_of
from lambda_study.engine import Invocation, ServiceError
from lambda_study.errors import OneLineError


class TimedOut(Exception):
    """The function has not answered in the time that the API waits. It runs on."""


class Calls:
    """Runs functions, each on a thread of its own: an API may wait for less long than the function takes.

    The event is in no chain of requests: Lambda does not look for loops through API Gateway.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def invoke(
        self, function_arn: str, event: Any, source_arn: str, detail: str, timeout_s: float | None = None
    ) -> Invocation:
        """Run the function and return what came of it; TimedOut after TIMEOUT_S seconds of real time.

        ServiceError if it cannot run, for a throttle for example.
        """
        self._wiring.trace.add("trigger", source=source_arn, target=function_arn, detail=detail)
        result: Future[Invocation] = Future()
        self._wiring.clock.begin()
        threading.Thread(
            target=self._run,
            args=(result, function_arn, event, source_arn),
            name="lambda-study request",
            daemon=True,
        ).start()
        try:
            return result.result(timeout_s)
        except TimeoutError:
            text = f"{detail}: no answer after {timeout_s:g} s"
            self.failed(function_arn, source_arn, text)
            raise TimedOut(text) from None
        except ServiceError:
            raise
        except OneLineError as error:  # the function was deleted, or the cloud closed, while it ran
            raise ServiceError(500, "ServiceException", str(error)) from None

    def failed(self, function_arn: str, source_arn: str, error: str) -> None:
        """Write into the trace that a request got no answer of the function."""
        self._wiring.trace.add("failure", source=source_arn, target=function_arn, error=error)

    def throttled(self, api_arn: str) -> None:
        """Write into the trace that an API has refused a request, as one too many."""
        self._wiring.trace.add("throttle", source="client", target=api_arn, error="Too Many Requests")

    def _run(self, result: Future[Invocation], function_arn: str, event: Any, source_arn: str) -> None:
        name, qualifier = function_of(function_arn)
        try:
            result.set_result(self._wiring.service.invoke(name, event, qualifier, source=source_arn))
        except BaseException as error:
            result.set_exception(error)
        finally:
            self._wiring.clock.end()
