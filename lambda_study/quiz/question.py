"""The values of a bank: a question, its options or its number, where it comes from and how it is proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["single", "multiple", "numeric"]
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, repr=False)
class Source:
    """A page that states the answer, and the day on which it was read.

    >>> Source("https://docs.aws.amazon.com/lambda/latest/dg/limits.html", date(2026, 11, 23))
    https://docs.aws.amazon.com/lambda/latest/dg/limits.html (read 2026-11-23)
    """

    url: str
    date: date

    def __repr__(self) -> str:
        return f"{self.url} (read {self.date})"


@dataclass(frozen=True, repr=False)
class Proof:
    """How a key is held against the truth: a fact's id, a calculation or a demo's name.

    >>> Proof("fact", "memory.max")
    fact memory.max
    """

    kind: Literal["fact", "calc", "demo"]
    text: str

    def __repr__(self) -> str:
        return f"{self.kind} {self.text}"


@dataclass(frozen=True, repr=False)
class Option:
    """One option, known by its letter in the order in which it was written.

    `claim` is what the option states, as a value that a proof can be compared with: a string, Decimal, bool,
    list or None for "nothing claimed". `violates` is the id of a fact that makes the option wrong.
    The repr keeps the key to itself, since notebooks print it.

    >>> Option("A", "Three times", correct=True, reason="One run and two retries.", claim=Decimal(3))
    A. Three times
    """

    letter: str
    text: str
    correct: bool
    reason: str
    claim: Any = None
    violates: str = ""
    line: int = 0

    def __repr__(self) -> str:
        return f"{self.letter}. {self.text}"


@dataclass(frozen=True, repr=False)
class Answer:
    """The number that answers a numeric question; a learner's number within `tolerance` of it is right.

    >>> Answer(Decimal("16.67"), "USD", Decimal("0.01")).text
    '16.67 USD'
    """

    value: Decimal
    unit: str = ""
    tolerance: Decimal = Decimal(0)
    reason: str = ""

    @property
    def text(self) -> str:
        return f"{self.value:,f} {self.unit}".strip()

    def __repr__(self) -> str:
        return f"Answer in {self.unit or 'numbers'}"


@dataclass(frozen=True, repr=False)
class Draw:
    """A number that a question draws from `values`, by the name of its places in the text.

    >>> Draw("memory", (Decimal(512), Decimal(1024)))
    memory: 512, 1,024
    """

    name: str
    values: tuple[Decimal, ...]

    def __repr__(self) -> str:
        return f"{self.name}: {', '.join(f'{value:,f}' for value in self.values)}"


@dataclass(frozen=True, repr=False)
class Question:
    """A question of the bank, frozen; the repr shows it without its key.

    `kind` is single, multiple (all keys and nothing else) or numeric. `domains` holds (exam, number) pairs,
    `ignored` the lint rules switched off here with their reasons. `stem`, option texts, reasons and the note
    are Markdown. `draws` are the numbers that a seed may change, `pattern` the question with their places.
    """

    id: str
    topic: str
    kind: Kind
    level: str
    domains: tuple[tuple[str, int], ...]
    stem: str
    options: tuple[Option, ...] = ()
    answer: Answer | None = None
    proof: Proof | None = None
    sources: tuple[Source, ...] = ()
    note: str = ""
    ignored: tuple[tuple[str, str], ...] = ()
    draws: tuple[Draw, ...] = ()
    pattern: Question | None = None
    path: str = ""
    line: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        """The letters of the right options; for a numeric question its answer as text."""
        if self.answer is not None:
            return (self.answer.text,)
        return tuple(option.letter for option in self.options if option.correct)

    def __repr__(self) -> str:
        head = f"{self.id} ({self.kind}, {self.level})"
        return "\n".join([head, self.stem, *(f"  {option!r}" for option in self.options)])
