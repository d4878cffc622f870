"""Functions as a client of Lambda's API makes them, and what the API refuses."""

from __future__ import annotations

import io
import itertools
import textwrap
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
ROLE = "arn:aws:iam::123456789012:role/photo-club"
ECHO = """
    def handler(event, context):
        return event
"""
_NAMES = map("photos-{}".format, itertools.count(1))


def zipped(source: str, file: str = "app.py") -> bytes:
    """Return a zip archive with one file, always the same bytes."""
    with zipfile.ZipFile(archive := io.BytesIO(), "w") as writer:
        writer.writestr(zipfile.ZipInfo(file), textwrap.dedent(source))
    return archive.getvalue()


def created(client: Any, source: str = ECHO, **settings: Any) -> str:
    """Create a function by the API under a new name, and return the name."""
    name = next(_NAMES)
    settings = {"Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE, **settings}
    client.create_function(FunctionName=name, Code={"ZipFile": zipped(source)}, **settings)
    return name


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """Return the code and the text of the error with which CALL is refused."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
