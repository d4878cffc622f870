"""`lambda-study quiz TOPIC`: answer questions in the terminal, or grade answers from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import click

from lambda_study.cli import print_json
from lambda_study.cli.asking import kept_answers, take
from lambda_study.errors import BadInput

if TYPE_CHECKING:
    from lambda_study.quiz import Bank, Grade, Question
    from lambda_study.quiz.results import RecordedAnswer, Results
    from lambda_study.quiz.store import Store

Graded = list[tuple["Question", "Grade"]]


@click.command("quiz")
@click.argument("topic")
@click.option("--bank", "folder", metavar="FOLDER", help="The bank's folder; without it our own.")
@click.option("--answers", metavar="FILE", help="Grade the answers of a results file; - is standard input.")
@click.option(
    "--json", "as_json", is_flag=True, help="Grade without questions asked and print one JSON object."
)
@click.option(
    "--seed", type=int, metavar="N", help="Ask in the random order, and with the numbers, that N gives."
)
def command(topic: str, folder: str | None, answers: str | None, as_json: bool, seed: int | None) -> None:
    """Answer the questions of TOPIC one by one, each with its reasons and its source.

    With --answers or --json the answers are read from FILE (--json alone: from standard input), a results
    file: {"schema": 1, "learner", "form", "seed", "bank_digest", "answers": [...]}, each answer of the shape
    {"question": ID, "chosen": ["B"], "at", "seconds"}. Only answers with question and chosen are needed.

    Answers that you type at a terminal are kept on this machine for `lambda-study review`; answers from a
    pipe are kept only where LAMBDA_STUDY_STORE names a file for them. --answers and --json keep nothing.
    """
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.drawn import drawn

    bank = load_bank(folder)
    questions = list(bank.topic(topic))
    if as_json or answers is not None:
        _grade_file(bank, topic, questions, answers or "-", as_json)
        return
    if seed is not None:
        Random(seed).shuffle(questions)
        questions = [drawn(question, seed) for question in questions]
    _ask_all(bank.title(topic), questions, bank.introduction(topic), kept_answers())


def _ask_all(title: str, questions: list[Question], introduction: str, store: Store | None) -> None:
    click.echo(f"{title}: {len(questions)} questions. Type a letter or a number and Enter; Ctrl-C stops.")
    if introduction:
        click.echo(f"\n{introduction}")
    graded: Graded = []
    try:
        for number, question in enumerate(questions, start=1):
            click.echo(f"\n{number} of {len(questions)} · {question.level} · {question.id}\n")
            graded.append((question, take(question, store)))
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"\n\nStopped. {len(graded)} of {len(questions)} answered.")
    _tell_score(graded)


def _tell_score(graded: Graded) -> None:
    if not graded:
        return
    right = sum(grade.correct for _, grade in graded)
    click.echo(f"\n{right} of {len(graded)} right.")
    missed = [question.id for question, grade in graded if not grade.correct]
    if missed:
        click.echo(f"To look at again: {', '.join(missed)}.")


def _grade_file(bank: Bank, topic: str, questions: list[Question], file: str, as_json: bool) -> None:
    from lambda_study.quiz.drawn import drawn
    from lambda_study.quiz.results import grade_results, read_results

    results = read_results(_read(file))
    questions = [drawn(question, results.seed) for question in questions]
    graded = grade_results(questions, results)
    if results.bank_digest not in (None, bank.digest):
        click.echo("The answers were given with another edition of the bank.", err=True)
    if as_json:
        print_json(_report(bank, topic, questions, results, graded))
        return
    for answer, grade in graded:
        verdict = "right" if grade.correct else f"wrong, the key is {', '.join(grade.key)}"
        click.echo(f"{answer.question}: {', '.join(answer.chosen) or 'no answer'}: {verdict}")
    score = _score(questions, graded)
    click.echo(f"{score['correct']} of {score['questions']} right, {score['answered']} answered.")


def _read(file: str) -> str:
    if file == "-":
        if sys.stdin.isatty():
            raise BadInput("No answers given. Write --answers FILE, or pipe a results file in.")
        return sys.stdin.read()
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The answers in {file} cannot be read: {error}.") from error


def _report(
    bank: Bank,
    topic: str,
    questions: list[Question],
    results: Results,
    graded: tuple[tuple[RecordedAnswer, Grade], ...],
) -> dict[str, Any]:
    """The results file again with verdicts and score; `bank_digest` is that of the bank that graded."""
    answered = {name for name, grade in _last(graded).items() if grade.chosen}
    return {
        "schema": 1,
        "learner": results.learner,
        "form": results.form or topic,
        "seed": results.seed,
        "bank_digest": bank.digest,
        "same_bank": None if results.bank_digest is None else results.bank_digest == bank.digest,
        "answers": [_verdict(answer, grade) for answer, grade in graded],
        "unanswered": [question.id for question in questions if question.id not in answered],
        "score": _score(questions, graded),
    }


def _verdict(answer: RecordedAnswer, grade: Grade) -> dict[str, Any]:
    return {
        "question": answer.question,
        "chosen": list(grade.chosen),
        "at": answer.at,
        "seconds": answer.seconds,
        "correct": grade.correct,
        "key": list(grade.key),
        "reasons": dict(grade.reasons),
    }


def _score(questions: list[Question], graded: tuple[tuple[RecordedAnswer, Grade], ...]) -> dict[str, int]:
    grades = _last(graded).values()
    return {
        "questions": len(questions),
        "answered": sum(bool(grade.chosen) for grade in grades),
        "correct": sum(grade.correct for grade in grades),
    }


def _last(graded: tuple[tuple[RecordedAnswer, Grade], ...]) -> dict[str, Grade]:
    """The grade that counts: of a question answered more than once, that of the last answer."""
    return {answer.question: grade for answer, grade in graded}
