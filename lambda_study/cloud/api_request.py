"""A request as an API sees it: behind the part of the address that leads to the API."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

SOURCE_IP = "127.0.0.1"
_TEXTS = ("text/", "application/json", "application/javascript", "application/xml")
_TEXT_SUFFIXES = ("+json", "+xml")


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """What a client sent at a time: PATH is percent-encoded and begins behind the API's id.

    LINES are the headers as they came, in order, a name as often as it came; what API Gateway adds is there.
    """

    id: str
    at: datetime
    method: str
    path: str
    query: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    trace_id: str = field(default="", compare=False)

    def header(self, name: str) -> str:
        """Return the last header NAME, in whatever case it was written; "" if there is none."""
        return next((value for key, value in reversed(self.lines) if key.lower() == name.lower()), "")

    @property
    def multi_headers(self) -> dict[str, list[str]]:
        """All values of each header, by its name as it came."""
        return _grouped(self.lines)

    @property
    def combined_headers(self) -> dict[str, str]:
        """The headers by their names in lower case, several values with commas between them."""
        lines = [(name.lower(), value) for name, value in self.lines if name.lower() != "cookie"]
        return {name: ",".join(values) for name, values in _grouped(lines).items()}

    @property
    def cookies(self) -> list[str]:
        """The cookies, each as name=value."""
        texts = (value for name, value in self.lines if name.lower() == "cookie")
        return [each.strip() for text in texts for each in text.split(";") if each.strip()]

    @property
    def multi_query(self) -> dict[str, list[str]]:
        """All values of each parameter of the query."""
        return _grouped(parse_qsl(self.query, keep_blank_values=True))

    @property
    def is_text(self) -> bool:
        """Whether the body is text by its type; a body without a type is."""
        return is_text(self.header("content-type"))

    def text(self, binary: bool) -> tuple[str | None, bool]:
        """Return the body for an event, and whether it is in base64, which it is if BINARY.

        >>> from datetime import UTC
        >>> sent = ApiRequest("id", datetime(2026, 11, 23, tzinfo=UTC), "POST", "/", body=b"hello")
        >>> sent.text(binary=False), sent.text(binary=True)
        (('hello', False), ('aGVsbG8=', True))
        """
        if not self.body:
            return None, False
        if binary:
            return base64.b64encode(self.body).decode("ascii"), True
        return self.body.decode("utf-8", "replace"), False


def is_text(content_type: str) -> bool:
    """Return whether a body of CONTENT_TYPE goes into an event as it is, and not in base64.

    >>> is_text("application/json; charset=utf-8"), is_text("image/png")
    (True, False)
    >>> is_text("application/x-www-form-urlencoded")
    False
    """
    kind = content_type.split(";")[0].strip().lower()
    return not kind or kind.startswith(_TEXTS) or kind.endswith(_TEXT_SUFFIXES)


def is_of(kind: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a media type is one of PATTERNS, in which * stands for anything.

    >>> is_of("image/png;q=0.9", ("image/*",)), is_of("text/html", ("image/png",))
    (True, False)
    """
    given = kind.split(";")[0].strip().lower().split("/")
    wanted = (pattern.lower().split("/") for pattern in patterns)
    return len(given) == 2 and any(
        len(each) == 2 and all(a in ("*", b) for a, b in zip(each, given, strict=True)) for each in wanted
    )


def last_of(values: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the last value of each name."""
    return {name: each[-1] for name, each in values.items()}


def _grouped(
    pairs: Iterator[tuple[str, str]] | list[tuple[str, str]] | tuple[tuple[str, str], ...],
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
