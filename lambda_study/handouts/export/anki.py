"""Anki: a deck a topic. Its ids depend on names alone, so a deck that is imported again updates its cards."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_study.errors import BadInput
from lambda_study.handouts.export.canvas import LONG_AGO
from lambda_study.handouts.export.pieces import SHELF, after_html, stem_html, tags
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.question import Option, Question
from lambda_study.show.markup import block_html, inline_html

if TYPE_CHECKING:
    import genanki

# With other fields it is another note type, which Anki would add beside the old one: then the version rises.
NOTE_TYPE = "Lambda Study question, version 1"
FIELDS = ("Id", "Question", "Options", "Key", "Reasons", "After")
FRONT = "<div>{{Question}}</div>{{Options}}"
BACK = "{{FrontSide}}<hr id=answer><p><b>{{Key}}</b></p>{{Reasons}}<div>{{After}}</div>"
STYLE = """.card { font: 18px sans-serif; text-align: left; max-width: 40em; margin: auto; }
ol { list-style: upper-alpha; } li { margin: 0.4em 0; } pre { white-space: pre-wrap; }"""


def anki_package(bank: Bank, topics: tuple[str, ...], now: datetime) -> bytes:
    """Return TOPICS of BANK as an .apkg; NOW is when its notes were changed, so that newer ones win."""
    library = _library()
    note_type = _note_type(library)
    decks = [_deck(library, note_type, bank, topic) for topic in topics]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "deck.apkg")
        library.Package(decks).write_to_file(str(file), timestamp=now.timestamp())
        return _without_times(file.read_bytes())


def _library() -> Any:
    try:
        import genanki
    except ModuleNotFoundError:
        raise BadInput(
            'Files for Anki need genanki. Install it: python -m pip install "genanki>=0.13,<0.14"'
        ) from None
    return genanki


def _note_type(library: Any) -> genanki.Model:
    return library.Model(
        _number(NOTE_TYPE),
        NOTE_TYPE,
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Question", "qfmt": FRONT, "afmt": BACK}],
        css=STYLE,
    )


def _deck(library: Any, note_type: genanki.Model, bank: Bank, topic: str) -> genanki.Deck:
    deck = library.Deck(_number(f"deck/{topic}"), f"{SHELF}::{bank.title(topic).replace('::', ':')}")
    for question in bank.topic(topic):
        fields = _fields(question, bank.introduction(topic))
        guid = library.guid_for("lambda-study", question.id)
        deck.add_note(library.Note(model=note_type, fields=fields, guid=guid, tags=tags(question)))
    return deck


def _fields(question: Question, introduction: str) -> list[str]:
    options = "".join(f"<li>{inline_html(option.text)}</li>" for option in question.options)
    reasons = "".join(map(_reason, question.options))
    if question.answer:
        reasons = block_html(question.answer.reason)
    return [
        question.id,
        stem_html(question, introduction),
        f"<ol>{options}</ol>" if options else "",
        escape(", ".join(question.key)),
        f"<ol>{reasons}</ol>" if question.options else reasons,
        after_html(question),
    ]


def _reason(option: Option) -> str:
    verdict = "<b>Correct.</b> " if option.correct else ""
    return f"<li>{verdict}{inline_html(option.reason)}</li>"


def _number(name: str) -> int:
    """An id of NAME as Anki has them: a positive number that every run gives again."""
    return int.from_bytes(hashlib.sha256(f"lambda-study/{name}".encode()).digest()[:6], "big")


def _without_times(package: bytes) -> bytes:
    """PACKAGE with the times of its files left out, which are those of the run."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, LONG_AGO), old.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()
