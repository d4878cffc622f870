"""What a lint rule is, and the plain words of a question that rules look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lambda_study.quiz.finding import Finding, Severity
from lambda_study.quiz.question import Option, Question
from lambda_study.quiz.topic_file import SELECT


class Fault(NamedTuple):
    """What a rule found in a question; `option` places it on the option's line."""

    message: str
    option: Option | None = None


class Rule(NamedTuple):
    """A named check of one question. The first line of the check's docstring says what it demands."""

    name: str
    severity: Severity
    check: Callable[[Question], Iterator[Fault]]


def finding(question: Question, rule: str, severity: Severity, fault: Fault) -> Finding:
    """FAULT at its place in the file."""
    line = fault.option.line if fault.option else question.line
    return Finding(question.path, line, question.id, rule, severity, fault.message)


_FENCE = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.M | re.S)
_TABLE = re.compile(r"^ *\|.*$", re.M)
_SPAN = re.compile(r"(`+)(.+?)\1", re.S)
_SENTENCE = re.compile(r"(?<=[.?!])\)?\s+(?=[\"(]?[A-Z0-9`])")
CODE = "`code`"


def prose(markdown: str) -> str:
    """MARKDOWN without its fences and tables, and with the same mark for each code span.

    >>> prose("Call `run()` again.")
    'Call `code` again.'
    """
    return _SPAN.sub(CODE, _TABLE.sub("", _FENCE.sub("", markdown))).strip()


def words(text: str) -> list[str]:
    """The words of TEXT in lower case, without its code.

    >>> words("The function's `id`, again: 1,024 MB")
    ['the', "function's", 'again', '1,024', 'mb']
    """
    plain = prose(text).replace(CODE, " ").casefold()
    return re.findall(r"[a-z0-9]+(?:[-',.’][a-z0-9]+)*", plain)


def word_count(text: str) -> int:
    """How many words TEXT has; a code span counts as one."""
    return len(words(text)) + prose(text).count(CODE)


def sentences(text: str) -> list[str]:
    """The sentences of TEXT, in one line each."""
    return [each for each in _SENTENCE.split(" ".join(prose(text).split())) if each]


def asked(question: Question) -> str:
    """The sentence of the stem that asks, or nothing."""
    return next((each for each in reversed(sentences(question.stem)) if each.endswith("?")), "")


def without_select(stem: str) -> str:
    """STEM without the request at its end to select several."""
    return SELECT.sub("", stem.rstrip()).rstrip()


def keys(question: Question) -> tuple[Option, ...]:
    return tuple(option for option in question.options if option.correct)


def distractors(question: Question) -> tuple[Option, ...]:
    return tuple(option for option in question.options if not option.correct)


def quoted(found: list[str]) -> str:
    """The first words of FOUND as a message names them.

    >>> quoted(["always", "never"])
    '"always", "never"'
    """
    return ", ".join(f'"{each}"' for each in dict.fromkeys(found[:3]))
