"""A request to the cloud and the answer to it: plain values of HTTP, without any server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qs

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent. PATH is as it came, percent-encoded; QUERY is the text behind the question mark.

    >>> request = Request("GET", "/2015-03-31/functions", "MaxItems=5", {"Content-Type": "x"})
    >>> request.header("content-type"), request.parameters["MaxItems"]
    ('x', ['5'])
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    body: bytes = b""
    lines: tuple[tuple[str, str], ...] = ()
    """The headers as they came, each line of its own; empty if nobody has kept them."""

    def header(self, name: str) -> str | None:
        """Return the header NAME, in whatever case it was written; None if there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The parameters of the query, each with all its values."""
        return parse_qs(self.query, keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Response:
    """What it gets back, to be sent as it is. MORE are headers whose names are in HEADERS already."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    body: bytes = b""
    more: tuple[tuple[str, str], ...] = ()
