"""Lint of a bank: rules about the form of questions, each a small function that finds its faults.

The rules of one question are in `lint_structure`, `lint_cues`, `lint_stem` and `lint_wording`, those of the
whole bank in `lint_bank`. A question switches a rule off with a reason:
`ignore: length-key (the name is long)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lambda_study.nearest import did_you_mean
from lambda_study.quiz import lint_cues, lint_stem, lint_structure, lint_wording
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.finding import Finding
from lambda_study.quiz.lint_bank import BANK_RULES, lint_bank, old_sources
from lambda_study.quiz.lint_rule import Fault, finding
from lambda_study.quiz.question import Question

RULES = (*lint_structure.RULES, *lint_cues.RULES, *lint_stem.RULES, *lint_wording.RULES)
BANK_RULE_NAMES = (*(rule.name for rule in BANK_RULES), "source-age")
RULE_NAMES = (*(rule.name for rule in RULES), *BANK_RULE_NAMES)
# What the reader of the files and the linter itself find.
READER_RULES = {
    "format": "The file can be read: a title, then questions of meta lines, a stem and options or a number.",
    "id-slug": "Names and ids are in lower case, with single hyphens.",
    "id-unique": "An id is used once in the bank.",
    "draw": "What is drawn has a place in the text, and the answer follows from a calculation.",
    "unused-ignore": "A rule is ignored where it would find something, and there is such a rule.",
}


def lint(bank: Bank, today: date | None = None) -> tuple[Finding, ...]:
    """Every fault of BANK: of its files first (`Bank.problems`), then by place, last of the whole bank.

    With TODAY, sources that were read too long before it are found too.
    """
    found = [each for question in bank.questions for each in lint_question(question)]
    return (*bank.problems, *sorted(found), *lint_bank(bank, today))


def lint_question(question: Question) -> Iterator[Finding]:
    """The faults of one question, but for the rules that it ignores."""
    ignored = {name for name, _ in question.ignored}
    for rule in RULES:
        faults = list(rule.check(question))
        if rule.name not in ignored:
            yield from (finding(question, rule.name, rule.severity, fault) for fault in faults)
        elif not faults:
            message = f"ignores {rule.name}, which finds nothing. Remove the ignore."
            yield finding(question, "unused-ignore", "warning", Fault(message))
    for name in sorted(ignored - {*RULE_NAMES}):
        message = f'ignores "{name}", which is no rule.{did_you_mean(name, RULE_NAMES)}'
        yield finding(question, "unused-ignore", "warning", Fault(message))


def descriptions() -> dict[str, str]:
    """What each rule demands, by its name: the first line of its function."""
    checks = {rule.name: rule.check.__doc__ for rule in (*RULES, *BANK_RULES)} | {
        "source-age": old_sources.__doc__
    }
    return READER_RULES | {name: (text or "").splitlines()[0] for name, text in checks.items()}
