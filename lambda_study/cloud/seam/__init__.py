"""The only place that knows moto: it is started, asked and stopped here, under one lock.

moto is not safe for threads. So all that reads or changes its state holds `lock`, and nothing that waits or
runs a handler is called while it is held.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.seam import time
from lambda_study.cloud.seam.wsgi import environ_of
from lambda_study.engine.clock import Clock

lock = threading.RLock()
_app = DomainDispatcherApplication(create_backend_app)


@contextmanager
def started(clock: Clock, seed: int) -> Iterator[None]:
    """An empty account whose time is CLOCK's, until the block ends; then nothing of it is left.

    SEED is where the ids that moto makes come from, of messages and versions of objects for example.
    """
    with ExitStack() as stack:
        stack.enter_context(time.on(clock))
        mock_random.seed(seed)
        reset()
        stack.callback(reset)
        yield


def reset() -> None:
    """Forget everything that the account has."""
    with lock:
        BackendDict.reset()
        reset_model_data()


def answer(request: Request) -> Response:
    """Return moto's answer to REQUEST."""
    told: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        told[:] = [int(status.split(" ", 1)[0]), headers]

    environ = environ_of(request)
    with lock:
        parts = _app(environ, start_response)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
    return Response(told[0], dict(told[1]), body)
