"""AWS's event stream encoding, in which InvokeWithResponseStream answers."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

CONTENT_TYPE = "application/vnd.amazon.eventstream"
_TEXT = 7  # the type of a header's value


def encode(events: Iterable[tuple[str, bytes | Mapping[str, Any]]]) -> bytes:
    """Return EVENTS, each a name with its payload, one after the other; a mapping goes as JSON.

    >>> encode([("InvokeComplete", {})])[:8].hex()
    '0000006600000054'

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html (read 2026-11-23),
    which describes the same encoding.
    """
    return b"".join(_message(name, payload) for name, payload in events)


def _message(name: str, payload: bytes | Mapping[str, Any]) -> bytes:
    content_type = "application/octet-stream" if isinstance(payload, bytes) else "application/json"
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    headers = b"".join(
        _header(key, value)
        for key, value in (
            (":event-type", name),
            (":content-type", content_type),
            (":message-type", "event"),
        )
    )
    prelude = struct.pack("!II", 16 + len(headers) + len(body), len(headers))
    message = prelude + _checksum(prelude) + headers + body
    return message + _checksum(message)


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack("!B", len(key)) + key + struct.pack("!BH", _TEXT, len(text)) + text


def _checksum(data: bytes) -> bytes:
    return struct.pack("!I", zlib.crc32(data))
