"""What stands on a page, as plain values. One writer makes HTML of them, another a PDF.

A text is Markdown. What is not in a value cannot reach the page: a student's `Choices` hold no key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from lambda_study.quiz.question import Source

# sheet: A4, one column. ticket: half of an A4 page. dense: A4 in two columns of small print.
Paper = Literal["sheet", "ticket", "dense"]


@dataclass(frozen=True)
class Text:
    """Paragraphs, lists, tables and code; `small` for what is beside the point."""

    markdown: str
    small: bool = False


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True)
class Code:
    """A program or what it printed, as it stands."""

    text: str
    language: str = "python"


@dataclass(frozen=True)
class Picture:
    content: bytes
    kind: Literal["png", "jpeg"]
    alt: str


@dataclass(frozen=True)
class Lines:
    """So many lines to write on, below a word or two."""

    count: int
    label: str = ""


@dataclass(frozen=True)
class NameLine:
    """The lines for name and date, and for the score out of so many points, if there are any."""

    points: int = 0


@dataclass(frozen=True)
class Choice:
    """An option. `right` and `reason` are for the teacher's copy."""

    letter: str
    text: str
    right: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Choices:
    """Options to mark: circles where one is right, squares where several are."""

    items: tuple[Choice, ...]
    several: bool = False


@dataclass(frozen=True)
class Number:
    """A line for a number in `unit`."""

    unit: str


@dataclass(frozen=True)
class Verdict:
    """The number that is right, and why."""

    text: str
    reason: str


@dataclass(frozen=True)
class Note:
    markdown: str


@dataclass(frozen=True)
class Sources:
    items: tuple[Source, ...]


@dataclass(frozen=True)
class Row:
    """A question's place in the grid of answers. `key` is for the teacher's copy."""

    letters: tuple[str, ...]
    several: bool = False
    unit: str = ""
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """The grid of answers, a row a question."""

    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Figures:
    """What is looked up: a name and its number a row."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """Question NUMBER, which stays on one page."""

    number: int
    blocks: tuple[Block, ...]


Block: TypeAlias = (
    Text
    | Heading
    | Code
    | Picture
    | Lines
    | NameLine
    | Choices
    | Number
    | Verdict
    | Note
    | Sources
    | Grid
    | Figures
    | Question
)


@dataclass(frozen=True)
class Document:
    """A page or more: its title, what stands below it, and its blocks.

    `digest` names the edition of the bank in the footer, after `remark`.
    """

    title: str
    lead: tuple[Block, ...]
    blocks: tuple[Block, ...]
    introduction: str = ""
    digest: str = ""
    remark: str = ""
    large: bool = False
    paper: Paper = "sheet"

    @property
    def footer(self) -> str:
        """The line at the foot of each page."""
        parts = ["Lambda Study. Questions: CC BY 4.0. Not affiliated with AWS.", self.remark]
        edition = f"Bank {self.digest[:12]}" if self.digest else ""
        return " ".join(filter(None, [*parts, edition]))
