"""An event on its way to the handler, a payload on its way back: JSON, and where it is not."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from lambda_study.engine.lineage import NO_LINEAGE, Lineage
from lambda_study.errors import BadInput

_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


class Event(NamedTuple):
    """An event as an execution environment gets it: PAYLOAD is its JSON text.

    ARN is the function's as the caller named it, with a version or an alias; LINEAGE and CLIENT_CONTEXT, the
    JSON text of what a mobile client tells of itself, go to the handler. CONCURRENCY is how many environments
    of the function are busy with it.
    """

    request_id: str
    payload: bytes
    arn: str
    lineage: Lineage = NO_LINEAGE
    client_context: str = ""
    concurrency: int = 1


def encode(event: Any) -> bytes:
    """Return EVENT as JSON text; a value that JSON cannot hold raises BadInput, which names it and its place.

    >>> encode({"n": 1})
    b'{"n":1}'
    >>> encode({"photos": ["a.jpg", {1}]})
    Traceback (most recent call last):
    lambda_study.errors.BadInput: event["photos"][1] is a set, {1}: JSON cannot hold it. Use text, numbers, \
true/false, None, lists and dicts with text keys.
    """
    try:
        return _ENCODER.encode(event).encode()
    except (TypeError, ValueError, RecursionError):
        raise _misfit_of(event) from None


def decode(payload: bytes) -> Any:
    """Return the value of PAYLOAD; what is no JSON comes back as text.

    NaN is let through, as AWS's runtime client for Python writes it.
    """
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return payload.decode("utf-8", "replace")


def _misfit_of(event: Any) -> BadInput:
    with contextlib.suppress(RecursionError):
        for place, value in _misfits(event, "event", ()):
            return _misfit(place, value)
    return BadInput(
        "event has lists or dicts inside each other, deeper than Python reads JSON. Make it flatter: "
        "a few hundred levels at most."
    )


def _misfits(value: Any, place: str, inside: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
    """Yield the values in VALUE that JSON cannot hold, each with its place."""
    if id(value) in inside:
        yield place, "a container that contains itself"
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str | int | float | bool | None):
                yield f"a key of {place}", key
            yield from _misfits(item, f"{place}[{_shown(key)}]", (*inside, id(value)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _misfits(item, f"{place}[{index}]", (*inside, id(value)))
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield place, value
    elif not isinstance(value, str | int | None):
        yield place, value


def _misfit(place: str, value: Any) -> BadInput:
    allowed = "Use text, numbers, true/false, None, lists and dicts with text keys."
    if isinstance(value, str):
        return BadInput(f"{place} is {value}: JSON cannot hold it. {allowed}")
    kind = type(value).__name__
    article = "an" if kind[0] in "aeiou" else "a"
    return BadInput(f"{place} is {article} {kind}, {_shown(value)}: JSON cannot hold it. {allowed}")


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
