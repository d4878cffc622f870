"""The Runtime API: the HTTP interface over which a runtime fetches events and posts results.

Each execution environment has a server of its own on a loopback port: blocking sockets, one thread a
connection.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html (read 2026-11-23).
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import NamedTuple, Protocol

VERSION = "2018-06-01"
_NEXT = f"/{VERSION}/runtime/invocation/next"
_INIT_ERROR = f"/{VERSION}/runtime/init/error"
_INVOCATION = f"/{VERSION}/runtime/invocation/"
_ERROR_TYPE = "lambda-runtime-function-error-type"
_MAX_HEAD = 2 << 20  # the X-Ray header of an error may be 1 MB long
_CHUNK = 1 << 16

_ACCEPTED = b'{"status":"OK"}'
_TEXTS = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    413: "Payload Too Large",
}


class Runtime(Protocol):
    """What the Runtime API tells to the side that owns the child process."""

    def next(self, connection: Connection) -> None:
        """The runtime waits for an event on CONNECTION; answer it with `send_event`."""

    def response(self, request_id: str, body: bytes) -> tuple[int, str]:
        """The handler returned BODY. Answer with a status and, if it is refused, an error type."""

    def error(self, request_id: str, body: bytes, error_type: str) -> tuple[int, str]:
        """The handler raised."""

    def init_error(self, body: bytes, error_type: str) -> tuple[int, str]:
        """The runtime could not load the handler."""

    def gone(self) -> None:
        """A connection has ended."""


class Request(NamedTuple):
    """One HTTP request; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class BadRequest(Exception):
    """What arrived is not HTTP that we understand."""


class Connection:
    """One connection of a runtime: reads requests, writes responses."""

    def __init__(self, connected: socket.socket) -> None:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connected
        self._buffer = b""

    def read_request(self) -> Request | None:
        """Return the next request; None when the other side has closed."""
        head = self._read_head()
        if head is None:
            return None
        first, _, rest = head.partition("\r\n")
        words = first.split(" ")
        if len(words) != 3:
            raise BadRequest(first[:100])
        headers = _parse_headers(rest)
        return Request(words[0], words[1], headers, self._read_body(headers))

    def send(self, status: int, body: bytes = b"", headers: str = "") -> None:
        """Write one response."""
        head = (
            f"HTTP/1.1 {status} {_TEXTS[status]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{headers}\r\n"
        )
        self._socket.sendall(head.encode("latin-1") + body)

    def close(self) -> None:
        """Close; a thread that waits in `read_request` wakes up."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(_CHUNK)
        except OSError:
            return b""

    def _read_head(self) -> str | None:
        end = self._buffer.find(b"\r\n\r\n")
        while end < 0:
            chunk = self._receive()
            if not chunk:
                return None
            self._buffer += chunk
            if len(self._buffer) > _MAX_HEAD:
                raise BadRequest("the head of the request does not end")
            end = self._buffer.find(b"\r\n\r\n")
        head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
        return head.decode("latin-1")

    def _read_body(self, headers: dict[str, str]) -> bytes:
        if headers.get("expect", "").lower() == "100-continue":
            self._socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._read_chunks()
        try:
            return self._read_exactly(int(headers.get("content-length", "0")))
        except ValueError:
            raise BadRequest("Content-Length is not a number") from None

    def _read_exactly(self, size: int) -> bytes:
        if len(self._buffer) >= size:
            body, self._buffer = self._buffer[:size], self._buffer[size:]
            return body
        pieces, missing = [self._buffer], size - len(self._buffer)
        self._buffer = b""
        while missing > 0:
            piece = self._receive()
            if not piece:
                raise BadRequest("the connection ended inside a body")
            pieces.append(piece)
            missing -= len(piece)
        body = b"".join(pieces)
        self._buffer = body[size:]
        return body[:size]

    def _read_line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            chunk = self._receive()
            if not chunk:
                raise BadRequest("the connection ended inside a body")
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def _read_chunks(self) -> bytes:
        pieces = []
        try:
            while size := int(self._read_line().split(b";")[0], 16):
                pieces.append(self._read_exactly(size))
                self._read_line()
        except ValueError:
            raise BadRequest("a chunk has no size") from None
        while self._read_line():
            pass  # trailers
        return b"".join(pieces)


class RuntimeApi:
    """Serves the Runtime API for one runtime process on a loopback port."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._connections: list[Connection] = []
        self._closed = False
        threading.Thread(target=self._accept, name=f"lambda-study {self.address}", daemon=True).start()

    def close(self) -> None:
        """End all connections and give the port back."""
        self._closed = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(
            OSError
        ):  # where shutdown does not wake a thread in accept(), a connection does
            socket.create_connection(self._listener.getsockname(), timeout=0.2).close()
        self._listener.close()
        for connection in list(self._connections):
            connection.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            connection = Connection(connected)
            self._connections.append(connection)
            threading.Thread(
                target=self._serve, args=(connection,), name="lambda-study http", daemon=True
            ).start()

    def _serve(self, connection: Connection) -> None:
        try:
            while (request := connection.read_request()) is not None:
                self._route(connection, request)
        except (BadRequest, OSError):
            pass  # a runtime that breaks off is noticed as a process that ends
        finally:
            connection.close()
            self._connections.remove(connection)
            self._runtime.gone()

    def _route(self, connection: Connection, request: Request) -> None:
        if request.method == "GET" and request.path == _NEXT:
            self._runtime.next(connection)
            return
        status, refusal = self._post(request) if request.method == "POST" else (404, "NotFound")
        connection.send(status, _refused(refusal) if refusal else _ACCEPTED)

    def _post(self, request: Request) -> tuple[int, str]:
        error_type = request.headers.get(_ERROR_TYPE, "")
        if request.path == _INIT_ERROR:
            return self._runtime.init_error(request.body, error_type)
        request_id, _, kind = request.path.removeprefix(_INVOCATION).partition("/")
        if request.path.startswith(_INVOCATION) and kind == "response":
            return self._runtime.response(request_id, request.body)
        if request.path.startswith(_INVOCATION) and kind == "error":
            return self._runtime.error(request_id, request.body, error_type)
        return 404, "NotFound"


def _refused(error_type: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": error_type}).encode()


def _parse_headers(text: str) -> dict[str, str]:
    headers = {}
    for line in text.split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers
