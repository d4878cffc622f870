"""`lambda-study bank`: check the question bank, prove its keys, count what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lambda_study.cli import print_json

if TYPE_CHECKING:
    from lambda_study.quiz import Bank, Finding

_folder = click.option("--bank", "folder", metavar="FOLDER", help="The bank's folder; without it our own.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group("bank")
def command() -> None:
    """Check the question bank, prove its keys, count what is in it."""


@command.command()
@_folder
@_json
@click.option(
    "--sarif", "as_sarif", is_flag=True, help="Print a SARIF 2.1.0 log, for editors and code hosts."
)
@click.pass_context
def lint(ctx: click.Context, folder: str | None, as_json: bool, as_sarif: bool) -> None:
    """Check the form of every question. Exit 1 when there are errors; warnings alone are fine."""
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.lint import lint as findings_of

    if as_json and as_sarif:
        raise click.UsageError("--json and --sarif are two forms of the same. Give one of them.")
    bank = load_bank(folder)
    findings = findings_of(bank, date.today())
    errors = [finding for finding in findings if finding.severity == "error"]
    if as_sarif:
        from lambda_study.quiz.lint_sarif import sarif

        print_json(sarif(findings))
    elif as_json:
        warnings = [finding for finding in findings if finding.severity == "warning"]
        print_json(
            {"errors": [each.to_json() for each in errors], "warnings": [each.to_json() for each in warnings]}
        )
    else:
        _tell_findings(findings, len(bank.questions))
    ctx.exit(1 if errors else 0)


def _tell_findings(findings: Iterable[Finding], questions: int) -> None:
    severities: Counter[str] = Counter()
    for finding in findings:
        severities[finding.severity] += 1
        click.echo(f"{finding} [{finding.rule}, {finding.severity}]")
    click.echo(f"{questions} questions read, {severities['error']} errors, {severities['warning']} warnings.")


@command.command()
@_folder
@_json
@click.pass_context
def prove(ctx: click.Context, folder: str | None, as_json: bool) -> None:
    """Hold every key against its fact, calculation or demo. Exit 1 on a mismatch, 2 if a file has faults."""
    from lambda_study.proofs import prove as proofs_of
    from lambda_study.quiz import load_bank

    bank = load_bank(folder)
    proofs = proofs_of(bank)
    if as_json:
        print_json(proofs.to_json())
    else:
        click.echo(repr(proofs))
    _tell_problems(bank.problems)
    ctx.exit(2 if bank.problems else 1 if proofs.mismatches else 0)


@command.command()
@_folder
@_json
def stats(folder: str | None, as_json: bool) -> None:
    """Count the questions by topic, kind, level, domain and proof, and say what is there for an exam."""
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.blueprint import blueprint
    from lambda_study.quiz.inventory import take_stock

    bank = load_bank(folder)
    counts = _counts(bank)
    stock = take_stock(bank, blueprint("DVA-C03", folder))
    if as_json:
        print_json(
            {"questions": len(bank.questions), **counts, **stock.to_json(), "bank_digest": bank.digest}
        )
    else:
        click.echo(f"questions  {len(bank.questions)}")
        for name, tally in counts.items():
            click.echo(f"{name:<9}  " + ", ".join(f"{each} {count}" for each, count in tally.items()))
        click.echo(repr(stock))
    _tell_problems(bank.problems)


def _counts(bank: Bank) -> dict[str, dict[str, int]]:
    questions = bank.questions
    domains = [f"{exam}/{number}" for question in questions for exam, number in question.domains]
    keys = [letter for question in questions if question.kind == "single" for letter in question.key]
    return {
        "topics": {topic.name: len(topic.questions) for topic in bank.topics},
        "kinds": _tally(question.kind for question in questions),
        "levels": _tally(question.level for question in questions),
        "domains": _tally(domains),
        "proofs": _tally(question.proof.kind if question.proof else "none" for question in questions),
        "keys": _tally(keys),
    }


def _tally(names: Iterable[Any]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _tell_problems(problems: tuple[Finding, ...]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)
