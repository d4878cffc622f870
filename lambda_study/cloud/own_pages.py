"""What a cloud answers itself, under /_lambda-study/: its clock, trace and bill, for other programs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from lambda_study.cloud.exchange import Request, Response
from lambda_study.engine.clock import Clock
from lambda_study.errors import BadInput

UNITS = ("seconds", "minutes", "hours", "days")


class OwnPages:
    """POST advance?hours=24 moves a manual clock; GET clock, trace and bill tell of the cloud."""

    def __init__(self, clock: Clock, shown: dict[str, Callable[[], Any]]) -> None:
        self._clock = clock
        self._shown = shown
        self._advancing = threading.Lock()

    def answer(self, request: Request) -> Response:
        """Return the page, as text; one line with status 400 or 404 for what is not there."""
        page = request.path.rsplit("/", 1)[-1]
        if (request.method, page) == ("POST", "advance"):
            return self._advance(request)
        if (request.method, page) == ("GET", "clock"):
            return _text(200, self._time())
        if request.method == "GET" and page in self._shown:
            return _text(200, repr(self._shown[page]()))
        return _text(404, f"There is POST advance?hours=24 and GET clock, {', '.join(self._shown)}.")

    def _advance(self, request: Request) -> Response:
        try:
            by = _durations(request.query)
            with self._advancing:
                self._clock.advance(**by)
        except BadInput as error:
            return _text(400, str(error))
        return _text(200, self._time())

    def _time(self) -> str:
        return self._clock.now().isoformat()


def _durations(query: str) -> dict[str, float]:
    """Read hours=24&minutes=1.

    >>> _durations("hours=24")
    {'hours': 24.0}
    """
    given = dict(parse_qsl(query))
    if not given or not given.keys() <= set(UNITS):
        raise BadInput(f"Write how far, in {', '.join(UNITS)}: advance?hours=24.")
    try:
        return {unit: float(amount) for unit, amount in given.items()}
    except ValueError:
        raise BadInput(f"{json.dumps(given)} is no time. Write a number: advance?hours=24.") from None


def _text(status: int, text: str) -> Response:
    return Response(status, {"Content-Type": "text/plain; charset=utf-8"}, f"{text}\n".encode())
