"""The four functions of AWS's `runtime_client` in plain Python.

AWS ships that part of its Python runtime client in C++, for Linux only. The boot file puts this module in its
place, and the rest of AWS's client runs on it unchanged. It runs inside the handler's process and imports the
standard library only.
"""

from __future__ import annotations

import os
import socket
import time

_RUNTIME = "/2018-06-01/runtime/invocation"
_DEADLINE = "Lambda-Runtime-Deadline-Ms"
_CHUNK = 1 << 16


class _Client:
    """One connection to the Runtime API, opened when it is first needed."""

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self._address = os.environ["AWS_LAMBDA_RUNTIME_API"]
        self._socket: socket.socket | None = None
        self._buffer = b""

    def request(
        self, method: str, path: str, headers: str = "", body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._address}\r\nUser-Agent: {self._user_agent}\r\n"
            f"Content-Length: {len(body)}\r\n{headers}\r\n"
        )
        self._connected().sendall(head.encode() + body)
        return self._read_response()

    def _connected(self) -> socket.socket:
        if self._socket is None:
            host, _, port = self._address.rpartition(":")
            self._socket = socket.create_connection((host, int(port)))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _read_response(self) -> tuple[int, dict[str, str], bytes]:
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self._receive()
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        status, headers = _parse(head.decode("latin-1"))
        pieces, missing = [rest], int(headers.get("Content-Length", "0")) - len(rest)
        while missing > 0:
            pieces.append(self._receive())
            missing -= len(pieces[-1])
        self._buffer = b""  # requests are not pipelined: nothing follows
        return status, headers, b"".join(pieces)

    def _receive(self) -> bytes:
        chunk = self._connected().recv(_CHUNK)
        if not chunk:
            raise RuntimeError("The Runtime API has closed the connection")
        return chunk


_client: _Client | None = None


def initialize_client(user_agent: str) -> None:
    """Remember who asks; the connection is opened by the first call."""
    global _client
    _client = _Client(user_agent)


def next() -> tuple[bytes, dict[str, str | int]]:
    """Wait for the next event and return its body and the headers that came with it.

    As with AWS's part, the deadline is a whole number and all other headers are text.
    """
    status, headers, body = _request("GET", f"{_RUNTIME}/next")
    if status != 200:
        raise RuntimeError(f"Failed to get next. Runtime API answered {status}")
    return body, {**headers, _DEADLINE: int(headers[_DEADLINE])}


def post_invocation_result(
    invoke_id: str, result: bytes, content_type: str = "application/json", invocation_id: str | None = None
) -> None:
    """Post what the handler returned."""
    headers = f"Content-Type: {content_type}\r\n{_echo(invocation_id)}"
    status, _, answer = _request("POST", f"{_RUNTIME}/{invoke_id}/response", headers, result)
    if status != 202:
        _log_refusal(status, answer)
        raise RuntimeError("Failed to post invocation response")


def post_error(invoke_id: str, error: str, xray_fault: str, invocation_id: str | None = None) -> None:
    """Post what the handler raised."""
    headers = (
        "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: Unhandled\r\n"
        f"Lambda-Runtime-Function-XRay-Error-Cause: {_one_line(xray_fault)}\r\n{_echo(invocation_id)}"
    )
    status, _, answer = _request("POST", f"{_RUNTIME}/{invoke_id}/error", headers, error.encode())
    if status != 202:
        _log_refusal(status, answer)
        raise RuntimeError("Failed to post invocation error")


def _request(
    method: str, path: str, headers: str = "", body: bytes = b""
) -> tuple[int, dict[str, str], bytes]:
    if _client is None:
        raise RuntimeError("initialize_client was not called")
    return _client.request(method, path, headers, body)


def _log_refusal(status: int, answer: bytes) -> None:
    """Write what AWS's part writes when the Runtime API does not take an answer."""
    text = f"Failed to post handler success response. Http response code: {status}. {answer.decode()}"
    print(f"[ERROR] [{time.time_ns() // 1_000_000}] LAMBDA_RUNTIME {text}", flush=True)


def _echo(invocation_id: str | None) -> str:
    return f"Lambda-Runtime-Invocation-Id: {invocation_id}\r\n" if invocation_id else ""


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _parse(head: str) -> tuple[int, dict[str, str]]:
    first, *lines = head.split("\r\n")
    return int(first.split(" ", 2)[1]), {
        name: value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
