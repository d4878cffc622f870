"""The photo club's thumbnails, for real: uploads, a Pillow handler in its own process, a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from lambda_study.cloud import Cloud
from lambda_study.demos import photograph
from lambda_study.demos.notifications import bucket_rule, let_bucket, notify
from lambda_study.demos.picture import Picture, SideBySide
from lambda_study.demos.roles import let_role
from lambda_study.demos.tables import make_keyed_table
from lambda_study.engine import ManualClock
from lambda_study.errors import BadInput
from lambda_study.model.trace_event import TraceEvent

HANDLER = f"{Path(__file__).parent / 'handlers' / 'thumbnail.py'}:handler"
_CLIENTS = 8
_NEEDED = ("s3:GetObject", "s3:PutObject", "dynamodb:PutItem", "sqs:SendMessage")


class PhotoClub:
    """The application in CLOUD: an upload to the bucket PHOTOS makes a thumbnail and a row of a table.

    `function` makes them, and is called NAME; what it cannot do is kept in the queue "not-done". THUMBNAILS
    names the bucket for the thumbnails, HANDLER may be one of your own, SETTINGS are those of `deploy`. What
    is there of a club of the same names is used again.

    >>> with Cloud(clock="manual") as cloud:
    ...     club = PhotoClub(cloud)
    ...     club.upload("Grace Hopper.jpg", photograph.photograph())
    ...     cloud.settle()
    ...     print(club.thumbnails, club.rows)
    ('Grace Hopper.jpg',) ({'photo': 'Grace Hopper.jpg', 'width': 512, 'height': 600, 'bytes': 61306},)
    """

    def __init__(
        self,
        cloud: Cloud,
        handler: Any = HANDLER,
        name: str = "thumbnail",
        photos: str = "photos",
        thumbnails: str = "thumbnails",
        **settings: Any,
    ) -> None:
        self.cloud = cloud
        self.name = name
        self._photos, self._thumbnails = photos, thumbnails
        self._s3, self._sqs, self._table = (boto3.client(each) for each in ("s3", "sqs", "dynamodb"))
        for bucket in dict.fromkeys((photos, thumbnails)):
            self._s3.create_bucket(Bucket=bucket)
        make_keyed_table(name, photo="HASH")
        self._not_done = self._sqs.create_queue(QueueName="not-done")["QueueUrl"]
        self._settings = {
            "environment": {"THUMBNAILS": thumbnails, "TABLE": name},
            "dead_letter": "arn:aws:sqs:us-east-1:123456789012:not-done",
            "memory_mb": 512,
            "timeout_s": 30,
            **settings,
        }
        self.deploy(handler)
        self._notify()

    def deploy(self, handler: Any) -> None:
        """Deploy HANDLER as the function of the club, with the settings of the first time."""
        self.function = self.cloud.deploy(handler, name=self.name, **self._settings)
        if self.cloud.enforces_permissions:
            let_role(self.function, *_NEEDED)

    def upload(self, key: str, body: bytes) -> None:
        """Put one photo into the bucket, as a member does."""
        self._s3.put_object(Bucket=self._photos, Key=key, Body=body)

    def upload_all(self, photos: Mapping[str, bytes]) -> None:
        """Put PHOTOS into the bucket, from eight clients at once."""
        clients = [boto3.client("s3") for _ in range(_CLIENTS)]
        shares = [list(photos.items())[number::_CLIENTS] for number in range(_CLIENTS)]

        def put(client: Any, share: list[tuple[str, bytes]]) -> None:
            for key, body in share:
                client.put_object(Bucket=self._photos, Key=key, Body=body)

        with ThreadPoolExecutor(_CLIENTS) as threads:
            list(threads.map(put, clients, shares))

    @property
    def thumbnails(self) -> tuple[str, ...]:
        """The keys of all thumbnails, in order."""
        listed = self._s3.list_objects_v2(Bucket=self._thumbnails).get("Contents", [])
        return tuple(each["Key"] for each in listed)

    @property
    def rows(self) -> tuple[dict[str, Any], ...]:
        """The rows of the table, by the photo's name."""
        found = self._table.scan(TableName=self.name)["Items"]
        rows = ({name: _plain(value) for name, value in item.items()} for item in found)
        return tuple(sorted(rows, key=lambda row: str(row["photo"])))

    @property
    def not_done(self) -> tuple[str, ...]:
        """The keys of the photos whose events wait in the dead-letter queue."""
        answer = self._sqs.receive_message(
            QueueUrl=self._not_done, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        events = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        return tuple(record["s3"]["object"]["key"] for event in events for record in event["Records"])

    @property
    def runs(self) -> tuple[TraceEvent, ...]:
        """The invocations of the function so far, as the trace has them."""
        return tuple(run for run in self.cloud.trace.of("invocation") if run.target == self.name)

    def photo(self, key: str) -> Picture:
        """Return a photo, to look at."""
        return self._picture(self._photos, key)

    def thumbnail(self, key: str) -> Picture:
        """Return the thumbnail of a photo, to look at."""
        return self._picture(self._thumbnails, key)

    def pictures(self, key: str) -> SideBySide:
        """Return a photo and its thumbnail, to look at side by side."""
        return SideBySide((self.photo(key), self.thumbnail(key)))

    def _picture(self, bucket: str, key: str) -> Picture:
        return Picture(key, self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    def _notify(self) -> None:
        let_bucket(self.function, self._photos)
        notify(self._photos, bucket_rule(self.function, "s3:ObjectCreated:*"))


@dataclass(frozen=True)
class Burst:
    """What became of photos that were uploaded at once."""

    photos: int
    thumbnails: int
    rows: int
    runs: int

    @property
    def lost(self) -> int:
        return self.photos - min(self.thumbnails, self.rows)

    def __repr__(self) -> str:
        return (
            f"{self.photos} photos: {self.thumbnails} thumbnails, {self.rows} rows, {self.runs} runs, "
            f"{self.lost or 'none'} lost"
        )


@dataclass(frozen=True)
class Upload:
    """What became of one upload: when the function ran, how it ended, and where its event is."""

    key: str
    at_s: tuple[int, ...]
    errors: tuple[str, ...]
    not_done: tuple[str, ...]

    def __repr__(self) -> str:
        times = ", ".join(map(str, self.at_s))
        end = f"in the dead-letter queue: {self.not_done[0]}" if self.not_done else "a thumbnail"
        return f"{self.key}: {len(self.at_s)} runs at {times} s, {self.errors[-1] or 'done'}, {end}"


def _plain(value: dict[str, str]) -> str | int:
    """A value of DynamoDB as Python has it."""
    return int(value["N"]) if "N" in value else value["S"]


def one_photo() -> str:
    """What the table says of one photo, from the upload on.

    >>> one_photo()
    'Grace Hopper.jpg: 512 x 600'
    """
    with Cloud(clock="manual") as cloud:
        club = PhotoClub(cloud)
        club.upload("Grace Hopper.jpg", photograph.photograph())
        cloud.settle()
        (row,) = club.rows
        return f"{row['photo']}: {row['width']} x {row['height']}"


def burst(photos: int = 40, **settings: Any) -> Burst:
    """Upload PHOTOS small photos from eight clients at once, and count what came of them.

    >>> burst()
    40 photos: 40 thumbnails, 40 rows, 40 runs, none lost
    """
    with Cloud(clock="manual") as cloud:
        club = PhotoClub(cloud, **{"reserved_concurrency": _CLIENTS, **settings})
        club.upload_all(photograph.small_photos(photos))
        cloud.clock.advance(hours=1)
        return Burst(photos, len(club.thumbnails), len(club.rows), len(club.runs))


def bad_upload(kind: str = "text", memory_mb: int = 256) -> Upload:
    """Upload what is no photo, and see how often the function tries, on the clock, and where the event ends.

    KIND is "text", "corrupt" for half a photo, or "large" for a picture of 100 megapixels, which Pillow warns
    of and unpacks: 300 MB, more than the function has.

    >>> bad_upload()
    notes.txt: 3 runs at 0, 60, 180 s, UnidentifiedImageError, in the dead-letter queue: notes.txt
    """
    bodies = {
        "text": lambda: b"Not a picture.",
        "corrupt": photograph.cut_off,
        "large": photograph.hundred_megapixels,
    }
    names = {"text": "notes.txt", "corrupt": "cut-off.jpg", "large": "wall.png"}
    if kind not in bodies:
        raise BadInput(f'kind="{kind}" is unknown. Choose from {", ".join(bodies)}.')
    clock = ManualClock()
    with Cloud(clock=clock) as cloud:
        club = PhotoClub(cloud, memory_mb=memory_mb)
        club.upload(names[kind], bodies[kind]())
        began = clock.now()
        clock.advance(hours=1)
        at_s = tuple(round((run.at - began).total_seconds()) for run in club.runs)
        errors = tuple(run.error.split(":")[0] for run in club.runs)
        return Upload(names[kind], at_s, errors, club.not_done)


@dataclass(frozen=True)
class Trap:
    """What one upload led to where the thumbnails go into the bucket of the photos."""

    runs: int
    stopped: str
    not_done: tuple[str, ...]

    def __repr__(self) -> str:
        return f"1 upload, {self.runs} runs, then stopped: {self.stopped}"


def recursion_trap() -> Trap:
    """Upload one photo where thumbnails go into the same bucket: each one is an upload too.

    >>> recursion_trap()
    1 upload, 16 runs, then stopped: RecursiveInvocation
    """
    with Cloud(clock="manual") as cloud:
        club = PhotoClub(cloud, thumbnails="photos")
        club.upload("Grace Hopper.jpg", photograph.photograph())
        cloud.settle()
        (stopped,) = cloud.trace.of("failure")
        return Trap(len(club.runs), stopped.error, club.not_done)
