"""HTTP/1.1 requests out of bytes, however the bytes arrive. No socket in here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from lambda_study.engine.limits import RESPONSE_BYTES

MAX_BODY = RESPONSE_BYTES + 1  # so much tells that a response is too large; the rest is not kept
MAX_CHUNK_HEAD = 1024
MAX_HEAD = 2 << 20  # the X-Ray header of an error may be 1 MB long
_END_OF_HEAD = b"\r\n\r\n"
_USUAL = 1024  # a client's headers are shorter, as a rule, and the same in all its requests


class Request(NamedTuple):
    """One HTTP request; header names are in lower case, and of a body the first MAX_BODY bytes are kept."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class BadRequest(Exception):
    """What arrived is not HTTP that we understand."""


class RequestParser:
    """Takes bytes with `feed` and gives whole requests with `next`.

    >>> parser = RequestParser()
    >>> parser.feed(b"POST /here HTTP/1.1\\r\\nContent-Length: 2\\r\\n\\r\\nh")
    >>> parser.next() is None
    True
    >>> parser.feed(b"i")
    >>> parser.next().body
    b'hi'
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._head: Request | None = None  # of the request whose body is still arriving
        self._chunk: int | None = None  # the size of the chunk that is arriving
        self._chunks = bytearray()
        self._dropped = 0  # how much of what is arriving was not kept
        self.permission_wanted = False  # the client holds its body back until it gets "100 Continue"

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._buffer += data

    def next(self) -> Request | None:
        """Return the next request; None until all of it has arrived. BadRequest if it is none."""
        if self._head is None:
            self._head = self._take_head() if self._buffer else None
            if self._head is None:
                return None
            self.permission_wanted = self._head.headers.get("expect", "").lower() == "100-continue"
        body = self._take_body(self._head.headers)
        if body is None:
            return None
        method, path, headers, _ = self._head
        self._head = None
        return Request(method, path, headers, body)

    def _take_head(self) -> Request | None:
        end = self._buffer.find(_END_OF_HEAD)
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise BadRequest("the head of the request does not end")
            return None
        first, _, rest = self._buffer[:end].decode("latin-1").partition("\r\n")
        del self._buffer[: end + len(_END_OF_HEAD)]
        words = first.split(" ")
        if len(words) != 3:
            raise BadRequest(first[:100])
        headers = _usual_headers(rest) if len(rest) < _USUAL else _headers(rest)
        return Request(words[0], words[1], headers, b"")

    def _take_body(self, headers: Mapping[str, str]) -> bytes | None:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._take_chunks()
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise BadRequest("Content-Length is not a number")
        return self._take(int(length))

    def _take_chunks(self) -> bytes | None:
        while (size := self._chunk_size()) is not None:
            if size == 0:
                return self._take_trailers(self._buffer.find(b"\r\n") + 2)
            piece = self._take(size + 2, MAX_BODY - len(self._chunks))
            if piece is None:
                return None
            self._chunk = None
            self._chunks += piece[:size]
        return None

    def _chunk_size(self) -> int | None:
        """Return the size of the chunk that is arriving. The line that says so is taken, but for the last."""
        if self._chunk is not None:
            return self._chunk
        line, found, _ = self._buffer[:MAX_CHUNK_HEAD].partition(b"\r\n")
        if not found and len(self._buffer) < MAX_CHUNK_HEAD:
            return None
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            size = -1
        if not found or size < 0:
            raise BadRequest("a chunk has no size")
        if size > 0:
            del self._buffer[: len(line) + 2]
            self._chunk = size
        return size

    def _take_trailers(self, start: int) -> bytes | None:
        """Add the header lines that follow the last chunk, if any, to those of the head.

        A streamed response tells there that the handler raised after its first piece.
        """
        if self._buffer[start : start + 2] == b"\r\n":
            end = start + 2
        else:
            end = self._buffer.find(_END_OF_HEAD, start) + len(_END_OF_HEAD)
            if end < len(_END_OF_HEAD):
                if len(self._buffer) > MAX_HEAD:
                    raise BadRequest("the lines after the last chunk do not end")
                return None
            assert self._head is not None
            trailers = _headers(self._buffer[start : end - 4].decode("latin-1"))
            self._head = self._head._replace(headers={**self._head.headers, **trailers})
        del self._buffer[:end]
        body, self._chunks = bytes(self._chunks), bytearray()
        return body

    def _take(self, size: int, room: int = MAX_BODY) -> bytes | None:
        """Return the next SIZE bytes, of them at most ROOM: the others are counted and forgotten."""
        room = min(size, room)
        surplus = min(size - self._dropped, len(self._buffer)) - room
        if surplus > 0:
            del self._buffer[room : room + surplus]
            self._dropped += surplus
        if len(self._buffer) < size - self._dropped:
            return None
        taken = bytes(self._buffer[:room])
        del self._buffer[:room]
        self._dropped = 0
        return taken


def _headers(text: str) -> Mapping[str, str]:
    headers = {}
    for line in text.split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return MappingProxyType(headers)


_usual_headers = lru_cache(maxsize=100)(_headers)
