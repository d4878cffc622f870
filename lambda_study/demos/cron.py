"""The club's nightly report: its data, runs that overlap, a night that fails, and two kinds of schedules.

The functions that need an open cloud take the one of this process; `runs_at_the_same_time`,
`runs_of_a_failing_night` and `side_by_side` open their own.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3

from lambda_study.cloud import Cloud
from lambda_study.demos.tables import make_keyed_table
from lambda_study.engine import Function, ManualClock
from lambda_study.errors import BadInput
from lambda_study.model.schedule import parse

HANDLERS = Path(__file__).parent / "handlers"
_ROLE = "arn:aws:iam::123456789012:role/scheduler"
_PATIENCE_S = 20.0


# -- the club's data


def store_thumbnails(first_day: str, *counts: int) -> str:
    """Make the table of thumbnails and the bucket of reports; from FIRST_DAY on, COUNTS thumbnails a day.

    A second call changes nothing.
    """
    make_table()
    boto3.client("s3").create_bucket(Bucket="reports")
    dynamodb = boto3.client("dynamodb")
    first = datetime.fromisoformat(first_day)
    for number, count in enumerate(counts):
        day = f"{first + timedelta(days=number):%Y-%m-%d}"
        for photo in range(count):
            item = {"taken": {"S": day}, "photo": {"S": f"{photo}.jpg"}}
            dynamodb.put_item(TableName="thumbnails", Item=item)
    return f"{sum(counts)} thumbnails of {len(counts)} days"


def make_table() -> None:
    """Make the table of thumbnails: a day, and the photos of that day. One that is there stays."""
    make_keyed_table("thumbnails", taken="HASH", photo="RANGE")


def drop_table() -> None:
    """Delete the table of thumbnails, if it is there."""
    client = boto3.client("dynamodb")
    if "thumbnails" in client.list_tables()["TableNames"]:
        client.delete_table(TableName="thumbnails")


def reports(first_day: str = "", last_day: str = "9999") -> dict[str, int]:
    """The reports in the bucket, of these days or all: how many thumbnails, by day."""
    s3 = boto3.client("s3")
    found = s3.list_objects_v2(Bucket="reports").get("Contents", [])
    read = [json.load(s3.get_object(Bucket="reports", Key=each["Key"])["Body"]) for each in found]
    return {each["day"]: each["thumbnails"] for each in read if first_day <= each["day"] <= last_day}


# -- schedules


def run_at(expression: str, function: Function, name: str = "nightly") -> str:
    """Let a rule called NAME invoke FUNCTION as the schedule EXPRESSION says; returns what that means."""
    events = boto3.client("events")
    events.put_rule(Name=name, ScheduleExpression=expression)
    events.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": function.configuration.arn}])
    return parse(expression).explain()


def next_runs(expression: str, after: str, count: int = 3, timezone: str | None = None) -> str:
    """When a schedule runs next after a time, in UTC, a line each; with a TIMEZONE it is one of Scheduler.

    >>> print(next_runs("cron(0 2 ? * MON-FRI *)", "2026-11-27T12:00", 2))
    Mon 2026-11-30 02:00 UTC
    Tue 2026-12-01 02:00 UTC
    """
    schedule = parse(expression, timezone=timezone)
    times = schedule.next_times(datetime.fromisoformat(after).replace(tzinfo=UTC), count)
    return "\n".join(f"{each:%a %Y-%m-%d %H:%M} UTC" for each in times) or "never"


# -- runs that overlap


def runs_at_the_same_time(reserved_concurrency: int | None = None) -> int:
    """How many of three runs are in progress at once: a rule starts one each minute, each takes longer.

    They are held until all have been triggered; a minute is a tenth of a second here.

    >>> runs_at_the_same_time(), runs_at_the_same_time(reserved_concurrency=1)
    (3, 1)
    """
    with tempfile.TemporaryDirectory() as text, Cloud(clock="x600") as cloud:
        folder, gate = Path(text, "begun"), Path(text, "gate")
        folder.mkdir()
        function = cloud.deploy(
            f"{HANDLERS / 'held_report.py'}:handler",
            name="report",
            timeout_s=int(_PATIENCE_S),
            environment={"FOLDER": str(folder), "GATE": str(gate)},
            reserved_concurrency=reserved_concurrency,
        )
        run_at("rate(1 minute)", function, "each-minute")
        _wait_for(lambda: len(cloud.trace.of("trigger")) >= 3)
        boto3.client("events").disable_rule(Name="each-minute")
        triggered = len(cloud.trace.of("trigger"))
        room = min(triggered, reserved_concurrency or triggered)
        _wait_for(lambda: _begun(folder) + len(cloud.trace.of("throttle")) >= triggered)
        _wait_for(lambda: _begun(folder) >= room)
        at_once = min(3, _begun(folder))
        gate.touch()
        _wait_for(lambda: len(function.reports) == triggered)
    return at_once


def _begun(folder: Path) -> int:
    return len(list(folder.iterdir()))


def _wait_for(event: Callable[[], bool]) -> None:
    patience = time.monotonic() + _PATIENCE_S
    while not event():
        if time.monotonic() > patience:
            raise BadInput(
                f"The runs did not come in {_PATIENCE_S:.0f} s. Close other programs and try again."
            )
        time.sleep(0.005)


# -- a night that fails


def runs_of_a_failing_night(mended_after_minutes: float | None = None) -> list[str]:
    """When the report runs in a night whose table is gone, as times of day.

    It is there again after some minutes past 02:00, or never.

    >>> runs_of_a_failing_night()
    ['02:00', '02:01', '02:03']
    >>> runs_of_a_failing_night(mended_after_minutes=0.5)
    ['02:00', '02:01']
    """
    with Cloud(clock="manual") as cloud:
        clock = _manual(cloud)
        boto3.client("s3").create_bucket(Bucket="reports")
        report = cloud.deploy(f"{HANDLERS / 'nightly_report.py'}:handler", name="report", timeout_s=30)
        run_at("cron(0 2 * * ? *)", report)
        clock.advance(hours=2)
        if mended_after_minutes is not None:
            clock.advance(minutes=mended_after_minutes)
            make_table()
        clock.advance(hours=1)
        return [f"{each.started_at:%H:%M}" for each in report.reports]


# -- a rule and a schedule of Scheduler, side by side


@dataclass(frozen=True)
class SideBySide:
    """The times of day at which a rule and a schedule of Scheduler ran, in one place, by day."""

    rule: str
    schedule: str
    timezone: str
    runs: dict[str, tuple[str, str]]

    def __repr__(self) -> str:
        head, *rows = self._rows
        widths = [len(self.timezone) + 6, len(head[1]) + 3]
        return "\n".join(
            f"{day:<{widths[0]}}{rule:<{widths[1]}}{schedule}" for day, rule, schedule in (head, *rows)
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The same as an HTML table."""
        head, *rows = self._rows
        named = "".join(f"<th>{escape(word)}</th>" for word in head)
        body = "".join("<tr>" + "".join(f"<td>{escape(word)}</td>" for word in row) + "</tr>" for row in rows)
        return f"<table><tr>{named}</tr>{body}</table>"

    @property
    def _rows(self) -> list[tuple[str, str, str]]:
        """The head and the days, in words."""
        head = (f"In {self.timezone}", f"rule {self.rule}", f"Scheduler {self.schedule}")
        return [head, *((day, *ran) for day, ran in self.runs.items())]


