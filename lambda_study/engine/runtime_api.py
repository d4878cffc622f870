"""The Runtime API: the HTTP interface over which a runtime fetches events and posts results.

Each runtime process has a server of its own on a loopback port: blocking sockets, one thread a connection. A
connection that asks for the next event is handed over to the owner: the thread that invokes the function then
speaks to the runtime itself, and no other thread has to wake up in between.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html (read 2026-11-23).
"""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
import time
from typing import Protocol

from lambda_study.engine.request_parser import BadRequest, Request, RequestParser

VERSION = "2018-06-01"
_NEXT = f"/{VERSION}/runtime/invocation/next"
_INIT_ERROR = f"/{VERSION}/runtime/init/error"
_INVOCATION = f"/{VERSION}/runtime/invocation/"
_ERROR_TYPE = "lambda-runtime-function-error-type"
_ERROR_BODY = "lambda-runtime-function-error-body"
_CHUNK = 1 << 16
_WAITING = 1024  # a handler has no more descriptors; one connection too many waits for a second and longer

_SMALL = 1 << 14  # a socket takes that much in at once

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
    """The owner of a runtime process: what the Runtime API tells it."""

    def next(self, connection: Connection) -> None:
        """The runtime waits on CONNECTION, which is the owner's from now on: answer with an event."""

    def response(self, request_id: str, body: bytes) -> tuple[int, str]:
        """The handler returned BODY. Answer with a status and, if it is refused, an error type."""

    def error(self, request_id: str, body: bytes, error_type: str) -> tuple[int, str]:
        """The handler raised."""

    def init_error(self, body: bytes, error_type: str) -> tuple[int, str]:
        """The runtime could not load the handler."""

    def gone(self) -> None:
        """A connection has ended."""


class Connection:
    """One connection of a runtime: reads requests, writes responses."""

    def __init__(self, connected: socket.socket) -> None:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connected
        self._parser = RequestParser()
        self._timeout_s: float | None = None

    def read_request(self, timeout_s: float | None = None) -> Request | None:
        """Return the next request; None when the other side has closed.

        With TIMEOUT_S it stops about then with a TimeoutError, however much has arrived: the caller looks at
        its clock, and the next call goes on where this one stopped. A client may send head and body in two
        pieces, so the first one alone is no reason to stop.
        """
        self._set_timeout(timeout_s)
        begun = time.perf_counter()
        while (request := self._parser.next()) is None:
            if self._parser.permission_wanted:
                self._parser.permission_wanted = False
                self._socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            data = self._receive()
            if not data:
                return None
            self._parser.feed(data)
            if timeout_s is not None and time.perf_counter() - begun >= timeout_s:
                return self._complete()
        return request

    def send(self, status: int, body: bytes = b"", headers: str = "", timeout_s: float | None = None) -> None:
        """Write one response. TimeoutError if the other side does not read a large one within TIMEOUT_S."""
        head = (
            f"HTTP/1.1 {status} {_TEXTS[status]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{headers}\r\n"
        )
        if len(body) > _SMALL:
            self._set_timeout(timeout_s)
        self._socket.sendall(head.encode("latin-1") + body)

    def close(self) -> None:
        """Close; a thread that waits in `read_request` wakes up."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _complete(self) -> Request:
        if (request := self._parser.next()) is None:
            raise TimeoutError("the request is not complete yet")
        return request

    def _set_timeout(self, timeout_s: float | None) -> None:
        if timeout_s != self._timeout_s:
            self._socket.settimeout(timeout_s)
            self._timeout_s = timeout_s

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(_CHUNK)
        except TimeoutError:
            raise
        except OSError:
            return b""


class RuntimeApi:
    """Serves the Runtime API for one runtime process on a loopback port."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=_WAITING)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._connections: list[Connection] = []
        self._closed = False
        threading.Thread(target=self._accept, name=f"lambda-study {self.address}", daemon=True).start()

    def serve(self, connection: Connection, request: Request) -> bool:
        """Do what REQUEST asks. Returns False if it asks for an event: CONNECTION is then the owner's."""
        if request.method == "GET" and request.path == _NEXT:
            self._runtime.next(connection)
            return False
        status, refusal = self._post(request) if request.method == "POST" else (404, "NotFound")
        connection.send(status, _refused(refusal) if refusal else _ACCEPTED)
        return True

    def drop(self, connection: Connection) -> None:
        """Close CONNECTION, whose other side has ended."""
        connection.close()
        with contextlib.suppress(ValueError):
            self._connections.remove(connection)

    def close(self) -> None:
        """End all connections and give the port back."""
        self._closed = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(
            OSError
        ):  # where shutdown does not wake a thread in accept, a connection does
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
                target=self._serve_all, args=(connection,), name="lambda-study http", daemon=True
            ).start()

    def _serve_all(self, connection: Connection) -> None:
        """Serve requests until the connection ends or is handed over."""
        try:
            while (request := connection.read_request()) is not None:
                if not self.serve(connection, request):
                    return
        except (BadRequest, OSError):
            pass  # a runtime that breaks off is noticed as a process that ends
        self.drop(connection)
        self._runtime.gone()

    def _post(self, request: Request) -> tuple[int, str]:
        error_type = request.headers.get(_ERROR_TYPE, "")
        if request.path == _INIT_ERROR:
            return self._runtime.init_error(request.body, error_type)
        request_id, _, kind = request.path.removeprefix(_INVOCATION).partition("/")
        if request.path.startswith(_INVOCATION) and kind == "response":
            if error_type:
                return self._runtime.error(request_id, _error_in_trailer(request), error_type)
            return self._runtime.response(request_id, request.body)
        if request.path.startswith(_INVOCATION) and kind == "error":
            return self._runtime.error(request_id, request.body, error_type)
        return 404, "NotFound"


def _error_in_trailer(request: Request) -> bytes:
    """Return the error that followed a streamed response, in Base64.

    Unlike AWS: the pieces that came before it are lost, because the caller here waits for the whole.
    """
    with contextlib.suppress(ValueError):
        return base64.b64decode(request.headers.get(_ERROR_BODY, ""), validate=True)
    return b""


def _refused(error_type: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": error_type}).encode()
