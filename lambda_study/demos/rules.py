"""What rules of EventBridge do with events and at their times, shown by rules on this machine."""

from __future__ import annotations

import json
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from lambda_study.demos.findings import names_of
from lambda_study.demos.small_account import HANDLERS, SmallAccount
from lambda_study.engine import LambdaService, deploy
from lambda_study.engine.clock import make_clock

_ORDERS = {"source": ["club.orders"]}


def way_to_send_only_the_order_number() -> str:
    """Which of four settings of a target makes {"order": "7"} of an event whose detail has the id 7.

    >>> way_to_send_only_the_order_number()
    'input transformer'
    """
    transformer = {"InputPathsMap": {"id": "$.detail.id"}, "InputTemplate": '{"order": <id>}'}
    tried: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "input transformer": (_ORDERS, {"InputTransformer": transformer}),
        "constant": (_ORDERS, {"Input": '{"order": "1"}'}),
        "part": (_ORDERS, {"InputPath": "$.detail"}),
        "pattern": ({"detail": {"id": [{"exists": True}]}}, {}),
    }
    with SmallAccount() as account:
        for number, (pattern, target) in enumerate(tried.values()):
            account.rule(f"rule-{number}", pattern, account.function(f"target-{number}"), **target)
        account.put_event("club.orders", id="7")
        got = [account.events_of(f"target-{number}") for number in range(len(tried))]
        return names_of(name for name, events in zip(tried, got, strict=True) if events == [{"order": "7"}])


def what_put_events_answers_when_one_entry_is_wrong() -> str:
    """What in the answer of PutEvents tells that one of three entries was not taken.

    >>> what_put_events_answers_when_one_entry_is_wrong()
    'FailedEntryCount'
    """
    right = {"Source": "club.orders", "DetailType": "Ordered", "Detail": "{}"}
    with SmallAccount() as account:
        answer = account.events.put_events(Entries=[right, {**right, "Detail": "no JSON"}, right])
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
        told = {
            name: value for name, value in answer.items() if name in ("ETag", "Errors", "FailedEntryCount")
        }
    return names_of(name for name, value in told.items() if value == 1)


def way_to_check_a_pattern_without_sending_events() -> str:
    """Which of four operations tells that a pattern matches an event, while no target is invoked.

    >>> way_to_check_a_pattern_without_sending_events()
    'TestEventPattern'
    """
    event = {
        "id": "1",
        "account": "123456789012",
        "source": "club.orders",
        "time": "2026-11-23T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail-type": "Ordered",
        "detail": {},
    }
    with SmallAccount() as account:
        function = account.function()
        account.rule("orders", _ORDERS, function)
        text = json.dumps(event)
        operations = {
            "PutRule": account.events.put_rule(Name="orders", EventPattern=json.dumps(_ORDERS)),
            "TestEventPattern": account.events.test_event_pattern(
                EventPattern=json.dumps(_ORDERS), Event=text
            ),
        }
        quiet = {name: answer.get("Result") is True for name, answer in operations.items()}
        assert not account.events_of(), "a check has invoked the function"
        account.put_event("club.orders")
        quiet["PutEvents"] = not account.events_of()
    return names_of(name for name, tells in quiet.items() if tells)


def runs_of_an_hourly_rule_disabled_for_three_hours() -> int:
    """How often a rule at each full hour fires from 09:15 to 13:15, disabled from 09:30 to 12:30.

    >>> runs_of_an_hourly_rule_disabled_for_three_hours()
    1
    """
    with SmallAccount() as account:
        function, clock = account.function(), account.clock
        quarter_past_nine = (timedelta(hours=9, minutes=15) - _since_midnight(clock)) % timedelta(days=1)
        clock.advance(seconds=quarter_past_nine.total_seconds())
        rule = account.events.put_rule(Name="hourly", ScheduleExpression="cron(0 * * * ? *)")["RuleArn"]
        account.allow(function, "events", rule)
        account.events.put_targets(Rule="hourly", Targets=[{"Id": "1", "Arn": function.configuration.arn}])
        clock.advance(minutes=15)
        account.events.disable_rule(Name="hourly")
        clock.advance(hours=3)
        account.events.enable_rule(Name="hourly")
        clock.advance(minutes=45)
        return len(account.events_of())


def setting_that_keeps_scheduled_runs_apart() -> str:
    """Which of four settings keeps two asynchronous runs from overlapping, and lets both come to their end.

    >>> setting_that_keeps_scheduled_runs_apart()
    'reserved concurrency'
    """
    settings: dict[str, dict[str, Any]] = {
        "timeout": {"timeout_s": 1},
        "retries": {},
        "memory": {"memory_mb": 1024},
        "reserved concurrency": {"reserved_concurrency": 1},
    }
    return names_of(name for name, setting in settings.items() if _two_runs(name, setting) == [False, False])


def place_of_a_run_that_scheduler_could_not_start() -> str:
    """Where the event of a schedule is kept whose role may not invoke the function, after all retries.

    >>> place_of_a_run_that_scheduler_could_not_start()
    "schedule's dead-letter queue"
    """
    with SmallAccount(enforce_permissions=True) as account:
        names = ("schedule", "function", "destination")
        queues = {name: account.queue(name) for name in names}
        schedule, dead, destination = (account.arn_of(queues[name]) for name in names)
        function = account.function(role=account.role("runs", sqs="SendMessage"))
        account.dead_letter(function, dead)
        account.destination(function, OnFailure=destination)
        account.scheduler.create_schedule(
            Name="nightly",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": function.configuration.arn,
                "RoleArn": account.role("starts", "scheduler", sqs="SendMessage"),
                "RetryPolicy": {"MaximumRetryAttempts": 2},
                "DeadLetterConfig": {"Arn": schedule},
            },
        )
        account.clock.advance(hours=1)
        kept = {
            "schedule's dead-letter queue": account.waiting_in(queues["schedule"]),
            "function's dead-letter queue": account.waiting_in(queues["function"]),
            "function's destination": account.waiting_in(queues["destination"]),
            "log of the function": len(function.reports),
        }
    return names_of(name for name, messages in kept.items() if messages)


def _two_runs(name: str, settings: dict[str, Any]) -> list[bool]:
    """For each of two asynchronous runs that come to their end, whether the other ran at the same time."""
    with tempfile.TemporaryDirectory() as text, LambdaService(clock=make_clock("x20")) as service:
        folder = Path(text, "runs")
        folder.mkdir()
        notes = Path(text, "notes")
        function = deploy(
            f"{HANDLERS / 'waits_for_another.py'}:handler",
            service=service,
            environment={"FOLDER": str(folder), "NOTES": str(notes)},
            **settings,
        )
        if name == "retries":
            function.configure_async(maximum_retry_attempts=0)
        for _ in range(2):
            function.invoke_async()
        return _lines_of(notes, 2)


def _lines_of(notes: Path, count: int) -> list[Any]:
    """The lines of NOTES as soon as there are COUNT of them; after five seconds, those that are there."""
    patience = time.monotonic() + 5
    while True:
        lines = notes.read_text().splitlines() if notes.exists() else []
        if len(lines) >= count or time.monotonic() > patience:
            return [json.loads(line) for line in lines]
        time.sleep(0.005)


def _since_midnight(clock: Any) -> timedelta:
    now = clock.now()
    return timedelta(hours=now.hour, minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
