"""Pictures to upload: a real photograph, small ones in number, and some that go wrong."""

from __future__ import annotations

import importlib.util
import io
import struct
import zlib
from pathlib import Path

from lambda_study.errors import BadInput

SIDE = 10_000


def photograph() -> bytes:
    """Return a JPEG of 512 x 600: the portrait of Grace Hopper that matplotlib ships, in the public domain.

    >>> photograph()[:3]
    b'\\xff\\xd8\\xff'
    """
    found = importlib.util.find_spec("matplotlib")  # finds it without importing it
    if found is None or found.origin is None:
        raise BadInput("matplotlib is not installed, and the photograph comes with it. Run make lab.")
    return (Path(found.origin).parent / "mpl-data" / "sample_data" / "grace_hopper.jpg").read_bytes()


def small_photo(number: int) -> bytes:
    """Return a JPEG of 320 x 240 in a colour of its own."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (320, 240), (number * 41 % 256, number * 83 % 256, 128)).save(file, "JPEG")
    return file.getvalue()


def small_photos(count: int) -> dict[str, bytes]:
    """Return COUNT small photos by name.

    >>> list(small_photos(2))
    ['00.jpg', '01.jpg']
    """
    return {f"{number:02}.jpg": small_photo(number) for number in range(count)}


def cut_off() -> bytes:
    """Return the first half of the photograph, as an upload that broke off leaves it."""
    whole = photograph()
    return whole[: len(whole) // 2]


def hundred_megapixels() -> bytes:
    """Return a white PNG of 10,000 x 10,000 pixels: 0.3 MB as a file, 300 MB in memory.

    >>> len(hundred_megapixels()) < 400_000
    True
    """
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)  # 8 bits, RGB
    packer = zlib.compressobj()
    row = b"\x00" + b"\xff" * (3 * SIDE)
    data = b"".join(packer.compress(row) for _ in range(SIDE)) + packer.flush()
    parts = _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
