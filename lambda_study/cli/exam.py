"""`lambda-study exam NAME`: sit an exam in the terminal, or grade answers to one from a file."""

from __future__ import annotations

import re
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from lambda_study.cli import print_json
from lambda_study.cli.asking import explain, prompt, show
from lambda_study.errors import BadInput

if TYPE_CHECKING:
    from lambda_study.quiz import Bank
    from lambda_study.quiz.attempt import Attempt
    from lambda_study.quiz.exam_result import ExamResult

KEYS = """\
Type letters to answer; with a ? (B?) if you guess. Enter leaves a question open.
flag, back, go 7, list, pause, hand in. Ctrl-C stops; what you answered is kept, and you can go on later."""


@click.command("exam")
@click.argument("name")
@click.option("--bank", "folder", metavar="FOLDER", help="The bank's folder; without it our own.")
@click.option("--seed", type=int, metavar="N", help="The form; without it the next one you have not had.")
@click.option("--study", is_flag=True, help="Tell key and reasons after each answer; no timer.")
@click.option("--minutes", type=int, metavar="N", help="The time; without it that of the exam.")
@click.option("--no-timer", is_flag=True, help="Take all the time you need.")
@click.option("--new", is_flag=True, help="Begin anew, even if an attempt at NAME was not handed in.")
@click.option("--answers", metavar="FILE", help="Grade the answers of a results file to form --seed N.")
@click.option("--json", "as_json", is_flag=True, help="With --answers: print one JSON object.")
def command(
    name: str,
    folder: str | None,
    seed: int | None,
    study: bool,
    minutes: int | None,
    no_timer: bool,
    new: bool,
    answers: str | None,
    as_json: bool,
) -> None:
    """Sit the exam NAME, such as DVA-C03 (65 questions), DVA-C03-20 or DVA-C03-10.

    The questions are about Lambda and what is around it, by the weights of the exam's domains. Each answer is
    kept on this machine at once; an attempt that was stopped goes on where it was.
    """
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.attempt import next_seed, resume, start, unfinished
    from lambda_study.quiz.blueprint import blueprint
    from lambda_study.quiz.exam import draw
    from lambda_study.quiz.store import Store

    bank, plan = load_bank(folder), blueprint(name, folder)
    if answers is not None or as_json:
        _grade_file(bank, plan.name, folder, seed, answers, as_json)
        return
    with Store() as store:
        left = (
            None
            if new or seed is not None
            else unfinished(store, plan.name, mode="study" if study else "exam")
        )
        if left is not None:
            attempt = resume(left.id, store, bank, folder)
            click.echo("You go on with the attempt that was not handed in. --new begins another.")
        else:
            form = draw(plan, bank, seed if seed is not None else next_seed(store, plan.name))
            attempt = start(form, store, "study" if study else "exam", minutes, timer=not no_timer)
        _Sitting(attempt).run()


