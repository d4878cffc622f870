"""Lint rules about words and marks: services by their names, abbreviations, full stops, spaces, Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_study.quiz.lint_names import ABBREVIATIONS, FULL_NAMES, WRONG_NAMES
from lambda_study.quiz.lint_rule import CODE, Fault, Rule, prose
from lambda_study.quiz.question import Option, Question

_PLAIN_CAPITALS = re.compile(r"\b[A-Z]{2,6}s?\b(?![-_/\d])")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
_TYPOGRAPHIC = re.compile(r"[\u2013\u2014\u2018\u201c\u201d\u2026]")
_SPACING = (
    (re.compile(r"\S  +\S"), "two spaces in a row", "Write one"),
    (re.compile(r"\w +[,.;:?!](?=\s|$)"), "a space before a mark", "Take it out"),
    (re.compile(r"[a-z][.?!;,][A-Z][a-z]"), "no space after a mark", "Write one"),
)
_HTML = re.compile(r"</?[a-zA-Z][^>]*>")
_IMAGE_WITHOUT_ALT = re.compile(r"!\[\s*\]\(")
_FENCE_WITHOUT_LANGUAGE = re.compile(r"^ *(```|~~~) *\n(?:.*\n)*? *\1 *$", re.M)


def _texts(question: Question) -> Iterator[tuple[str, Option | None]]:
    """Every text of QUESTION that a learner reads, with its option."""
    yield question.stem, None
    for option in question.options:
        yield option.text, option
        yield option.reason, option
    if question.answer:
        yield question.answer.reason, None
    yield question.note, None


def service_name(question: Question) -> Iterator[Fault]:
    """Services have the names that AWS gives them today."""
    for text, option in _texts(question):
        plain = prose(text)
        for wrong, right in WRONG_NAMES:
            if found := wrong.search(plain):
                yield Fault(f'writes "{found[0]}". The name is {right}.', option)


def full_name(question: Question) -> Iterator[Fault]:
    """At exam level, a stem names each service in full the first time: Amazon S3, AWS Lambda."""
    if question.level != "exam":
        return
    stem = " ".join(prose(question.stem).split())
    for short, full in FULL_NAMES:
        found = short.search(stem)
        if found and not stem[: found.end()].endswith(full):
            yield Fault(f'writes "{found[0]}" the first time. Write {full}.')


def abbreviation(question: Question) -> Iterator[Fault]:
    """An abbreviation that is no common one is written out the first time, with its letters behind it."""
    known = ABBREVIATIONS
    texts = [question.stem, *(option.text for option in question.options)]
    shown = " ".join(prose(text) for text in texts)
    unknown = [
        each for each in _PLAIN_CAPITALS.findall(shown) if each not in known and each[:-1] not in known
    ]
    for each in dict.fromkeys(unknown):
        if f"({each})" not in shown:
            yield Fault(f'uses "{each}" without saying what it is. Write it out: full name ({each}).')


def punctuation(question: Question) -> Iterator[Fault]:
    """Options end alike: all with a full stop, or none."""
    texts = [(option, prose(option.text)) for option in question.options]
    worded = [(option, text) for option, text in texts if text != CODE]
    stopped = [option for option, text in worded if text.endswith(".")]
    if stopped and len(stopped) < len(worded):
        letters = ", ".join(option.letter for option in stopped)
        yield Fault(f"has a full stop at {letters} alone. End all options alike.", stopped[0])


def capitals(question: Question) -> Iterator[Fault]:
    """Options begin alike: all with a capital, or none."""
    starts = [(option, prose(option.text)[:1]) for option in question.options]
    small = [option for option, first in starts if first.islower()]
    large = [option for option, first in starts if first.isupper()]
    if small and large:
        letters = ", ".join(option.letter for option in small)
        yield Fault(f"begins {letters} with a small letter and others with a capital. Begin alike.", small[0])


def spacing(question: Question) -> Iterator[Fault]:
    """Words and marks have one space where one belongs."""
    for text, option in _texts(question):
        for pattern, what, advice in _SPACING:
            if found := next(_in_lines(pattern, prose(text)), None):
                yield Fault(f'has {what} ("{found}"). {advice}.', option)


def _in_lines(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from (found[0] for found in pattern.finditer(line.strip()))


def characters(question: Question) -> Iterator[Fault]:
    """Nothing invisible is in a text, and no mark that a keyboard lacks."""
    for text, option in _texts(question):
        if found := _INVISIBLE.search(text):
            yield Fault(f"has the invisible character U+{ord(found[0]):04X}. Take it out.", option)
        if found := _TYPOGRAPHIC.search(prose(text)):
            yield Fault(f'has the mark "{found[0]}". Write a plain one, or another sentence.', option)


def markup(question: Question) -> Iterator[Fault]:
    """Markdown that every place can show: no HTML, images with alternative text, code with its language."""
    for text, option in _texts(question):
        if found := _HTML.search(prose(text)):
            yield Fault(f'has HTML ("{found[0]}"), which is not shown. Write Markdown.', option)
        if _IMAGE_WITHOUT_ALT.search(text):
            yield Fault("has an image without words. Say in ![...] what it shows.", option)
        if _FENCE_WITHOUT_LANGUAGE.search(text):
            yield Fault("has code without its language. Write it behind the fence: ```python.", option)


RULES = (
    Rule("service-name", "error", service_name),
    Rule("full-name", "warning", full_name),
    Rule("abbreviation", "warning", abbreviation),
    Rule("punctuation", "warning", punctuation),
    Rule("capitals", "warning", capitals),
    Rule("spacing", "warning", spacing),
    Rule("characters", "error", characters),
    Rule("markup", "error", markup),
)
