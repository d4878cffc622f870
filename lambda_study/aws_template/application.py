"""What an application is: functions, and the resources around them. A template is written from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lambda_study.demos.photo_club.functions import Allowed, ClubFunction, Ref, Trigger
from lambda_study.model.price_parts import Neighbour

EMPTY_POLLS = 5 * 3 * 60 * 24 * 31
"""How often Lambda asks an empty queue in a month: five pollers that wait 20 s each. An estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFunction:
    """One function: its one file, what invokes it, and what its role allows.

    RESERVED is the concurrency that it keeps and never passes, where an account has enough to reserve any.
    """

    name: str
    does: str
    file: Path
    trigger: Trigger
    memory_mb: int
    timeout_s: int
    environment: Mapping[str, Ref | str] = field(default_factory=dict)
    allowed: tuple[Allowed, ...] = ()
    dead_letter: str = ""
    requirements: tuple[str, ...] = ()
    reserved: int | None = None

    @property
    def handler(self) -> str:
        """The handler as Lambda's API names it."""
        return f"{self.file.stem}.handler"


@dataclass(frozen=True, slots=True)
class Work:
    """What a function does in a month: how often it runs, and how long each time."""

    runs: int
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Functions, and RESOURCES by name with the kind of each.

    `sends_on` leads from a topic to a queue, `shows` from a distribution to its bucket, `watches` from an
    alarm to a function. `keys` are a table's, the partition key first. `month` says what is paid for.
    """

    name: str
    does: str
    functions: tuple[AppFunction, ...]
    resources: Mapping[str, str]
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sends_on: Mapping[str, str] = field(default_factory=dict)
    shows: Mapping[str, str] = field(default_factory=dict)
    watches: Mapping[str, str] = field(default_factory=dict)
    month: str
    work: Mapping[str, Work]
    services: tuple[Neighbour, ...]
    trial: str

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The names of the resources of KIND."""
        return tuple(name for name, each in self.resources.items() if each == kind)

    def triggered_by(self, resource: str) -> tuple[AppFunction, ...]:
        """The functions that RESOURCE invokes."""
        return tuple(each for each in self.functions if each.trigger.resource == resource)


def from_club(function: ClubFunction, reserved: int | None = None) -> AppFunction:
    """A function of the photo club's application."""
    return AppFunction(
        name=function.name,
        does=function.does,
        file=function.file,
        trigger=function.trigger,
        memory_mb=function.memory_mb,
        timeout_s=function.timeout_s,
        environment=function.environment,
        allowed=function.allowed,
        dead_letter=function.dead_letter,
        requirements=function.requirements,
        reserved=reserved,
    )
