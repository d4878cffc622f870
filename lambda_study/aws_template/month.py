"""What a month of an application costs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lambda_study.aws_template.application import EMPTY_POLLS, Application
from lambda_study.facts import fact
from lambda_study.model.bill import Bill, BillLine
from lambda_study.model.price_lines import Free, charged, duration_lines, request_lines
from lambda_study.model.price_neighbours import Sqs
from lambda_study.model.price_parts import Month
from lambda_study.model.usage import HOME

_ARCHITECTURE = "x86_64"


def month_bill(app: Application, free_tier: bool = True, idle: bool = False) -> Bill:
    """The bill of the month that APP describes, or of an IDLE one in which nobody comes.

    Prices are those of us-east-1. What is sent to the internet, CloudFront, Cognito and emails are not on it.

    >>> from lambda_study.aws_template import application
    >>> month_bill(application("cron"), idle=True).total_usd
    Decimal('0')
    """
    terms = Month(free_tier=free_tier)
    lines: list[BillLine] = []
    if idle:
        polled = sum(1 for queue in app.of_kind("queue") if app.triggered_by(queue))
        lines += Sqs(standard_requests=polled * EMPTY_POLLS).lines(terms)
    else:
        lines += request_lines(sum(each.runs for each in app.work.values()), HOME, free_tier)
        lines += duration_lines({_ARCHITECTURE: _mb_ms(app)}, HOME, free_tier)
        lines += [line for service in app.services for line in service.lines(terms)]
    return Bill((*lines, *_standing(app, free_tier)))


def _mb_ms(app: Application) -> int:
    memory = {each.name: each.memory_mb for each in app.functions}
    return sum(memory[name] * work.runs * work.duration_ms for name, work in app.work.items())


def _standing(app: Application, free_tier: bool) -> Iterator[BillLine]:
    """What costs by being there."""
    shard, alarm = fact("kinesis.shard_hour"), fact("cloudwatch.alarm")
    hours = len(app.of_kind("stream")) * fact("ec2.month_hours").value
    yield from charged("Kinesis shard", Decimal(hours), "hours", shard.value, shard)
    free = Free(alarm.value["free"], alarm) if free_tier else None
    alarms = len(app.of_kind("alarm"))
    yield from charged("Alarms", Decimal(alarms), "alarms", alarm.value["month"], alarm, free)