def _grade_file(
    bank: Bank, name: str, folder: str | None, seed: int | None, file: str | None, as_json: bool
) -> None:
    from lambda_study.quiz.blueprint import blueprint
    from lambda_study.quiz.exam import draw
    from lambda_study.quiz.exam_result import mark_results
    from lambda_study.quiz.results import read_results

    if file is None:
        raise BadInput("--json grades a results file. Give it with --answers FILE.")
    try:
        results = read_results(Path(file).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The answers in {file} cannot be read: {error}.") from error
    drawn_by = seed if seed is not None else results.seed
    if drawn_by is None:
        raise BadInput("The answers do not say to which form they belong. Give it with --seed N.")
    found = mark_results(draw(blueprint(name, folder), bank, drawn_by), results)
    if as_json:
        print_json({**found.to_json(), "seed": drawn_by, "bank_digest": bank.digest})
    else:
        click.echo(repr(found))


class _Sitting:
    """One person at a terminal with one attempt."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.questions = attempt.form.questions
        answered = attempt.state.answers
        open_ones = [index for index, each in enumerate(self.questions) if each.id not in answered]
        self.index = open_ones[0] if open_ones else 0

    def run(self) -> None:
        """Ask until the exam is handed in, the time is up, or the person stops."""
        from lambda_study.quiz.exam import COMMON_GROUND

        click.echo(f"{self.attempt.form!r}.{self._time()}\n{KEYS}\n{COMMON_GROUND}")
        try:
            while self._step():
                pass
        except (click.Abort, KeyboardInterrupt):
            self.attempt.pause()
            command = f"lambda-study exam {self.attempt.form.blueprint.name}"
            click.echo(f"\n\nStopped. Your answers are kept; `{command}` goes on.")
            return
        self._tell(self.attempt.hand_in())

    def _step(self) -> bool:
        """Ask for one line and follow it; False when the exam is to be handed in."""
        if self.attempt.time_left_s == 0:
            click.echo("\nTime is up.")
            return False
        question = self.questions[self.index]
        state = self.attempt.state
        given = state.answers.get(question.id)
        marks = [f"answered {' '.join(given.chosen)}"] if given and given.chosen else []
        marks += ["flagged"] * (question.id in state.flagged)
        where = " · ".join([f"{self.index + 1} of {len(self.questions)}{self._time()}", *marks])
        click.echo(f"\n{where}\n")
        show(question)
        began = monotonic()
        typed: str = click.prompt(prompt(question), default="", show_default=False)
        try:
            return self._follow(typed.strip().lower(), round(monotonic() - began, 1))
        except BadInput as error:
            click.echo(str(error))
            return True

    def _follow(self, typed: str, seconds: float) -> bool:
        question = self.questions[self.index]
        if typed == "flag":
            self.attempt.flag(question.id, question.id not in self.attempt.state.flagged)
        elif typed == "back":
            self.index = max(0, self.index - 1)
        elif typed == "list":
            click.echo(self._list())
        elif typed == "pause":
            self.attempt.pause()
            click.prompt("Paused. Enter goes on", default="", show_default=False)
            self.attempt.go_on()
        elif typed in ("hand in", "submit"):
            return not self._sure()
        elif found := re.fullmatch(r"go (\d+)", typed):
            self._go(int(found.group(1)))
        else:
            return self._answer(typed, seconds)
        return True

    def _answer(self, typed: str, seconds: float) -> bool:
        question = self.questions[self.index]
        if typed:
            guessed = typed.endswith("?")
            grade = self.attempt.answer(question.id, typed.rstrip("?"), guessed=guessed, seconds=seconds)
            if grade is not None:
                explain(question, grade)
        if self.index + 1 < len(self.questions):
            self.index += 1
            return True
        click.echo(self._list())
        return not self._sure()

    def _go(self, number: int) -> None:
        if not 1 <= number <= len(self.questions):
            raise BadInput(f"There is no question {number}. Choose 1 to {len(self.questions)}.")
        self.index = number - 1

    def _sure(self) -> bool:
        return click.confirm("Hand in?", default=False)

    def _list(self) -> str:
        state = self.attempt.state
        answered = {id for id, given in state.answers.items() if given.chosen}
        flagged = [n for n, each in enumerate(self.questions, start=1) if each.id in state.flagged]
        left = [n for n, each in enumerate(self.questions, start=1) if each.id not in answered]
        told = f"{len(answered)} of {len(self.questions)} answered."
        told += f" Open: {', '.join(map(str, left))}." if left else ""
        return told + (f" Flagged: {', '.join(map(str, flagged))}." if flagged else "")

    def _time(self) -> str:
        left = self.attempt.time_left_s
        return "" if left is None else f" {int(left // 60)} min {int(left % 60)} s left"

    def _tell(self, result: ExamResult) -> None:
        from lambda_study.quiz import grade

        click.echo(f"\n{result!r}")
        marks = {mark.question: mark for mark in result.marks}
        missed = [each for each in self.questions if not marks[each.id].correct]
        if self.attempt.state.mode == "study" or not missed:
            return
        click.echo("\nWhat was missed:")
        for question in missed:
            click.echo("")
            show(question)
            explain(question, grade(question, marks[question.id].chosen, practice=False))
