"""One evening and one night of the photo club: all that its application does, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from lambda_study.cloud import Cloud
from lambda_study.demos import photograph
from lambda_study.demos.photo_club.club import ClubApplication
from lambda_study.demos.photo_club.happened import Happened
from lambda_study.demos.photo_club.member import Member
from lambda_study.demos.photo_club.month import club_month
from lambda_study.demos.picture import Picture
from lambda_study.engine import ManualClock
from lambda_study.model.bill import Bill

EVENING = datetime(2026, 11, 23, 18, tzinfo=UTC)
MEMBERS, DAYS = 100, 30
_PHOTO = "Grace Hopper.jpg"


@dataclass(frozen=True)
class Step:
    """What somebody did, how it ended for them, and what happened in the account."""

    what: str
    end: str
    happened: Happened

    def __repr__(self) -> str:
        lines = [f"{self.what}: {self.end}", *self.happened.lines]
        return "\n    ".join(lines)


@dataclass(frozen=True)
class ClubDay:
    """What came of a day: the steps in order, a thumbnail, the report and what it logged, the bill.

    `month` is the bill of 3,000 such days: 100 members have one each day. It counts 3,000 reports, too.
    """

    steps: tuple[Step, ...]
    thumbnail: Picture
    report: dict[str, Any]
    log: tuple[str, ...]
    bill: Bill
    month: Bill

    @property
    def runs(self) -> tuple[str, ...]:
        """The functions that ran, in order."""
        return tuple(run for step in self.steps for run in step.happened.runs)

    def __repr__(self) -> str:
        numbered = [f"{number}. {step!r}" for number, step in enumerate(self.steps, start=1)]
        values = [f"Thumbnail: {self.thumbnail!r}", f"Report: {self.report}", f"The bill:\n{self.bill!r}"]
        return "\n".join([*numbered, *values, f"A month of {MEMBERS} members:\n{self.month!r}"])


def club_day() -> ClubDay:
    """Let the application run from an evening to the next morning, on a clock that is moved by hand.

    Its report is {'day': '2026-11-23', 'photos': 1, 'members': {'ada': 1}, 'bytes': 61306}. It takes seconds.
    """
    clock = ManualClock(EVENING)
    with Cloud(clock=clock, enforce_permissions=True) as cloud:
        club = ClubApplication(cloud)
        before, ada = cloud.bill(), Member(club, "ada")
        steps = tuple(_steps(club, ada, clock))
        after = cloud.bill()
        (report,) = club.papers("reports")
        return ClubDay(
            steps=steps,
            thumbnail=ada.picture(_PHOTO),
            report=json.loads(report),
            log=tuple(club.logged("report", "photos")),
            bill=after,
            month=club_month(before, after, MEMBERS * DAYS),
        )


def _steps(club: ClubApplication, ada: Member, clock: ManualClock) -> Iterator[Step]:
    def step(what: str, act: Callable[[], Any], minutes: float = 0) -> Step:
        end = _end(act)
        clock.advance(minutes=minutes)
        return Step(what, end, club.happened())

    yield step("A stranger signs up", Member(club, "eve", "elsewhere.example").sign_up)
    yield step("Ada signs up", ada.sign_up)
    yield step("Ada signs in", ada.sign_in)
    yield step("Somebody uploads without a token", lambda: Member(club, "ben").upload(_PHOTO, b""))
    photo = photograph.photograph()
    yield step("Ada uploads a photo", lambda: ada.upload(_PHOTO, photo), minutes=1.5)
    yield step("Ada uploads a text as a photo", lambda: ada.upload("notes.jpg", b"Not a photo."), minutes=10)
    yield step("Ada looks at her photos", ada.gallery)
    yield step("Her browser gets the thumbnail", lambda: ada.thumbnail(_PHOTO), minutes=60)
    yield step("An hour later it gets it again", lambda: ada.thumbnail(_PHOTO))
    yield step("With the old token she uploads again", lambda: ada.upload(_PHOTO, photo), minutes=8 * 60)


def _end(act: Callable[[], Any]) -> str:
    """How ACT ends for whoever does it."""
    try:
        result = act()
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    if isinstance(result, list):
        return ", ".join(each["photo"] for each in result)
    return str(result.status) if result is not None else "done"
