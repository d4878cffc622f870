"""`lambda-study progress`: where you stand, and the export and removal of what was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lambda_study.cli import print_json

if TYPE_CHECKING:
    from lambda_study.quiz.store import Store


@click.command("progress")
@click.option("--bank", "folder", metavar="FOLDER", help="The bank's folder; without it our own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--export", is_flag=True, help="Print every event as a line of JSON.")
@click.option("--delete", is_flag=True, help="Delete all that was kept, after a question.")
@click.option("--yes", is_flag=True, help="With --delete: do not ask.")
def command(folder: str | None, as_json: bool, export: bool, delete: bool, yes: bool) -> None:
    """Say what you answered, how it went, and what you will remember on the exam day.

    All of it is in one file on this machine, which never leaves it.
    """
    from lambda_study.quiz.store import Store

    if delete:
        _delete(yes)
        return
    with Store() as store:
        if export:
            for line in store.export():
                click.echo(line)
            return
        _tell(store, folder, as_json)


def _tell(store: Store, folder: str | None, as_json: bool) -> None:
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.learner import Learner

    learner = Learner(store, tuple, load_bank(folder))
    found, forecast = learner.progress(), learner.forecast()
    if as_json:
        domains = [vars(each) for each in forecast.domains]
        foreseen = {"exam": forecast.exam, "on": forecast.on.isoformat(), "domains": domains}
        print_json({**found.to_json(), "forecast": foreseen, "store": str(store.path)})
        return
    click.echo(f"{found!r}\n\n{forecast!r}\n\nKept in {store.path}.")


def _delete(yes: bool) -> None:
    from lambda_study.quiz.store import delete_store, store_path

    path = store_path()
    if not yes and not click.confirm(f"Delete {path}, with every answer in it?", default=False):
        click.echo("Nothing was deleted.")
        return
    click.echo(f"Deleted {path}." if delete_store() else f"There was nothing in {path}.")
