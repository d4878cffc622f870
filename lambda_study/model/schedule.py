"""Schedule expressions of EventBridge: rate(...), cron(...) and at(...), and the times at which they fire.

Two services read them, and they differ. Rules (EventBridge scheduled rules, which AWS calls legacy) know
rate and cron, in UTC. EventBridge Scheduler knows at(...) too, and time zones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice

from lambda_study.errors import BadInput
from lambda_study.model.cron import Cron, read_cron
from lambda_study.model.schedule_words import explain
from lambda_study.nearest import did_you_mean

__all__ = ["Schedule", "parse"]

_LONGEST = 256
"""AWS takes no longer expression."""


@dataclass(frozen=True, slots=True, repr=False)
class Schedule:
    """A schedule expression that AWS takes: when it fires, and what it says in plain words."""

    expression: str
    kind: str
    """"rate", "cron" or "at"."""
    scheduler: bool
    """Whether EventBridge Scheduler reads it; otherwise a rule does."""
    timezone: str
    timing: Cron | timedelta | datetime
    """What is between the brackets: a cron's times, a rate's period, or the one local time of at(...)."""

    def __repr__(self) -> str:
        zone = "" if self.timezone == "UTC" else f", timezone={self.timezone!r}"
        return f"Schedule({self.expression!r}{', scheduler=True' if self.scheduler else ''}{zone})"

    def next(self, after: datetime) -> datetime | None:
        """Return the first firing after AFTER, in UTC, or None when it never fires again.

        AFTER without a zone is read in the schedule's own time zone, which is UTC for a rule. A rate counts
        from AFTER: give the instant of the last firing, or of the rule's creation.

        >>> parse("cron(0 10 * * ? *)").next(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
        datetime.datetime(2026, 11, 24, 10, 0, tzinfo=datetime.timezone.utc)

        A local time that the clock skips in spring does not fire; one that comes twice in autumn fires
        once, the first time.

        >>> noon = parse("cron(30 2 * * ? *)", timezone="Europe/Berlin")
        >>> for instant in noon.next_times(datetime(2027, 3, 26, 12, 0, tzinfo=UTC), 2): print(instant)
        2027-03-27 01:30:00+00:00
        2027-03-29 00:30:00+00:00

        Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (read 2026-11-23).
        """
        if isinstance(self.timing, timedelta):
            return _later(self._instant(after), self.timing)
        if self.timezone == "UTC":
            local = after.astimezone(UTC).replace(tzinfo=None) if after.tzinfo else after
            found = self._next_local(local)
            return found.replace(tzinfo=UTC) if found else None
        return self._next_in_zone(self._instant(after))

    def next_times(self, after: datetime, count: int) -> tuple[datetime, ...]:
        """Return the next COUNT firings after AFTER, fewer when it stops firing.

        >>> [str(time) for time in parse("rate(12 hours)").next_times(datetime(2026, 11, 23), 2)]
        ['2026-11-23 12:00:00+00:00', '2026-11-24 00:00:00+00:00']
        """
        return tuple(islice(self._times(after), count))

    def explain(self) -> str:
        """Return what the expression means, as one sentence.

        >>> parse("cron(0/10 8-17 ? * MON-FRI *)").explain()
        'Every 10 minutes from 08:00 to 17:50, Monday to Friday, in UTC.'
        >>> parse("rate(1 hour)").explain()
        'Every hour, counted from its start.'
        """
        return explain(self.timing, self.timezone)

    def _times(self, after: datetime) -> Iterator[datetime]:
        time = self.next(after)
        while time is not None:
            yield time
            time = self.next(time)

    def _instant(self, after: datetime) -> datetime:
        """AFTER in UTC."""
        return (after if after.tzinfo else after.replace(tzinfo=_zone(self.timezone))).astimezone(UTC)

    def _next_local(self, after: datetime) -> datetime | None:
        """The next time on the clock of the schedule's zone, which may not exist there."""
        if isinstance(self.timing, Cron):
            return self.timing.next(after)
        assert isinstance(self.timing, datetime)
        return self.timing if self.timing > after else None

    def _next_in_zone(self, after: datetime) -> datetime | None:
        zone = _zone(self.timezone)
        local: datetime | None = after.astimezone(zone).replace(tzinfo=None, fold=0)
        while local is not None:
            local = self._next_local(local)
            instant = _existing(local, zone) if local else None
            if instant is not None and instant > after:
                return instant
        return None


def _existing(local: datetime, zone: tzinfo) -> datetime | None:
    """The instant of a local time, the first one where there are two; None where the clock skips it."""
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    return instant if instant.astimezone(zone).replace(tzinfo=None, fold=0) == local else None


def _later(instant: datetime, period: timedelta) -> datetime | None:
    try:
        return instant + period
    except OverflowError:
        return None


def parse(expression: str, scheduler: bool = False, timezone: str | None = None) -> Schedule:
    """Return the schedule that EXPRESSION names, read as a rule's, or as EventBridge Scheduler's.

    A TIMEZONE such as "Europe/Berlin" is Scheduler's alone, so it implies `scheduler=True`.

    >>> parse("rate(5 minutes)")
    Schedule('rate(5 minutes)')
    >>> parse("at(2026-12-24T18:00:00)", timezone="Europe/Berlin").kind
    'at'
    >>> parse("rate(1 minutes)")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: rate(1 minutes): write "minute" after 1. Try rate(1 minute).

    Errors: `BadInput` for what AWS refuses, in one line that ends with what to write.
    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html and
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (read 2026-11-23).
    """
    scheduler = scheduler or timezone is not None
    kind, timing = _read(expression, scheduler)
    zone = timezone or "UTC"
    if zone != "UTC":
        _zone(zone)
    return Schedule(expression, kind, scheduler, zone, timing)


def _read(expression: str, scheduler: bool) -> tuple[str, Cron | timedelta | datetime]:
    if len(expression) > _LONGEST:
        raise BadInput(
            f"{expression[:40]}... has {len(expression)} characters. A schedule has at most {_LONGEST}."
        )
    if not expression.isprintable():
        raise BadInput(f"{expression!r}: a schedule is one line of plain text. Try cron(0 10 * * ? *).")
    if expression.endswith(")"):
        if expression.startswith("cron("):
            return "cron", read_cron(expression)
        if expression.startswith("rate("):
            return "rate", _read_rate(expression, scheduler)
        if expression.startswith("at("):
            return "at", _read_at(expression, scheduler)
    raise _unknown(expression, scheduler)


def _unknown(expression: str, scheduler: bool) -> BadInput:
    """What to say of another text: what a schedule looks like, and what this one may have meant."""
    shown = expression if expression.strip() else '"" (nothing)'
    kinds = "Write rate(5 minutes) or cron(0 10 * * ? *)."
    if scheduler:
        kinds = "Write rate(5 minutes), cron(0 10 * * ? *) or at(2026-12-24T18:00:00)."
    meant = expression.strip()
    lowered = re.sub(r"^\w+", lambda name: name[0].lower(), meant)
    if re.fullmatch(r"(rate|cron|at)\(.*\)", lowered):
        return BadInput(f"{shown}: small letters, and no space before or after. Try {lowered}.")
    if len(meant.split()) in (5, 6) and "(" not in meant:
        return BadInput(f"{shown}: AWS wants cron( ) around six fields. {kinds}")
    return BadInput(f"{shown} is not a schedule. {kinds}")


# rate and at

_RATE = re.compile(r"rate\(([0-9]+) ([a-zA-Z]+)\)")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


def _read_rate(expression: str, scheduler: bool) -> timedelta:
    """The period of a rate. A day is 24 hours in every time zone, as AWS says."""
    shape = _RATE.fullmatch(expression)
    if shape is None:
        raise BadInput(
            f"{expression}: a rate is a whole number, one space and minutes, hours or days. "
            "Try rate(5 minutes)."
        )
    number, unit = int(shape[1]), shape[2]
    single = unit.removesuffix("s")
    if single not in _UNITS:
        raise BadInput(
            f"{expression}: {unit} is not a unit of a rate, which are minutes, hours and days. "
            "Try rate(5 minutes)."
        )
    if number == 0:
        raise BadInput(f"{expression}: the number is at least 1. Try rate(1 {single}).")
    right = single if number == 1 else f"{single}s"
    # AWS does not say whether Scheduler refuses `rate(1 minutes)`; its guide writes the plural even after 1.
    if unit != right and not scheduler:
        raise BadInput(f'{expression}: write "{right}" after {number}. Try rate({number} {right}).')
    try:
        return number * _UNITS[single]
    except OverflowError:
        raise BadInput(f"{expression}: {number} is too many. Choose a number AWS can wait for.") from None


_AT = re.compile(r"at\(([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\)")


def _read_at(expression: str, scheduler: bool) -> datetime:
    """The one local time of at(...)."""
    if not scheduler:
        raise BadInput(
            f"{expression}: rules know rate and cron. at(...) is EventBridge Scheduler's: add --scheduler, "
            "or scheduler=True in Python."
        )
    shape = _AT.fullmatch(expression)
    if shape is None:
        raise BadInput(
            f"{expression}: write date, T and time, without a zone and without Z. "
            "Try at(2026-12-24T18:00:00)."
        )
    try:
        return datetime.fromisoformat(shape[1])
    except ValueError as error:
        raise BadInput(
            f"{expression}: there is no such time: {error}. Try at(2026-12-24T18:00:00)."
        ) from None


@lru_cache(maxsize=32)
def _zone(name: str) -> tzinfo:
    """The time zone NAME of the IANA list."""
    from zoneinfo import ZoneInfo

    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadInput(
            f'timezone="{name}" is not in the IANA list.{_nearest_zone(name)} '
            "Write a name such as Europe/Berlin."
        ) from None


def _nearest_zone(name: str) -> str:
    """A question that names the nearest zone, or nothing."""
    from zoneinfo import available_timezones

    return did_you_mean(name, sorted(available_timezones()))
