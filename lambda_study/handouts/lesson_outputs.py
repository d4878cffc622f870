"""What a lesson's cells printed when they were recorded: predictions, their answers, text and figures."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from lambda_study.handouts.document import Block, Code, Picture, Text

_IMAGE = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*?src="data:image/(png|jpeg);base64,([^"]+)"')
_SAID_BY_THE_PICTURE = re.compile(r"^Figure: .*\n?")
_NO_GUESS = "You made no guess this time. "
_ASKED = "Predict: "


@dataclass(frozen=True)
class Asked:
    """A prediction's question and options."""

    question: str
    options: tuple[str, ...]

    def right(self, told: str | None) -> str:
        """The option that TOLD, such as "It is 4.", names; empty if it names none."""
        named = [option for option in self.options if told == f"It is {option.removesuffix('.')}."]
        return named[0] if named else ""


@dataclass(frozen=True)
class Told:
    """The answer to a prediction: "It is 4."."""

    text: str


@dataclass(frozen=True)
class Printed:
    """An output as blocks. `listing` is a file of the lesson, shown to be read and no answer."""

    blocks: tuple[Block, ...]
    listing: bool = False

    @property
    def lines(self) -> int:
        """About as many lines as it takes to note down."""
        length = sum(block.text.count("\n") + 1 for block in self.blocks if isinstance(block, Code))
        return 4 if any(isinstance(block, Picture) for block in self.blocks) else min(4, 1 + length // 3)


Recorded = Asked | Told | Printed


def recorded_outputs(outputs: Iterable[Mapping[str, Any]]) -> Iterator[Recorded]:
    """Yield what OUTPUTS, those of a notebook's cell, say."""
    for output in outputs:
        data = output.get("data", {})
        plain = _text(output.get("text") or data.get("text/plain", "")).strip("\n")
        if plain.startswith(_ASKED):
            question, *options = plain.removeprefix(_ASKED).split("\n- ")
            yield Asked(question, tuple(options))
        elif _NO_GUESS in plain:
            yield Told(plain.replace(_NO_GUESS, ""))
        elif "text/markdown" in data:
            yield Printed((Text(_text(data["text/markdown"])),), listing=True)
        elif plain:
            yield Printed(tuple(_printed(plain, _text(data.get("text/html", "")))))


def _printed(plain: str, html: str) -> Iterator[Block]:
    pictures = list(_pictures(html))
    yield from pictures
    rest = _SAID_BY_THE_PICTURE.sub("", plain) if pictures else plain
    if rest:
        yield Code(rest, language="")


def _pictures(html: str) -> Iterator[Picture]:
    for alt, kind, content in _IMAGE.findall(html):
        yield Picture(b64decode(content), kind, unescape(alt))


def _text(given: str | list[str]) -> str:
    return given if isinstance(given, str) else "".join(given)
