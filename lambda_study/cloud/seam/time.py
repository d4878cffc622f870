"""moto's time: that of the cloud's clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import moto.core.utils

from lambda_study.engine.clock import Clock

_NOW = "_now_of_the_cloud"  # the name under which moto's function finds the clock


def _utcnow() -> Any:
    return _now_of_the_cloud()  # type: ignore[name-defined]  # noqa: F821


@contextmanager
def on(clock: Clock) -> Iterator[None]:
    """Let moto's time be that of CLOCK, until the block ends.

    moto's modules import `utcnow` by name: so its code is replaced, and not the name.
    """

    def now() -> datetime:
        return clock.now().replace(tzinfo=None)

    utcnow = moto.core.utils.utcnow
    original = utcnow.__code__
    setattr(moto.core.utils, _NOW, now)
    utcnow.__code__ = _utcnow.__code__
    try:
        yield
    finally:
        utcnow.__code__ = original
        delattr(moto.core.utils, _NOW)
