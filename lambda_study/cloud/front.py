"""The one address of the cloud: an HTTP server on the loopback interface."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import string
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from lambda_study.cloud.exchange import Request, Response
from lambda_study.errors import BadInput

HOST = "127.0.0.1"
MOST_BYTES_OF_A_LINE = 65537
Answer = Callable[[Request], Response]


class Front:
    """Serves HTTP/1.1 with a thread for each connection; `close` ends all of them.

    It listens as soon as it is made, and answers once `serve` has told it how. PORT 0 is a free one.
    """

    def __init__(self, port: int = 0) -> None:
        try:
            self._server = _Server((HOST, port), _Handler)
        except (OSError, OverflowError, TypeError) as error:
            reason = getattr(error, "strerror", None) or "a port is 0 to 65535"
            raise BadInput(
                f"port={port} cannot be used: {reason}. Choose another, or 0 for a free one."
            ) from None
        self.endpoint_url = f"http://{HOST}:{self._server.server_address[1]}"
        self._thread: threading.Thread | None = None

    def serve(self, answer: Answer) -> None:
        """Answer requests by ANSWER, each on the thread of its connection."""
        self._server.answer = answer
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="lambda-study front", daemon=True
        )
        self._thread.start()

    def refuse(self) -> None:
        """Answer no new request any more: what it needs is about to end."""
        self._server.answer = _closing

    def close(self) -> None:
        """Take no more requests, drop all connections and wait for their threads."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def _closing(request: Request) -> Response:
    return Response(503, body=b"This cloud is closing.\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 1024  # as many as one handler can open; the next one would wait for a second

    def __init__(self, address: tuple[str, int], handler: type[_Handler]) -> None:
        self.answer: Answer = _closing
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._connections_lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection on a thread, which a Python that ends does not wait for."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="lambda-study connection",
            daemon=True,
        )
        with self._connections_lock:
            self._connections[request] = thread
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._connections_lock:
                self._connections.pop(request, None)

    def server_close(self) -> None:
        super().server_close()
        with self._connections_lock:
            connections = dict(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it
        for thread in connections.values():
            thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is nobody's fault."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._exchange
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """The trace tells what happens here."""

    def _exchange(self) -> None:
        target = urlsplit(self.path) if self.path.startswith("http") else None
        path, _, query = self.path.partition("?") if target is None else (target.path, "", target.query)
        try:
            lines = tuple(self.headers.items())
            request = Request(self.command, path, query, self._headers(), self._body(), lines)
        except ValueError:  # no number, or a body that was cut off: where the next begins, nobody knows
            self.close_connection = True
            self._send(Response(400, {"Connection": "close"}))
            return
        try:
            response = self.server.answer(request)
        except Exception:  # a fault of ours: told here, and to the client as AWS tells of its own
            traceback.print_exc()
            response = Response(500, {"Content-Type": "text/plain"}, b"The cloud has failed. See its log.\n")
        self._send(response)

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            key = name.lower()
            headers[key] = f"{headers[key]},{value}" if key in headers else value
        if "chunked" in headers.get("transfer-encoding", ""):
            del headers["transfer-encoding"]
        return headers

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(iter(self._chunk, b""))
        return self._read(_length(self.headers.get("Content-Length") or "0", 10))

    def _chunk(self) -> bytes:
        """Read one chunk; the last one is empty, and what follows it is read too."""
        line = self.rfile.readline(MOST_BYTES_OF_A_LINE).decode("latin-1")
        size = _length(line.partition(";")[0].strip(), 16)
        if size == 0:
            while self.rfile.readline(MOST_BYTES_OF_A_LINE).strip():
                pass
            return b""
        chunk = self._read(size)
        self.rfile.readline(MOST_BYTES_OF_A_LINE)
        return chunk

    def _read(self, size: int) -> bytes:
        """Read SIZE bytes; ValueError if the client ends before: half an object must not be stored."""
        data = self.rfile.read(size)
        if len(data) != size:
            raise ValueError(f"{len(data)} of {size} bytes have come.")
        return data

    def _send(self, response: Response) -> None:
        has_body = self.command != "HEAD" and response.status not in (204, 304)
        lines = [f"HTTP/1.1 {response.status} {self.responses.get(response.status, ('',))[0]}"]
        lines += [f"{name}: {value}" for name, value in (*response.headers.items(), *response.more)]
        names = {name.lower() for name in response.headers}
        if "content-length" not in names and response.status not in (204, 304):
            lines.append(f"Content-Length: {len(response.body)}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head + response.body if has_body else head)


def _length(text: str, base: int) -> int:
    """Return the number that a client wrote; ValueError if HTTP knows no such length, as -1 or 1_0."""
    if not set(text) <= set(string.hexdigits):
        raise ValueError(f"{text!r} is no length.")
    return int(text, base)
