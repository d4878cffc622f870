"""`lambda-study handout TOPIC|EXAM|LESSON OUT`: paper for the class, and what the teacher needs beside it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_study.cli import print_json
from lambda_study.errors import BadInput

if TYPE_CHECKING:
    from lambda_study.quiz import Bank


@click.command(name="handout")
@click.argument("name", metavar="TOPIC|EXAM|LESSON")
@click.argument("out", type=click.Path())
@click.option("--format", metavar="html|pdf", help="What a folder OUT gets. Default: html.")
@click.option("--large", is_flag=True, help="Large print, 18 pt.")
@click.option(
    "--seed", type=int, metavar="N", help="Which questions, order and numbers. Default: 1 if needed."
)
@click.option("--forms", default="", metavar="A,B|2", help="Forms in an order of their own, a key for each.")
@click.option("--exit-ticket", is_flag=True, help="Three short questions of TOPIC on half a page, and a key.")
@click.option("--cheat-sheet", is_flag=True, help="TOPIC on a page; of an EXAM, two pages for its eve.")
@click.option("--bank", type=click.Path(), help="A folder of questions. Default: the bank of Lambda Study.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    name: str,
    out: str,
    format: str | None,
    large: bool,
    seed: int | None,
    forms: str,
    exit_ticket: bool,
    cheat_sheet: bool,
    bank: str | None,
    as_json: bool,
) -> None:
    """Write a topic (limits), an exam (DVA-C03-20) or a lesson (11-first-function) to print.

    A topic and an exam give a sheet and its key, a lesson a worksheet and the teacher's copy of it. OUT is a
    folder, or a name that ends in .html or .pdf; what is for the teacher goes beside it as NAME-key or
    NAME-teacher. A PDF needs the extra "handout" (Typst).
    """
    from lambda_study.handouts import write_cheat_sheet, write_handout, write_ticket
    from lambda_study.handouts.forms import read_letters
    from lambda_study.quiz import load_bank

    letters = read_letters(forms)
    _demand_one_kind(exit_ticket, cheat_sheet, bool(letters))
    questions = load_bank(bank)
    is_lesson = _is_lesson(name, questions, bank)
    if (cheat_sheet or is_lesson) and (letters or seed is not None):
        raise BadInput("A lesson and a cheat sheet are the same for all. Leave out --seed and --forms.")
    if cheat_sheet:
        file = write_cheat_sheet(
            name, out, questions, large, format=format, notebooks=_notebooks(), folder=bank
        )
        _tell({"name": name, "sheet": file}, as_json)
    elif exit_ticket:
        _tell(asdict(write_ticket(name, out, questions, large, format=format, seed=seed)), as_json)
    elif is_lesson:
        _tell(_write_lesson(name, out, questions, large, format), as_json)
    else:
        handout = write_handout(
            name, out, questions, large, format=format, seed=seed, letters=letters, folder=bank
        )
        _tell(asdict(handout), as_json)


def _demand_one_kind(exit_ticket: bool, cheat_sheet: bool, forms: bool) -> None:
    if exit_ticket + cheat_sheet + forms > 1:
        raise BadInput("--exit-ticket, --cheat-sheet and --forms are different papers. Give one of them.")


def _is_lesson(name: str, bank: Bank, folder: str | None) -> bool:
    from lambda_study.handouts.forms import is_exam

    notebooks = _notebooks()
    if name in bank.names or is_exam(name, folder) or notebooks is None:
        return False
    wanted = name.removesuffix(".ipynb")
    return any(wanted in (path.stem, path.stem.split("-")[0]) for path in notebooks.glob("*.ipynb"))


def _write_lesson(name: str, out: str, bank: Bank, large: bool, format: str | None) -> dict[str, Any]:
    from lambda_study.cli.lesson import find, home
    from lambda_study.handouts import write_worksheet

    lesson, place = find(name, home()), Path(out)
    beside = place.with_name(f"{place.stem}-teacher{place.suffix}") if _is_file(place) else place
    student = write_worksheet(lesson.shipped, place, bank=bank, large=large, format=format)
    teacher = write_worksheet(lesson.shipped, beside, True, bank=bank, large=large, format=format)
    return {"lesson": lesson.name, "worksheet": student, "teacher": teacher, "bank_digest": bank.digest}


def _is_file(place: Path) -> bool:
    return bool(place.suffix) and not place.is_dir()


def _notebooks() -> Path | None:
    from lambda_study.cli.lesson import home

    try:
        return home() / "notebooks"
    except BadInput:
        return None


def _tell(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    for form in told.get("forms", ()):
        name = f" {form['form']}" if form["form"] else ""
        click.echo(f"Sheet{name}: {form['sheet']}")
        click.echo(f"Key{name}:   {form['key']}")
    if "forms" not in told:
        for kind in ("sheet", "worksheet", "teacher"):
            if kind in told:
                click.echo(f"{kind.capitalize()}: {told[kind]}")
