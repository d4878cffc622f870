"""lambda-study schedule: what a schedule expression means, and when it fires next."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lambda_study.model.schedule import Schedule


@click.command(name="schedule")
@click.argument("expression")
@click.option("--after", metavar="ISO", help="Fire after this time; now without it.")
@click.option("--count", default=5, show_default=True, type=click.IntRange(1, 10_000), help="How many times.")
@click.option("--timezone", metavar="TZ", help="Such as Europe/Berlin; implies --scheduler.")
@click.option("--scheduler", is_flag=True, help="Read it as EventBridge Scheduler, not as a rule.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    expression: str, after: str | None, count: int, timezone: str | None, scheduler: bool, as_json: bool
) -> None:
    """Print what EXPRESSION means and when it fires next, in UTC.

    \b
    lambda-study schedule "cron(0 10 * * ? *)"
    lambda-study schedule "rate(5 minutes)" --after 2026-11-23T10:00:00Z
    lambda-study schedule "at(2026-12-24T18:00:00)" --timezone Europe/Berlin

    A time without an offset in --after is a time in --timezone, or in UTC. A rate counts from --after.
    An expression that AWS refuses ends with exit status 2. With --json it prints "valid": false and
    the reason as "error" all the same.
    """
    from lambda_study.cli import print_json
    from lambda_study.errors import BadInput
    from lambda_study.model.schedule import parse

    start = _instant(after)
    try:
        schedule = parse(expression, scheduler=scheduler, timezone=timezone)
    except BadInput as error:
        if as_json:
            print_json({"valid": False, "explain": None, "next": [], "error": str(error)})
        raise
    times = schedule.next_times(start, count)
    if as_json:
        print_json({"valid": True, "explain": schedule.explain(), "next": [_utc(time) for time in times]})
    else:
        click.echo("\n".join([schedule.explain(), *_lines(schedule, times)]))


def _instant(after: str | None) -> datetime:
    """The time AFTER, or now."""
    from datetime import UTC

    from lambda_study.errors import BadInput

    if after is None:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(after)
    except ValueError:
        raise BadInput(f"--after {after} is not a time. Write it as 2026-11-23T10:00:00Z.") from None
    if not 1900 <= time.year <= 2200:
        raise BadInput(f"--after {after} is out of reach. Choose a year from 1900 to 2200.")
    return time


def _utc(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _lines(schedule: Schedule, times: tuple[datetime, ...]) -> list[str]:
    """The times, each with its weekday, and with the local time where that is another one."""
    from zoneinfo import ZoneInfo

    if not times:
        return ["It does not fire again."]
    if schedule.timezone == "UTC":
        return [f"{_utc(time)}  {time:%a}" for time in times]
    zone = ZoneInfo(schedule.timezone)
    return [f"{_utc(time)}  {time.astimezone(zone):%a %Y-%m-%d %H:%M:%S} {zone}" for time in times]
