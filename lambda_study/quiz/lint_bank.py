"""Lint rules about a bank as a whole: no habit of guessing pays, no question gives another away."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from lambda_study.quiz.bank import Bank
from lambda_study.quiz.finding import Finding, Severity
from lambda_study.quiz.likeness import Likeness
from lambda_study.quiz.lint_cues import absolutes
from lambda_study.quiz.lint_rule import CODE, Fault, finding, keys, prose, word_count
from lambda_study.quiz.question import LETTERS, Option, Question

# Fewer questions than this say nothing about a bias. A bias is what chance gives once in twenty banks.
BIAS_FROM, SIGMA = 8, 2.0
# The largest chi-square that chance gives in 19 of 20 banks, by the degrees of freedom.
CHI_SQUARE = {1: 3.84, 2: 5.99, 3: 7.81, 4: 9.49, 5: 11.07, 6: 12.59, 7: 14.07, 8: 15.51, 9: 16.92}
# A key is recognized in another stem when it has so many words, or as code so many characters.
CUE_WORDS, CUE_CODE = 6, 12
MONTHS_A_SOURCE_HOLDS = 18


class BankRule(NamedTuple):
    """A named check of all questions. The first line of the check's docstring says what it demands."""

    name: str
    severity: Severity
    check: Callable[[Bank, list[Question]], Iterator[Finding]]


def lint_bank(bank: Bank, today: date | None = None) -> Iterator[Finding]:
    """The faults of BANK as a whole. A question that ignores a rule takes no part in it."""
    for rule in BANK_RULES:
        questions = [question for question in bank.questions if rule.name not in dict(question.ignored)]
        yield from rule.check(bank, questions)
    if today is not None:
        yield from old_sources(bank, today)


def _of_bank(bank: Bank, rule: str, message: str) -> Finding:
    return Finding(bank.path, 0, "", rule, "warning", message)


def _single(questions: Iterable[Question]) -> list[Question]:
    return [each for each in questions if each.kind == "single" and len(each.options) > 1]


def length_bias(bank: Bank, questions: list[Question]) -> Iterator[Finding]:
    """The longest option is the key as often as chance has it, within two sigma."""
    single = _single(questions)
    if len(single) < BIAS_FROM:
        return
    expected, z = longest_is_key(single)
    if abs(z) > SIGMA:
        hits = sum(_longest_share(question) for question in single)
        advice = "Shorten keys or lengthen distractors" if z > 0 else "Lengthen keys or shorten distractors"
        message = (
            f"In {hits:.1f} of {len(single)} questions the longest option is the key; by chance in "
            f"{expected:.1f} (z = {z:.1f}). {advice}."
        )
        yield _of_bank(bank, "length-bias", message)


def longest_is_key(questions: Iterable[Question]) -> tuple[float, float]:
    """How often the longest option is the key by chance, and by how many sigma QUESTIONS exceed that."""
    hits = expected = variance = 0.0
    for question in questions:
        chance = 1 / len(question.options)
        hits += _longest_share(question)
        expected += chance
        variance += chance * (1 - chance)
    return expected, (hits - expected) / math.sqrt(variance)


def _longest_share(question: Question) -> float:
    """1 if the key alone is the longest option; where several are the longest, the key's share of them."""
    longest = max(len(option.text) for option in question.options)
    tied = [option for option in question.options if len(option.text) == longest]
    return sum(option.correct for option in tied) / len(tied)


def position_balance(bank: Bank, questions: list[Question]) -> Iterator[Finding]:
    """Keys stand at all letters alike: by chi-square, not rarer than once in twenty banks."""
    single = _single(questions)
    if len(single) < BIAS_FROM:
        return
    square, freedom = key_positions(single)
    if square > CHI_SQUARE[freedom]:
        counts = ", ".join(f"{letter} {count}" for letter, count in _key_letters(single).items())
        message = (
            f"The keys of {len(single)} questions are not spread evenly ({counts}; chi-square {square:.1f}, "
            f"at most {CHI_SQUARE[freedom]}). Change the order of options."
        )
        yield _of_bank(bank, "position-balance", message)


