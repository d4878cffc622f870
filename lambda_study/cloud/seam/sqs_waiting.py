"""Receivers that moto would let wait while its state is locked: here they are only noted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from moto.sqs import models as moto_sqs

from lambda_study.cloud.seam.patch import Patch, patched

_noted = threading.local()  # a request is answered on one thread


class Waiting(NamedTuple):
    """Somebody who has received nothing from a queue, and would wait for a message."""

    queue_arn: str
    wait_s: float


@contextmanager
def noted() -> Iterator[None]:
    """Note who would wait, until the block ends. What else answers a receiver stands behind it."""
    with patched(PATCH):
        yield


def take() -> Waiting | None:
    """Return whom the request that this thread has asked last lets wait; None if nobody."""
    waiting = getattr(_noted, "waiting", None)
    _noted.waiting = None
    return waiting


def _receive_message(moto: Callable[..., Any]) -> Callable[..., Any]:
    def receive_message(
        self: Any,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> Any:
        received = moto(self, queue_name, count, 0, visibility_timeout, message_attribute_names)
        if wait_seconds_timeout and not received:
            _noted.waiting = Waiting(self.get_queue(queue_name).queue_arn, float(wait_seconds_timeout))
        return received

    return receive_message


_RECEIVING = ("queue_name", "count", "wait_seconds_timeout", "visibility_timeout", "message_attribute_names")
PATCH = Patch(moto_sqs.SQSBackend, "receive_message", ("self", *_RECEIVING), _receive_message)
