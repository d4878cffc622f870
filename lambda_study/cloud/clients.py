"""AWS clients of the cloud itself: what they ask is answered in this process, without the network."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.session import Session

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.sessions import new_session
from lambda_study.engine.function import REGION

Answer = Callable[[Request], Response]


class Clients:
    """Clients by service, made when they are first asked for. ANSWER answers their requests."""

    def __init__(self, answer: Answer, endpoint_url: str) -> None:
        self._answer = answer
        self._endpoint_url = endpoint_url
        self._session: Session | None = None
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def of(self, service: str) -> Any:
        """Return the client of SERVICE, as botocore names it."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._new(service)
            return self._clients[service]

    def _new(self, service: str) -> Any:
        self._session = self._session or new_session()
        client = self._session.create_client(
            service,
            region_name=REGION,
            endpoint_url=self._endpoint_url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}),
        )
        client.meta.events.register("before-send", self._send)
        return client

    def _send(self, request: AWSPreparedRequest, **_context: Any) -> AWSResponse:
        """Answer in the place of the network: botocore then sends nothing."""
        url = urlsplit(request.url)
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        headers.setdefault("host", url.netloc)
        asked = Request(request.method, url.path or "/", url.query, headers, _bytes(request.body))
        answer = self._answer(asked)
        return AWSResponse(request.url, answer.status, dict(answer.headers), _Raw(answer.body))


class _Raw(io.BytesIO):
    """A body as botocore reads one from the network."""

    def stream(self, **_options: Any) -> Iterator[bytes]:
        yield self.read()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else bytes(body.read())
