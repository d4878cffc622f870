"""A request as moto's WSGI application wants it."""

from __future__ import annotations

import io
import sys
from typing import Any
from urllib.parse import unquote_to_bytes

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)

from lambda_study.cloud.exchange import Request

_FORM, _PLAIN = "application/x-www-form-urlencoded", "binary/octet-stream"


def environ_of(request: Request) -> dict[str, Any]:
    """Return the WSGI environment of REQUEST.

    WSGI knows no difference between - and _ in a header's name, but metadata of an S3 object does: those
    names are kept as moto's own server keeps them.
    """
    host = request.headers.get("host", "127.0.0.1")
    raw = f"{request.path}?{request.query}" if request.query else request.path
    environ: dict[str, Any] = {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "REQUEST_URI": raw,
        "RAW_URI": raw,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": host.partition(":")[0],
        "SERVER_PORT": host.partition(":")[2] or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    preserved = {}
    for name, value in request.headers.items():
        key = environ_key_for_header(name)
        environ[key] = value
        if should_preserve_original_header_name(name):
            preserved[key] = name
    environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = preserved
    environ["CONTENT_LENGTH"] = str(len(request.body))
    if request.method == "PUT" and environ.get("CONTENT_TYPE") == _FORM:
        environ["CONTENT_TYPE"] = _PLAIN  # moto would take an object for a form, and store nothing
    return environ
