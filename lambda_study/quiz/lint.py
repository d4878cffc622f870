"""Lint of a bank: rules about the form of questions, each a function that finds its faults.

A rule yields messages for one question; `length-bias` looks at the whole bank. A question switches a rule
off with a reason: `ignore: length-key (the service's name is long)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from lambda_study.nearest import did_you_mean
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.domains import domain_name
from lambda_study.quiz.finding import Finding, Severity
from lambda_study.quiz.grade import NUMBER_WORDS
from lambda_study.quiz.question import Option, Question
from lambda_study.quiz.topic_file import SELECT

LEVELS = ("recall", "exam")
HOSTS = ("docs.aws.amazon.com", "aws.amazon.com")
# Fewest and most options. The exams have four, and five or six where several are right; recall needs three.
OPTION_COUNTS = {
    ("single", "recall"): (3, 5),
    ("single", "exam"): (4, 4),
    ("multiple", "recall"): (5, 6),
    ("multiple", "exam"): (5, 6),
}
# A key stands out when it is 1.3 times the longest distractor and ten characters longer.
LENGTH_RATIO, LENGTH_MARGIN = 1.3, 10
# Fewer questions than this say nothing about a bias.
LENGTH_BIAS_FROM, LENGTH_BIAS_Z = 8, 2.0


class Fault(NamedTuple):
    """What a rule found in a question; `option` places it on the option's line."""

    message: str
    option: Option | None = None


class Rule(NamedTuple):
    """A named check of one question."""

    name: str
    severity: Severity
    check: Callable[[Question], Iterator[Fault]]


def lint(bank: Bank) -> tuple[Finding, ...]:
    """Every fault of BANK: of its files first (`Bank.problems`), then by rule, in the order of the files."""
    found = [finding for question in bank.questions for finding in lint_question(question)]
    return (*bank.problems, *sorted(found), *length_bias(bank))


def lint_question(question: Question) -> Iterator[Finding]:
    """The faults of one question, but for the rules that it ignores."""
    ignored = dict(question.ignored)
    for rule in RULES:
        faults = list(rule.check(question))
        if rule.name in ignored:
            ignored.pop(rule.name)
            if not faults:
                message = f"ignores {rule.name}, which finds nothing. Remove the ignore."
                yield _finding(question, "unused-ignore", "warning", Fault(message))
            continue
        yield from (_finding(question, rule.name, rule.severity, fault) for fault in faults)
    for name in ignored.keys() - {BANK_RULE}:
        message = f'ignores "{name}", which is no rule.{did_you_mean(name, RULE_NAMES)}'
        yield _finding(question, "unused-ignore", "warning", Fault(message))


def _finding(question: Question, rule: str, severity: Severity, fault: Fault) -> Finding:
    line = fault.option.line if fault.option else question.line
    return Finding(question.path, line, question.id, rule, severity, fault.message)


def key_count(question: Question) -> Iterator[Fault]:
    keys = sum(option.correct for option in question.options)
    if question.kind == "multiple" and keys < 2:
        yield Fault("asks to select several and has one correct option. Mark another with [x].")
    elif question.options and keys == len(question.options):
        yield Fault("has no wrong option. Add distractors.")


def option_count(question: Question) -> Iterator[Fault]:
    low, high = OPTION_COUNTS.get((question.kind, question.level), (0, 99))
    count = len(question.options)
    if not low <= count <= high:
        wanted = str(low) if low == high else f"{low} to {high}"
        kind = f"{question.level} {question.kind}"
        yield Fault(f"has {count} options. Write {wanted} for a question of kind {kind}.")


def select_n(question: Question) -> Iterator[Fault]:
    said, keys = SELECT.search(question.stem), sum(option.correct for option in question.options)
    word = NUMBER_WORDS.get(keys, str(keys))
    if question.kind == "multiple" and keys > 1 and (not said or said.group(1) != word):
        yield Fault(f'has {keys} correct options and does not say so. End the stem with "Select {word}."')


def duplicate_option(question: Question) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for option in question.options:
        text = " ".join(option.text.casefold().rstrip(".").split())
        if text in first:
            yield Fault(f"has the same text in {first[text]} and {option.letter}. Change one.", option)
        first.setdefault(text, option.letter)


def reason(question: Question) -> Iterator[Fault]:
    for option in question.options:
        if not option.reason:
            yield Fault(
                f"has no reason for option {option.letter}. Write it below, indented by two spaces.", option
            )
    if question.answer and not question.answer.reason:
        yield Fault("has no reason for its answer. Write it on the line below the number.")


def source(question: Question) -> Iterator[Fault]:
    if not question.sources:
        yield Fault("has no source. Add a line source: URL (read YYYY-MM-DD).")


def source_host(question: Question) -> Iterator[Fault]:
    for each in question.sources:
        host = urlsplit(each.url).hostname or ""
        if host not in HOSTS:
            yield Fault(f'has a source at "{host}". Cite {" or ".join(HOSTS)}.')


def domain(question: Question) -> Iterator[Fault]:
    if not question.domains:
        yield Fault("has no domain. Add domain: EXAM/NUMBER, for example DVA-C03/1.")
    for exam, number in question.domains:
        if domain_name(exam, number) is None:
            yield Fault(f"has domain {exam}/{number}, which no known exam has. See the exam's guide.")


def level(question: Question) -> Iterator[Fault]:
    if question.level not in LEVELS:
        given = f'level "{question.level}"' if question.level else "no level"
        yield Fault(f"has {given}. Write level: recall or level: exam.")


def length_key(question: Question) -> Iterator[Fault]:
    keys = [len(option.text) for option in question.options if option.correct]
    others = [len(option.text) for option in question.options if not option.correct]
    if not keys or not others:
        return
    longest, distractor = max(keys), max(others)
    if longest > LENGTH_RATIO * distractor and longest - distractor >= LENGTH_MARGIN:
        numbers = f"{longest} characters against {distractor}"
        yield Fault(
            f"has a key that stands out by its length ({numbers}). Shorten it or lengthen a distractor."
        )


RULES = (
    Rule("key-count", "error", key_count),
    Rule("option-count", "error", option_count),
    Rule("select-n", "error", select_n),
    Rule("duplicate-option", "error", duplicate_option),
    Rule("reason", "error", reason),
    Rule("source", "error", source),
    Rule("source-host", "error", source_host),
    Rule("domain", "error", domain),
    Rule("level", "error", level),
    Rule("length-key", "warning", length_key),
)
BANK_RULE = "length-bias"
RULE_NAMES = (*(rule.name for rule in RULES), BANK_RULE)


def length_bias(bank: Bank) -> Iterator[Finding]:
    """A warning if "choose the longest option" would beat chance over the bank by more than two sigma."""
    questions = [
        question
        for question in bank.questions
        if question.kind == "single" and len(question.options) > 1 and BANK_RULE not in dict(question.ignored)
    ]
    if len(questions) < LENGTH_BIAS_FROM:
        return
    expected, z = longest_is_key(questions)
    if z > LENGTH_BIAS_Z:
        hits = sum(_longest_share(question) for question in questions)
        message = (
            f"In {hits:.1f} of {len(questions)} questions the longest option is the key; by chance in "
            f"{expected:.1f} (z = {z:.1f}). Shorten keys or lengthen distractors."
        )
        yield Finding(bank.path, 0, "", BANK_RULE, "warning", message)


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
