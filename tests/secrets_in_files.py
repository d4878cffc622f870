"""Looks for texts in files however they are wrapped: escaped, in base64, compressed, in an archive."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from lambda_study.quiz import Bank
from lambda_study.show.markup import block_html, inline_html

_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")
_DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_DEPTH = 3


def secrets_of(bank: Bank) -> set[str]:
    """The reason of every key of BANK, and every note."""
    keys = [option.reason for each in bank.questions for option in each.options if option.correct]
    numbers = [each.answer.reason for each in bank.questions if each.answer]
    return {text for text in [*keys, *numbers, *(each.note for each in bank.questions)] if text}


def secrets_in(folder: Path, secrets: Iterable[str]) -> set[tuple[str, str]]:
    """Each of SECRETS that some file in FOLDER holds, with the name of that file."""
    wanted = {form: secret for secret in secrets for form in forms_of(secret)}
    found = set()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        whole = b"\0".join(unwrapped(path.read_bytes()))
        found |= {(path.name, secret) for form, secret in wanted.items() if form in whole}
    return found


def forms_of(text: str) -> set[bytes]:
    """TEXT as it may stand in a file: plain, in JSON, in HTML, as Markdown that became HTML."""
    shown = {text, " ".join(text.split()), html.escape(text), block_html(text), inline_html(text)}
    shown |= {re.sub(r"</?p>\s*", "", each) for each in shown}
    shown |= {json.dumps(each)[1:-1] for each in shown}
    shown |= {json.dumps(each, ensure_ascii=False)[1:-1] for each in shown}
    return {each.strip().encode() for each in shown}


def unwrapped(data: bytes, depth: int = _DEPTH) -> Iterator[bytes]:
    """DATA, and what is inside it."""
    yield data
    for inner in _inside(data) if depth else ():
        yield from unwrapped(inner, depth - 1)


def _inside(data: bytes) -> Iterator[bytes]:
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    for start in _DEFLATED.finditer(data):
        yield from _inflated(data[start.start() :])
    for run in _BASE64.finditer(data):
        # The text may begin anywhere inside of a run, so that its first letter is no first letter of four.
        for offset in range(4):
            letters = run.group().rstrip(b"=")[offset:]
            whole = letters[:-1] if len(letters) % 4 == 1 else letters
            yield base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _inflated(data: bytes) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj().decompress(data)
    except zlib.error:
        return
