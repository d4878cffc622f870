"""A day of scheduled rules through the whole cloud: boto3, rules on the clock, events, real invocations."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import boto3
from row import Row

from lambda_study.cloud import Cloud
from lambda_study.engine import ManualClock

HANDLER = "def handler(event, context):\n    return event['time']\n"
SCHEDULES = {"every-five-minutes": "cron(0/5 * * * ? *)", "morning-and-night": "cron(1 6,22 * * ? *)"}
RUNS = 290


def run() -> list[Row]:
    return [Row("a day of rules, through the cloud", day_s(), "s", bar=0.5)]


def day_s() -> float:
    """How long a day of two rules takes, with a clock that is moved by hand."""
    with tempfile.TemporaryDirectory() as folder, Cloud(clock="manual") as cloud:
        (Path(folder) / "app.py").write_text(HANDLER)
        function = cloud.deploy(f"{folder}/app.py:handler", name="report")
        function.invoke({"time": "now"})
        events = boto3.client("events")
        for name, expression in SCHEDULES.items():
            events.put_rule(Name=name, ScheduleExpression=expression)
            arn = "arn:aws:lambda:us-east-1:123456789012:function:report"
            events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
        assert isinstance(cloud.clock, ManualClock)
        cloud.clock.advance(seconds=1)
        began = time.perf_counter()
        cloud.clock.advance(days=1)
        elapsed = time.perf_counter() - began
        assert len(function.reports) == RUNS + 1
    return elapsed
