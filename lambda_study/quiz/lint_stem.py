"""Lint rules about the stem, the one question it asks, and the options as answers to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lambda_study.errors import BadInput
from lambda_study.quiz.lint_rule import (
    Fault,
    Rule,
    asked,
    prose,
    quoted,
    sentences,
    without_select,
    word_count,
    words,
)
from lambda_study.quiz.numbers import read_number
from lambda_study.quiz.question import Question

STEM_WORDS, SENTENCE_WORDS = (6, 120), 40
SAME_WORDS = 3
_NEGATIVE = re.compile(
    r"\b(NOT|EXCEPT)\b|\b([Ww]hich|[Ww]hat)\b(?:(?! that | who | so )[^,])*?"
    r"\b(is|are|does|do|can|will|would|should) (not|never|false|incorrect|wrong)\b"
    r"|\bexcept(?= for\b|\?)|\b([Ww]hich|[Ww]hat)\b[^,]*\bcannot\b",
)
_QUALIFIER = re.compile(r"\b(MOST|LEAST|BEST|LOWEST|HIGHEST|FEWEST|FASTEST|SIMPLEST)\b")
_UNMARKED = re.compile(r"(?<!at )\b(most|least|best|lowest|highest|fewest|fastest|simplest)\b(?! of\b)")
_VAGUE = re.compile(r"(?<!how )\b(usually|often|generally|sometimes|typically|normally|probably|rarely)\b")
_MAY = re.compile(r"\b(may|might)\b")
_PERSON = re.compile(r"\b(I|[Ww]e|[Yy]ou|us|[Oo]ur|[Yy]our|[Mm]y)\b(?![-/])")
_UNFOCUSED = re.compile(
    r"\bfollowing\b|\b(which|what) (statements?|of these statements)?\s*(is|are) (true|correct|right)\b", re.I
)
_SERVICE = re.compile(r"\b(Amazon|AWS)\b")
_YES_NO = {"yes", "no", "true", "false", "correct", "incorrect", "right", "wrong"}
_DIGIT = re.compile(r"\d")
_SENTENCE_END = re.compile(r"\?\)?$")


def negative_stem(question: Question) -> Iterator[Fault]:
    """The stem asks for what is so, not for what is not."""
    found = _NEGATIVE.search(asked(question)) or re.search(r"\b(EXCEPT)\b", prose(question.stem))
    if found:
        yield Fault(f'asks for what does not hold ("{found[0][-40:]}"). Ask for what does.')


def qualifier_caps(question: Question) -> Iterator[Fault]:
    """The qualifier of the question stands in capitals: MOST, LEAST, LOWEST."""
    if found := _UNMARKED.search(asked(question)):
        yield Fault(f'hides its qualifier "{found[0]}". Write it in capitals: {found[0].upper()}.')


def one_qualifier(question: Question) -> Iterator[Fault]:
    """The stem has one qualifier in capitals at most."""
    found = _QUALIFIER.findall(prose(question.stem))
    if len(found) > 1:
        yield Fault(f"has {len(found)} qualifiers ({quoted(found)}). Ask by one of them.")


def one_question(question: Question) -> Iterator[Fault]:
    """The stem asks one question and ends with it; a numeric one may say the form of its number after it."""
    stem = prose(without_select(question.stem))
    marks = stem.count("?")
    if marks != 1:
        yield Fault(f"has {marks} question marks. Ask one question.")
    elif question.kind != "numeric" and not _SENTENCE_END.search(stem):
        yield Fault("goes on after its question. End the stem with the question.")


def stem_length(question: Question) -> Iterator[Fault]:
    """The stem has 6 to 120 words."""
    count, (low, high) = word_count(question.stem), STEM_WORDS
    if count < low:
        yield Fault(f"has a stem of {count} words. Say more: who, what is there, what is wanted.")
    elif count > high:
        yield Fault(f"has a stem of {count} words. Cut it to {high}.")


def sentence_length(question: Question) -> Iterator[Fault]:
    """No sentence of the stem has more than 40 words."""
    for sentence in sentences(question.stem):
        if word_count(sentence) > SENTENCE_WORDS:
            yield Fault(f'has a sentence of {word_count(sentence)} words ("{sentence[:30]}..."). Part it.')


def long_option(question: Question) -> Iterator[Fault]:
    """No option is longer than the stem: what is long belongs there."""
    stem = word_count(without_select(question.stem))
    for option in question.options:
        if word_count(option.text) > stem:
            yield Fault(f"has option {option.letter} longer than its stem. Move what it says there.", option)


def vague_words(question: Question) -> Iterator[Fault]:
    """No option says usually, often, may; nor does the question."""
    if found := _VAGUE.findall(asked(question).casefold()):
        yield Fault(f"asks with a vague word ({quoted(found)}). Say how much or when.")
    for option in question.options:
        if found := (_VAGUE.findall(text := prose(option.text)) + _MAY.findall(text)):
            yield Fault(f"has a vague word in option {option.letter} ({quoted(found)}). Be exact.", option)


def person(question: Question) -> Iterator[Fault]:
    """Nobody is addressed: a developer or a company acts, not you or I."""
    texts = [question.stem, *(option.text for option in question.options)]
    if found := [each for text in texts for each in _PERSON.findall(prose(text))]:
        yield Fault(f"speaks in the first or second person ({quoted(found)}). Say who: a developer.")


def unfocused(question: Question) -> Iterator[Fault]:
    """The stem can be answered without its options: no "which of the following is true"."""
    if found := _UNFOCUSED.search(asked(question)):
        yield Fault(f'asks nothing by itself ("{found[0]}"). Ask about one thing.')


def true_false(question: Question) -> Iterator[Fault]:
    """Options are answers, not yes and no or true and false with a reason."""
    verdicts = [option for option in question.options if words(option.text)[:1] and _verdict(option.text)]
    if len(verdicts) > 1:
        letters = ", ".join(option.letter for option in verdicts)
        yield Fault(f"has verdicts as options ({letters}). Write what happens in each.", verdicts[0])


def _verdict(text: str) -> bool:
    first = words(text)[0]
    return first in _YES_NO and (len(words(text)) == 1 or text[len(first) : len(first) + 1] in ",;:.")


def repeated_phrase(question: Question) -> Iterator[Fault]:
    """Options do not all begin with the same three words."""
    starts = {tuple(_SERVICE.sub("", option.text).split()[:SAME_WORDS]) for option in question.options}
    if len(question.options) > 2 and len(starts) == 1 and len(phrase := starts.pop()) == SAME_WORDS:
        yield Fault(f'repeats "{" ".join(phrase)}" in all options. Move it to the stem.')


def numeric_order(question: Question) -> Iterator[Fault]:
    """Numbers of one unit stand in ascending order."""
    numbers = [_number(option.text) for option in question.options]
    known = [number for number in numbers if number is not None]
    units = {unit.rstrip(".s") for _, unit in known}
    if len(known) < 3 or len(known) < len(numbers) or len(units) > 1 or _DIGIT.search(units.pop()):
        return
    if known != sorted(known):
        yield Fault("has numbers out of order. Put the smallest first.", question.options[0])


def _number(text: str) -> tuple[Decimal, str] | None:
    """The number that TEXT is and its unit, or None if it is more than that."""
    try:
        return read_number(text.removesuffix(".")) if text[:1].isdigit() else None
    except BadInput:
        return None


RULES = (
    Rule("negative-stem", "warning", negative_stem),
    Rule("qualifier-caps", "warning", qualifier_caps),
    Rule("one-qualifier", "warning", one_qualifier),
    Rule("one-question", "warning", one_question),
    Rule("stem-length", "warning", stem_length),
    Rule("sentence-length", "warning", sentence_length),
    Rule("long-option", "warning", long_option),
    Rule("vague-words", "warning", vague_words),
    Rule("person", "warning", person),
    Rule("unfocused", "warning", unfocused),
    Rule("true-false", "warning", true_false),
    Rule("repeated-phrase", "warning", repeated_phrase),
    Rule("numeric-order", "warning", numeric_order),
)
