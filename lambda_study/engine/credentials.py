"""The credentials that a handler finds in its environment: those of its execution role, in a session."""

from __future__ import annotations

import base64
import binascii
import hashlib

_MARK = "lambda-study/"


def session_variables(function_name: str, version: str) -> dict[str, str]:
    """Return the variables that let an AWS client sign as the execution role of a function's VERSION.

    >>> session_variables("resize", "$LATEST")["AWS_ACCESS_KEY_ID"]
    'ASIAVTKTFWERHZTNINVT'

    Unlike AWS: they never expire, and they tell the function's name; nothing here is secret.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    (read 2026-11-23).
    """
    digest = base64.b32encode(hashlib.sha256(function_name.encode()).digest()).decode()
    token = base64.urlsafe_b64encode(f"{_MARK}{function_name}:{version}".encode()).decode()
    return {
        "AWS_ACCESS_KEY_ID": f"ASIA{digest[:16]}",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": token,
    }


def function_of_token(token: str) -> str | None:
    """Return which function, with its version, holds the session TOKEN; None for a token of anybody else.

    >>> function_of_token(session_variables("resize", "7")["AWS_SESSION_TOKEN"])
    'resize:7'
    >>> function_of_token("testing") is None
    True
    """
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, ValueError):
        return None
    return text.removeprefix(_MARK) if text.startswith(_MARK) else None
