"""A container image as a table: its layers, what each holds, and how a container of it starts."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Protocol

from lambda_study.model.measured import measured

_MOST_FILES = 2


class Layer(Protocol):
    """A layer of an image: the name of its blob, and the blob's size."""

    @property
    def digest(self) -> str: ...
    @property
    def size(self) -> int: ...


class Image(Protocol):
    """An image in a folder."""

    @property
    def path(self) -> Path: ...
    @property
    def layers(self) -> Sequence[Layer]: ...
    @property
    def entrypoint(self) -> Sequence[str]: ...
    @property
    def cmd(self) -> Sequence[str]: ...


@dataclass(frozen=True, repr=False)
class ImageTable:
    """The rows of the table, the lowest layer first, and the two parts of the command."""

    rows: tuple[tuple[str, ...], ...]
    entrypoint: str
    cmd: str

    def __repr__(self) -> str:
        widths = [max(len(row[column]) for row in self.rows) for column in range(len(self.rows[0]))]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in self.rows]
        return "\n".join([*lines, f"entrypoint  {self.entrypoint}", f"cmd         {self.cmd}"])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The same as HTML that takes the colours of the page around it."""
        left = ' style="text-align: left"'
        head, *body = [
            "".join(f"<{tag}{left}>{escape(word)}</{tag}>" for word in row)
            for tag, row in zip(["th", *["td"] * (len(self.rows) - 1)], self.rows, strict=True)
        ]
        start = f"entrypoint <code>{escape(self.entrypoint)}</code>, cmd <code>{escape(self.cmd)}</code>"
        rows = "".join(f"<tr>{row}</tr>" for row in body)
        return f"<table><tr>{head}</tr>{rows}</table>\n<p>{start}</p>"


def image_table(image: Image, before: Image | None = None) -> ImageTable:
    """The layers of IMAGE as a table; with BEFORE it also says which of them that image had.

    >>> import tempfile
    >>> from lambda_study.engine import write_image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     image_table(write_image(folder, {"app.py": "print(1)"}, ["python"], ["app.py"]))
    layer  size   holds
    1      ~1 KB  app.py
    entrypoint  python
    cmd         app.py
    """
    known = {layer.digest for layer in before.layers} if before else set()
    rows = [("layer", "size", "holds", *(["compared"] if before else []))]
    for number, layer in enumerate(image.layers, start=1):
        size = measured(max(1, round(layer.size / 1024)), "KB")
        seen = ["as before" if layer.digest in known else "new"] if before else []
        rows.append((str(number), size, _holds(image.path, layer), *seen))
    return ImageTable(tuple(rows), " ".join(image.entrypoint), " ".join(image.cmd))


def _holds(folder: Path, layer: Layer) -> str:
    """The files of LAYER in words; links are counted."""
    blob = folder / "blobs" / "sha256" / layer.digest.removeprefix("sha256:")
    with tarfile.open(blob) as archive:
        members = archive.getmembers()
    files = [member.name for member in members if member.isfile()]
    links = sum(member.issym() for member in members)
    shown = files if len(files) <= _MOST_FILES else [*files[:_MOST_FILES], f"{len(files) - _MOST_FILES} more"]
    return ", ".join(shown) + (f", {links} links to it" if links else "")
