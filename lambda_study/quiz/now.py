"""Where an instant comes from: a function without arguments, so that a test can say what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present instant, UTC."""
    return datetime.now(UTC)
