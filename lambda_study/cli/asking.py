"""A question in the terminal: shown, asked, explained."""

from __future__ import annotations

import os
import sys
from time import monotonic
from typing import TYPE_CHECKING

import click

from lambda_study.errors import BadInput

if TYPE_CHECKING:
    from lambda_study.quiz import Grade, Question
    from lambda_study.quiz.store import Store


def kept_answers() -> Store | None:
    """The store for answers that a person types here; None for answers from a pipe.

    Where LAMBDA_STUDY_STORE names a file it is that one in any case, so that tests and scripts decide.
    """
    from lambda_study.quiz.store import ENVIRONMENT_VARIABLE, Store

    return Store() if sys.stdin.isatty() or os.environ.get(ENVIRONMENT_VARIABLE) else None


def take(question: Question, store: Store | None) -> Grade:
    """Show QUESTION, ask for the answer until it is one, explain it, and keep it in STORE."""
    from lambda_study.quiz.review import record

    show(question)
    began = monotonic()
    grade = ask(question)
    seconds = round(monotonic() - began, 1)
    explain(question, grade)
    if store is not None:
        try:
            record(store, question.id, grade.chosen, correct=grade.correct, seconds=seconds)
        except BadInput as error:
            click.echo(f"Not kept. {error}", err=True)
    return grade


def show(question: Question) -> None:
    """Print the stem and the options."""
    click.echo(question.stem + "\n")
    for option in question.options:
        click.echo(f"  {option.letter}. {option.text}")


def ask(question: Question) -> Grade:
    """The grade of the learner's answer; a slip is told and asked again."""
    from lambda_study.quiz import grade

    while True:
        given: str = click.prompt(prompt(question), default="", show_default=False)
        try:
            return grade(question, given)
        except BadInput as error:
            click.echo(str(error))


def prompt(question: Question) -> str:
    """What is asked for: letters, or a number and its unit."""
    if question.answer is not None:
        return f"Your answer in {question.answer.unit}" if question.answer.unit else "Your answer, a number"
    letters = f"{question.options[0].letter}-{question.options[-1].letter}"
    if question.kind == "multiple":
        return f"Your answers, {len(question.key)} of {letters}"
    return f"Your answer, {letters}"


def explain(question: Question, grade: Grade) -> None:
    """Print the verdict, the reasons of the key and of what was chosen, and the sources."""
    if grade.correct:
        click.secho("Right.", fg="green")
    else:
        click.secho(f"Wrong. The key is {', '.join(grade.key)}.", fg="red")
    for answer, reason in grade.reasons.items():
        if answer in grade.key or answer in grade.chosen:
            click.echo(f"  {answer}{_role(answer, grade)}: {_one_paragraph(reason)}")
    if question.note:
        click.echo(f"  Note: {_one_paragraph(question.note)}")
    for source in question.sources:
        click.echo(f"  Source: {source!r}")


def _role(answer: str, grade: Grade) -> str:
    roles = ["your choice"] * (answer in grade.chosen) + ["key"] * (answer in grade.key)
    return f" ({', '.join(roles)})"


def _one_paragraph(text: str) -> str:
    return text if "```" in text else " ".join(text.split())
