"""A cloud that other programs use: until somebody stops it, and with the lines that lead a shell to it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from lambda_study.cloud.cloud import Cloud
from lambda_study.cloud.surroundings import variables_for

_LOOK_EVERY_S = 0.5  # a wait without an end hears no Ctrl-C on Windows
_SHOWN = (
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_EC2_METADATA_DISABLED",
)


def export_lines(endpoint_url: str) -> list[str]:
    """Return what a shell is told, so that AWS clients in it reach the cloud and nothing else.

    >>> export_lines("http://127.0.0.1:4566")[:2]
    ['export AWS_ENDPOINT_URL=http://127.0.0.1:4566', 'export AWS_ACCESS_KEY_ID=testing']
    """
    variables = variables_for(endpoint_url)
    exports = [f"export {name}={variables[name]}" for name in _SHOWN]
    # The first AWS CLI leads `aws sqs` to the real AWS, whatever AWS_ENDPOINT_URL says.
    alias = f"alias aws='aws --endpoint-url {endpoint_url}'"
    return [*exports, "unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN", alias]


def serve(port: int, clock: str, enforce_permissions: bool, tell: Callable[[Cloud], None]) -> None:
    """Keep a cloud open until Ctrl-C or a signal to end; TELL is called once it answers."""
    with _told_to_end() as ended, Cloud(clock, enforce_permissions, port) as cloud:
        tell(cloud)
        while not ended.wait(_LOOK_EVERY_S):
            pass


@contextmanager
def _told_to_end() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C and by SIGTERM, until the block ends."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    earlier = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
