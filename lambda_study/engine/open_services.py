"""The services that are open in this process: what is left of them when Python ends is closed."""

from __future__ import annotations

import atexit
import os
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_study.engine.service import LambdaService

_open: weakref.WeakSet[LambdaService] = weakref.WeakSet()


def add(service: LambdaService) -> None:
    """Close SERVICE when Python ends."""
    _open.add(service)


def discard(service: LambdaService) -> None:
    """Forget SERVICE: it is closed."""
    _open.discard(service)


def _close_all() -> None:
    for service in list(_open):
        service.close()


def _forget_in_child() -> None:
    for service in list(_open):
        service.forget()
    _open.clear()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
