"""Errors of boto3 in a notebook: one line, where IPython would print the frames of the SDK."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from lambda_study.engine.variables import NO_ENDPOINT

# A client that is made after the cloud was closed has neither, where nothing else is configured.
_LOST_WITH_A_CLOUD = (NoCredentialsError, NoRegionError)
_CLOSED = "The cloud is closed. Run the lesson from the top."
_open: set[str] = set()
_closed: set[str] = set()


def shorten(endpoint_url: str) -> None:
    """Show errors of boto3 in one line while the cloud at ENDPOINT_URL is open, if this is a notebook."""
    _open.add(endpoint_url)
    _closed.discard(endpoint_url)
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    if shell is not None and not shell.custom_exceptions:  # somebody else's handler stays
        shell.set_custom_exc((BotoCoreError, ClientError), _show)


def lengthen(endpoint_url: str) -> None:
    """Show them as they are again, but for those that come of the cloud's end."""
    _open.discard(endpoint_url)
    _closed.add(endpoint_url)


def short(error: Exception) -> str:
    """Return the one line that says what ERROR means here; "" where no cloud has a part in it.

    >>> shorten("http://127.0.0.1:4566")
    >>> short(ClientError({"Error": {"Code": "NoSuchKey", "Message": "It is not there."}}, "GetObject"))
    'ClientError: An error occurred (NoSuchKey) when calling the GetObject operation: It is not there.'
    >>> lengthen("http://127.0.0.1:4566")
    >>> short(ClientError({"Error": {"Code": "NoSuchKey", "Message": "It is not there."}}, "GetObject"))
    ''
    """
    asked = str(getattr(error, "kwargs", {}).get("endpoint_url", ""))
    if any(asked.startswith(f"{url}/") or asked == url for url in _closed):
        return _CLOSED
    if not _open:
        lost = isinstance(error, _LOST_WITH_A_CLOUD) or asked.startswith(f"{NO_ENDPOINT}/")
        return _CLOSED if _closed and lost else ""
    first, *details = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {'; '.join(details) or first}"


def _show(
    shell: Any,
    kind: type[Exception],
    error: Exception,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """What IPython calls for an error of boto3: it prints the line, or the traceback as ever."""
    line = short(error)
    if line:
        error._render_traceback_ = lambda: [line]  # type: ignore[attr-defined]
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
