"""What AWS states about Lambda: rows with a value, a unit, a source and the day it was read.

The rows are TOML files beside this module, one topic a file (quotas, pricing, runtimes, measurements):

    [[fact]]
    id = "memory.max"
    value = 10_240            # a number, a text, true or false, a list, or a table of named values
    unit = "MB"
    adjustable = false        # true: can be raised or configured; left out where it does not apply
    source = "https://..."    # the AWS page, or a package and its version: "botocore 1.44.5 lambda model"
    date = "2026-11-17"       # the day it was read, or a span: "2026-08..2026-10"
    confidence = "high"       # high, medium or low; only high may be asked about
    note = "..."              # optional, our own words

An upper bound that is left out is unbounded. The files are read when the first fact is asked for.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lambda_study.facts.rows import CourseNote, Fact

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CourseNote", "Fact", "course_note", "course_notes", "fact", "facts"]


def fact(fact_id: str) -> Fact:
    """Return the fact called FACT_ID.

    A row whose value is a table also answers for each name in it: `pc.x86` and `pc.x86.provisioned`.

    >>> fact("memory.max").value, fact("memory.max").unit
    (10240, 'MB')
    >>> fact("pc.x86.provisioned").value
    Decimal('0.0000041667')
    >>> fact("memory.mx")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: There is no fact "memory.mx". The nearest is "memory.max".
    """
    found = _index().get(fact_id)
    if found is None:
        raise _unknown("fact", fact_id, _index())
    return found


def facts(topic: str | None = None) -> tuple[Fact, ...]:
    """Return all facts, or those of one TOPIC (the name of its file), in the order of the file.

    >>> facts("quotas")[0].id
    'timeout.default'
    >>> {row.topic for row in facts()} >= {"pricing", "quotas", "runtimes"}
    True
    """
    topics = _topics()
    if topic is None:
        return tuple(row for rows in topics.values() for row in rows)
    if topic not in topics:
        raise _unknown("topic", topic, topics)
    return topics[topic]


@cache
def course_notes() -> tuple[CourseNote, ...]:
    """Return the course notes' 20 claims, each with a verdict and what is true today.

    >>> wrong = [note for note in course_notes() if note.verdict == "wrong"]
    >>> [note.number for note in wrong]
    [20]
    """
    from lambda_study.facts.reader import FOLDER, read_course_notes

    return read_course_notes(FOLDER / "course_notes.toml", known_ids=frozenset(_index()))


def course_note(number: int) -> CourseNote:
    """Return the claim with this NUMBER, 1 to 20.

    >>> course_note(20).verdict
    'wrong'
    >>> course_note(21)
    Traceback (most recent call last):
    lambda_study.errors.BadInput: There is no claim 21. Choose 1 to 20.
    """
    from lambda_study.errors import BadInput

    found = next((note for note in course_notes() if note.number == number), None)
    if found is None:
        raise BadInput(f"There is no claim {number}. Choose 1 to {len(course_notes())}.")
    return found


@cache
def _topics() -> dict[str, tuple[Fact, ...]]:
    from lambda_study.facts.reader import FOLDER, read_topics

    return read_topics(FOLDER)


@cache
def _index() -> dict[str, Fact]:
    from lambda_study.facts.reader import index

    return index(_topics())


def _unknown(kind: str, given: str, known: Mapping[str, object]) -> Exception:
    from lambda_study.errors import BadInput
    from lambda_study.nearest import nearest

    return BadInput(f'There is no {kind} "{given}". The nearest is "{nearest(given, known)}".')