def side_by_side(
    rule: str = "cron(0 6 * * ? *)",
    schedule: str = "cron(0 7 * * ? *)",
    timezone: str = "Europe/Berlin",
    first_day: str = "2027-03-27",
    days: int = 3,
) -> SideBySide:
    """Run a function by a RULE and by a SCHEDULE of Scheduler in TIMEZONE, for some DAYS.

    >>> side_by_side()
    In Europe/Berlin   rule cron(0 6 * * ? *)   Scheduler cron(0 7 * * ? *)
    27 Mar             07:00                    07:00
    28 Mar             08:00                    07:00
    29 Mar             08:00                    07:00
    """
    zone = ZoneInfo(timezone)
    start = datetime.fromisoformat(first_day).replace(tzinfo=zone)
    with _noting(start.astimezone(UTC)) as (cloud, function, events_of):
        run_at(rule, function, "rule")
        boto3.client("scheduler").create_schedule(
            Name="schedule",
            ScheduleExpression=schedule,
            ScheduleExpressionTimezone=timezone,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": function.configuration.arn, "RoleArn": _ROLE},
        )
        _manual(cloud).advance(days=days)
        events = events_of()
    runs: dict[str, tuple[str, str]] = {}
    for number in range(days):
        day = start + timedelta(days=number)
        ran = [_times(events, source, day, zone) for source in ("aws.events", "aws.scheduler")]
        runs[f"{day:%d %b}"] = (ran[0], ran[1])
    return SideBySide(rule, schedule, timezone, runs)


def _times(events: list[Any], source: str, day: datetime, zone: ZoneInfo) -> str:
    """The local times at which events of SOURCE were due on DAY."""
    due = [
        datetime.fromisoformat(event["time"]).astimezone(zone)
        for event in events
        if event["source"] == source
    ]
    return ", ".join(f"{each:%H:%M}" for each in due if each.date() == day.date()) or "-"


@contextmanager
def _noting(start: datetime) -> Iterator[tuple[Cloud, Function, Callable[[], list[Any]]]]:
    """A cloud that begins at START, with a function that notes its events, and what it has noted."""
    with tempfile.TemporaryDirectory() as folder, Cloud(clock=ManualClock(start)) as cloud:
        notes = Path(folder, "notes")
        function = cloud.deploy(
            f"{HANDLERS / 'notes_events.py'}:handler", name="noting", environment={"NOTES": str(notes)}
        )
        yield cloud, function, lambda: [json.loads(line) for line in notes.read_text().splitlines()]


def _manual(cloud: Cloud) -> ManualClock:
    assert isinstance(cloud.clock, ManualClock)
    return cloud.clock
