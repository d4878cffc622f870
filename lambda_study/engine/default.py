"""The service that `deploy` uses when it is given none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lambda_study.engine.service import LambdaService

_default: LambdaService | None = None
_lock = threading.Lock()


def default_service() -> LambdaService:
    """Return the service that `deploy` uses; it starts with the first call and is closed when Python ends.

    While a Cloud is open it is the Cloud's.
    """
    global _default
    with _lock:
        if _default is None or _default.closed:
            _default = LambdaService()
        return _default


@contextmanager
def used_by_default(service: LambdaService) -> Iterator[LambdaService]:
    """Let SERVICE be the one that `deploy` uses, until the block ends; then it is the earlier one again."""
    global _default
    with _lock:
        earlier, _default = _default, service
    try:
        yield service
    finally:
        with _lock:
            _default = earlier
