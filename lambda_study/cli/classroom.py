"""`lambda-study classroom OUT`: folders for the students, for the teacher and for a learning platform."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_study.cli import print_json

if TYPE_CHECKING:
    from lambda_study.handouts.classroom import Classroom


@click.command(name="classroom")
@click.argument("out", type=click.Path())
@click.option("--lessons", multiple=True, help="A lesson, such as 21; may be given again. Default: all.")
@click.option("--topics", multiple=True, help="A topic; may be given again. Default: all of the bank.")
@click.option("--no-lessons", is_flag=True, help="The questions alone, as for a test.")
@click.option("--bank", type=click.Path(), help="A folder of questions. Default: the bank of Lambda Study.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    out: str,
    lessons: tuple[str, ...],
    topics: tuple[str, ...],
    no_lessons: bool,
    bank: str | None,
    as_json: bool,
) -> None:
    """Write OUT/student, OUT/teacher and OUT/lms.

    Students get worksheets and notebooks whose quizzes record answers, and no key. The teacher gets the keys,
    the worksheets filled in, and notebooks for nbgrader. `lambda-study collect` grades what comes back.
    """
    from lambda_study.handouts.classroom import write_classroom
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.now import utc_now

    chosen = [] if no_lessons else _chosen(lessons)
    questions = load_bank(bank)
    done = _progress(len(chosen) + len(topics or questions.names))
    made = write_classroom(out, questions, chosen, topics=topics, now=utc_now(), done=done)
    if as_json:
        print_json(_told(made))
    else:
        _print(made, questions.path)


def _chosen(names: Sequence[str]) -> list[Path]:
    from lambda_study.cli.lesson import find, home, lessons
    from lambda_study.handouts.classroom import for_class

    folder = home()
    if names:
        return [find(name, folder).shipped for name in names]
    return for_class(lesson.shipped for lesson in lessons(folder))


def _progress(parts: int) -> Callable[[str], object]:
    from tqdm import tqdm

    bar = tqdm(total=parts, unit=" parts", file=sys.stderr, disable=None, leave=False)
    return lambda name: bar.update()


def _told(made: Classroom) -> dict[str, object]:
    return {
        "student": str(made.folder / "student"),
        "teacher": str(made.folder / "teacher"),
        "lms": str(made.folder / "lms"),
        "lessons": list(made.lessons),
        "topics": list(made.topics),
        "left_out": list(made.left_out),
        "bank_digest": made.bank_digest,
    }


def _print(made: Classroom, bank: str) -> None:
    from lambda_study.handouts.classroom_notes import is_public

    click.echo(f"{len(made.lessons)} lessons and {len(made.topics)} topics.")
    click.echo(f"For students: {made.folder / 'student'}")
    click.echo(f"For you:      {made.folder / 'teacher'}")
    click.echo(f"For an LMS:   {made.folder / 'lms'}")
    for each in made.left_out:
        click.echo(f"Left out: {each}")
    if is_public(bank):
        click.echo("Practice: these are public questions. A graded test needs its own: --bank FOLDER.")
