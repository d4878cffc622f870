"""Lint rules about what a question is made of: its options, reasons, sources and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lambda_study.quiz.domains import domain_name
from lambda_study.quiz.grade import NUMBER_WORDS
from lambda_study.quiz.lint_rule import Fault, Rule, keys, word_count, words
from lambda_study.quiz.question import Question
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
# Fewest words of a reason.
REASON_WORDS = {"recall": 4, "exam": 7}
# A page in one language, such as /ja_jp/ or /de/.
_LOCALE = re.compile(r"^/([a-z]{2}_[a-z]{2}|cn|de|es|fr|it|jp|ko|pt|tw)/")
_RIGHT = re.compile(r"(correct|right|true|yes)\b[.,:;!]", re.I)
_WRONG = re.compile(r"(incorrect|wrong|false|no|not correct|not true)\b[.,:;!]", re.I)


def key_count(question: Question) -> Iterator[Fault]:
    """Several keys where several are asked for, and at least one distractor."""
    count = len(keys(question))
    if question.kind == "multiple" and count < 2:
        yield Fault("asks to select several and has one correct option. Mark another with [x].")
    elif question.options and count == len(question.options):
        yield Fault("has no wrong option. Add distractors.")


def option_count(question: Question) -> Iterator[Fault]:
    """As many options as the exams have: four, or five and six where several are right."""
    low, high = OPTION_COUNTS.get((question.kind, question.level), (0, 99))
    count = len(question.options)
    if not low <= count <= high:
        wanted = str(low) if low == high else f"{low} to {high}"
        kind = f"{question.level} {question.kind}"
        yield Fault(f"has {count} options. Write {wanted} for a question of kind {kind}.")


def select_n(question: Question) -> Iterator[Fault]:
    """The stem says in capitals how many options to select."""
    said, count = SELECT.search(question.stem), len(keys(question))
    word = NUMBER_WORDS.get(count, str(count))
    if question.kind == "multiple" and count > 1 and (not said or said.group(1) != word):
        yield Fault(f'has {count} correct options and does not say so. End the stem with "Select {word}."')


def duplicate_option(question: Question) -> Iterator[Fault]:
    """No two options say the same."""
    first: dict[str, str] = {}
    for option in question.options:
        text = " ".join(option.text.casefold().rstrip(".").split())
        if text in first:
            yield Fault(f"has the same text in {first[text]} and {option.letter}. Change one.", option)
        first.setdefault(text, option.letter)


def reason(question: Question) -> Iterator[Fault]:
    """Every option has a reason, and so has a number."""
    for option in question.options:
        if not option.reason:
            yield Fault(
                f"has no reason for option {option.letter}. Write it below, indented by two spaces.", option
            )
    if question.answer and not question.answer.reason:
        yield Fault("has no reason for its answer. Write it on the line below the number.")


def reason_stance(question: Question) -> Iterator[Fault]:
    """A reason that begins with "Right." or "Wrong." agrees with the key."""
    for option in question.options:
        against = _WRONG if option.correct else _RIGHT
        if against.match(option.reason):
            kind = "key" if option.correct else "distractor"
            yield Fault(
                f"has a reason that contradicts the {kind} {option.letter}. Check the key, or rewrite it.",
                option,
            )


def reason_teaches(question: Question) -> Iterator[Fault]:
    """A reason says more than its option does, in a sentence."""
    fewest = REASON_WORDS.get(question.level, 0)
    for option in question.options:
        if option.reason and word_count(option.reason) < fewest:
            yield Fault(
                f"has a reason of {word_count(option.reason)} words for option {option.letter}. "
                f"Write {fewest} or more that teach.",
                option,
            )
        elif option.reason and set(words(option.reason)) <= set(words(option.text)) and words(option.reason):
            yield Fault(f"has a reason that repeats option {option.letter}. Say why it is so.", option)


def source(question: Question) -> Iterator[Fault]:
    """At least one source."""
    if not question.sources:
        yield Fault("has no source. Add a line source: URL (read YYYY-MM-DD).")


def source_host(question: Question) -> Iterator[Fault]:
    """Sources are pages of AWS in English."""
    for each in question.sources:
        address = urlsplit(each.url)
        if address.hostname not in HOSTS:
            yield Fault(f'has a source at "{address.hostname or ""}". Cite {" or ".join(HOSTS)}.')
        elif found := _LOCALE.match(address.path):
            yield Fault(f'has a source in the language "{found[1]}". Cite the page without /{found[1]}.')


def domain(question: Question) -> Iterator[Fault]:
    """At least one domain of a known exam, each once."""
    if not question.domains:
        yield Fault("has no domain. Add domain: EXAM/NUMBER, for example DVA-C03/1.")
    for index, (exam, number) in enumerate(question.domains):
        if domain_name(exam, number) is None:
            yield Fault(f"has domain {exam}/{number}, which no known exam has. See the exam's guide.")
        elif (exam, number) in question.domains[:index]:
            yield Fault(f"has domain {exam}/{number} twice. Keep one.")


def level(question: Question) -> Iterator[Fault]:
    """The level is recall or exam."""
    if question.level not in LEVELS:
        given = f'level "{question.level}"' if question.level else "no level"
        yield Fault(f"has {given}. Write level: recall or level: exam.")


RULES = (
    Rule("key-count", "error", key_count),
    Rule("option-count", "error", option_count),
    Rule("select-n", "error", select_n),
    Rule("duplicate-option", "error", duplicate_option),
    Rule("reason", "error", reason),
    Rule("reason-stance", "error", reason_stance),
    Rule("reason-teaches", "warning", reason_teaches),
    Rule("source", "error", source),
    Rule("source-host", "error", source_host),
    Rule("domain", "error", domain),
    Rule("level", "error", level),
)
