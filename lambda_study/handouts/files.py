"""Where a hand-out goes: a folder, or a named file with its key beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lambda_study.errors import BadInput
from lambda_study.handouts.page import render
from lambda_study.quiz.bank import Bank


@dataclass(frozen=True)
class Handout:
    """The two files of a topic: the student's sheet and the teacher's key."""

    topic: str
    questions: int
    sheet: Path
    key: Path
    bank_digest: str


def write_handout(topic: str, out: str | Path, bank: Bank, large: bool = False) -> Handout:
    """Write the sheet and the key of TOPIC and return where they are.

    OUT is a folder, made on demand, that gets `TOPIC.html` and `TOPIC-key.html`; or a name that ends in
    .html, which becomes the sheet, with NAME-key.html beside it. Another suffix raises BadInput, and so does
    a place that cannot be written to. Files of these names are replaced.
    """
    questions, title = bank.topic(topic), bank.title(topic)
    introduction = bank.introduction(topic)
    sheet, key = _places(topic, Path(out))
    for path, with_key in ((sheet, False), (key, True)):
        page = render(
            questions, with_key, title=title, digest=bank.digest, large=large, introduction=introduction
        )
        write_file(path, page.encode())
    return Handout(topic, len(questions), sheet, key, bank.digest)


def _places(topic: str, out: Path) -> tuple[Path, Path]:
    if out.is_dir() or not out.suffix:
        return out / f"{topic}.html", out / f"{topic}-key.html"
    if out.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f'OUT is "{out}". A hand-out is HTML: give a folder or a name that ends in .html.')
    return out, out.with_name(f"{out.stem}-key{out.suffix}")


def write_file(path: Path, content: bytes) -> None:
    """Write CONTENT to PATH and make the folder it is in; a place that refuses raises BadInput."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}. Choose another place.") from error