def key_positions(questions: Iterable[Question]) -> tuple[float, int]:
    """Chi-square of the letters of the keys of QUESTIONS against chance, and its degrees of freedom."""
    expected: dict[str, float] = {}
    found = _key_letters(questions := list(questions))
    for question in questions:
        for option in question.options:
            expected[option.letter] = expected.get(option.letter, 0.0) + 1 / len(question.options)
    square = sum((found.get(letter, 0) - chance) ** 2 / chance for letter, chance in expected.items())
    return square, len(expected) - 1


def _key_letters(questions: Iterable[Question]) -> dict[str, int]:
    letters = [letter for question in questions for letter in question.key]
    return {letter: letters.count(letter) for letter in LETTERS if letter in letters}


def absolute_bias(bank: Bank, questions: list[Question]) -> Iterator[Finding]:
    """Absolute words (always, never, only) are as frequent in keys as in distractors, within two sigma."""
    options = [option for question in questions for option in question.options]
    right = [bool(absolutes(option)) for option in options if option.correct]
    wrong = [bool(absolutes(option)) for option in options if not option.correct]
    if min(len(right), len(wrong)) < BIAS_FROM:
        return
    z = difference_of_shares(right, wrong)
    if abs(z) > SIGMA:
        message = (
            f"Absolute words are in {sum(right)} of {len(right)} keys and in {sum(wrong)} of {len(wrong)} "
            f"distractors (z = {z:.1f}). Reword some."
        )
        yield _of_bank(bank, "absolute-bias", message)


def difference_of_shares(first: list[bool], second: list[bool]) -> float:
    """By how many sigma the share of FIRST exceeds that of SECOND; 0 where none or all have it."""
    share = (sum(first) + sum(second)) / (len(first) + len(second))
    variance = share * (1 - share) * (1 / len(first) + 1 / len(second))
    return (sum(first) / len(first) - sum(second) / len(second)) / math.sqrt(variance) if variance else 0.0


def near_duplicate(bank: Bank, questions: list[Question]) -> Iterator[Finding]:
    """No two questions ask the same."""
    likeness = Likeness()
    for question in questions:
        if twin := likeness.twin(question):
            fault = Fault(f'is nearly the same as "{twin}". Ask something else, or drop one.')
            yield finding(question, "near-duplicate", "warning", fault)
        likeness.keep(question)


def cross_item_cue(bank: Bank, questions: list[Question]) -> Iterator[Finding]:
    """No stem at exam level holds the key of another question, which the same form may ask."""
    asked = [each for each in questions if each.level == "exam" and each.kind != "numeric"]
    stems = [(question, _flat(question.stem)) for question in asked]
    for question in asked:
        recognized = all(_is_recognized(option) for option in keys(question))
        told = [_flat(option.text) for option in keys(question)] if recognized else []
        for other, stem in stems:
            if other is not question and told and all(text in stem for text in told):
                fault = Fault(f'gives away the key of "{question.id}" in its stem. Reword one of them.')
                yield finding(other, "cross-item-cue", "warning", fault)


def _is_recognized(option: Option) -> bool:
    code = prose(option.text) == CODE and len(option.text) >= CUE_CODE
    return code or word_count(option.text) >= CUE_WORDS


def _flat(text: str) -> str:
    return " ".join(text.casefold().rstrip(".").split())


def old_sources(bank: Bank, today: date) -> Iterator[Finding]:
    """Sources were read in the last 18 months."""
    for question in bank.questions:
        days = [source.date for source in question.sources]
        if days and _months(min(days), today) > MONTHS_A_SOURCE_HOLDS:
            fault = Fault(f"has a source that was read on {min(days)}. Read it again and date it.")
            yield finding(question, "source-age", "warning", fault)


def _months(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


BANK_RULES = (
    BankRule("length-bias", "warning", length_bias),
    BankRule("position-balance", "warning", position_balance),
    BankRule("absolute-bias", "warning", absolute_bias),
    BankRule("near-duplicate", "warning", near_duplicate),
    BankRule("cross-item-cue", "warning", cross_item_cue),
)
