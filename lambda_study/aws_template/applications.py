"""The applications that can be written: parts of the photo club, each of use alone, and the whole club."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from lambda_study.aws_template.application import EMPTY_POLLS, AppFunction, Application, Work, from_club
from lambda_study.demos.photo_club.functions import FUNCTIONS, RESOURCES, Allowed, Ref, Trigger
from lambda_study.errors import BadInput
from lambda_study.model.price_neighbours import S3, ApiGateway, DynamoDB, Logs, Scheduler, Sns, Sqs
from lambda_study.nearest import did_you_mean

HANDLERS = Path(__file__).parents[1] / "demos" / "handlers"
_ALBUM = ("member", "photo", "day")
_WATCHED = {"trouble": "topic"}
_ASK_FOR_AN_ADDRESS = """\
curl -X POST API/photos -H "Authorization: Bearer ID-TOKEN" -H "Content-Type: application/json" \\
    -d '{"name": "swan.jpg"}'
curl -X PUT -H "Content-Type: image/jpeg" --data-binary @swan.jpg "ADDRESS"\
"""


def application(name: str) -> Application:
    """The application NAME, one of DEMOS; BadInput for another name.

    >>> application("cron").does
    'a report that is written every night'
    """
    if name not in DEMOS:
        known = ", ".join(DEMOS)
        raise BadInput(f'There is no template "{name}".{did_you_mean(name, DEMOS)} Choose one of: {known}.')
    return DEMOS[name]()


def _thumbnail() -> Application:
    function = AppFunction(
        name="thumbnail",
        does="makes a thumbnail of each photo, and notes the photo in a table",
        file=HANDLERS / "thumbnail.py",
        trigger=Trigger("photos", "s3:ObjectCreated:*"),
        memory_mb=1024,
        timeout_s=30,
        environment={"THUMBNAILS": Ref("thumbnails"), "TABLE": Ref("thumbnail")},
        allowed=(
            Allowed("photos", ("s3:GetObject",), "/*"),
            Allowed("thumbnails", ("s3:PutObject",), "/*"),
            Allowed("thumbnail", ("dynamodb:PutItem",)),
            Allowed("not-done", ("sqs:SendMessage",)),
        ),
        dead_letter="not-done",
        requirements=("pillow",),
        reserved=10,
    )
    kinds = {"photos": "bucket", "thumbnails": "bucket", "thumbnail": "table", "not-done": "queue"}
    return Application(
        name="thumbnail",
        does="thumbnails of uploaded photos, and a row for each",
        functions=(function,),
        resources={**kinds, **_WATCHED, "thumbnail-fails": "alarm"},
        keys={"thumbnail": ("photo",)},
        watches={"thumbnail-fails": "thumbnail"},
        month="10,000 photos of 3 MB, each made small in 800 ms",
        work={"thumbnail": Work(10_000, 800)},
        services=(
            S3(puts=20_000, gets=10_000, storage_gb=30),
            DynamoDB(write_units=10_000),
            Logs(ingested_gb=0.01, stored_gb=0.01),
        ),
        trial="aws s3 cp swan.jpg s3://PHOTOS-BUCKET/",
    )


def _cron() -> Application:
    return Application(
        name="cron",
        does="a report that is written every night",
        functions=(from_club(FUNCTIONS["report"], reserved=1),),
        resources={
            "album": "table",
            "office": "bucket",
            "night": "schedule",
            **_WATCHED,
            "report-fails": "alarm",
        },
        keys={"album": _ALBUM},
        watches={"report-fails": "report"},
        month="31 nights, each report written in 500 ms from 1,000 rows",
        work={"report": Work(31, 500)},
        services=(
            Scheduler(invocations=31),
            DynamoDB(read_units=31 * 50, storage_gb=0.1),
            S3(puts=31),
            Logs(ingested_gb=0.001, stored_gb=0.001),
        ),
        trial='sam remote invoke ReportFunction --event \'{"time": "2026-11-24T02:00:00Z"}\'',
    )


def _worker() -> Application:
    return Application(
        name="sqs-worker",
        does="newsletters written from the messages of a queue",
        functions=(from_club(FUNCTIONS["newsletter"]),),
        resources={"letters": "queue", "office": "bucket", **_WATCHED, "newsletter-fails": "alarm"},
        watches={"newsletter-fails": "newsletter"},
        month="100,000 messages in batches of 10, each written in 300 ms; empty polls are estimated",
        work={"newsletter": Work(10_000, 300)},
        services=(
            Sqs(standard_requests=100_000 + 2 * 10_000 + EMPTY_POLLS),
            S3(puts=10_000, storage_gb=0.1),
            Logs(ingested_gb=0.01, stored_gb=0.01),
        ),
        trial=(
            "aws sqs send-message --queue-url LETTERS-QUEUE "
            '--message-body \'{"member": "ada", "photo": "swan.jpg"}\''
        ),
    )


def _api() -> Application:
    return Application(
        name="api",
        does="an HTTP API for signed-in members, which gives addresses for uploads",
        functions=(from_club(FUNCTIONS["admit"]), from_club(FUNCTIONS["address"])),
        resources={
            "members": "user pool",
            "web": "api",
            "photos": "bucket",
            **_WATCHED,
            "address-fails": "alarm",
        },
        watches={"address-fails": "address"},
        month="100,000 requests, each answered in 40 ms, and 100 members who sign up",
        work={"address": Work(100_000, 40), "admit": Work(100, 5)},
        services=(
            ApiGateway(http_requests=100_000),
            S3(puts=100_000, storage_gb=30),
            Logs(ingested_gb=0.05, stored_gb=0.05),
        ),
        trial=_ASK_FOR_AN_ADDRESS,
    )


def _stream() -> Application:
    return Application(
        name="stream-reader",
        does="news of each row that is new in a table, told to a topic",
        functions=(from_club(FUNCTIONS["announce"]),),
        resources={"album": "table", "news": "topic", **_WATCHED, "announce-fails": "alarm"},
        keys={"album": _ALBUM},
        watches={"announce-fails": "announce"},
        month="10,000 new rows, told one by one in 60 ms; Lambda's reads of the stream are free",
        work={"announce": Work(10_000, 60)},
        services=(
            DynamoDB(write_units=20_000, storage_gb=0.1),
            Sns(publishes=10_000),
            Logs(ingested_gb=0.01, stored_gb=0.01),
        ),
        trial=(
            "aws dynamodb put-item --table-name ALBUM-TABLE --item "
            '\'{"member": {"S": "ada"}, "photo": {"S": "swan.jpg"}}\''
        ),
    )


_CLUB_WORK = {
    "admit": Work(100, 5),
    "address": Work(10_000, 40),
    "thumbnail": Work(10_000, 800),
    "announce": Work(10_000, 60),
    "newsletter": Work(3_000, 100),
    "gallery": Work(50_000, 60),
    "looks": Work(50_000, 40),
    "report": Work(31, 500),
}
_CLUB_RESERVED = {"thumbnail": 10, "report": 1}


def _photo_club() -> Application:
    return Application(
        name="photo-club",
        does="the photo club's application as a whole",
        functions=tuple(from_club(each, _CLUB_RESERVED.get(name)) for name, each in FUNCTIONS.items()),
        resources={name: resource.kind for name, resource in RESOURCES.items()},
        keys={"album": _ALBUM},
        sends_on={"news": "letters", "trouble": "desk"},
        shows={"site": "thumbnails"},
        watches={"thumbnail-fails": "thumbnail"},
        month="100 members, 10,000 photos of 3 MB, 50,000 looks at a gallery",
        work=_CLUB_WORK,
        services=(
            ApiGateway(http_requests=60_000),
            S3(puts=23_031, gets=110_000, storage_gb=30),
            DynamoDB(write_units=120_000, read_units=60_000, storage_gb=0.1),
            Sns(publishes=10_000),
            Sqs(standard_requests=16_000 + EMPTY_POLLS),
            Scheduler(invocations=31),
            Logs(ingested_gb=0.1, stored_gb=0.1),
        ),
        trial=_ASK_FOR_AN_ADDRESS,
    )


DEMOS: Mapping[str, Callable[[], Application]] = MappingProxyType(
    {
        "thumbnail": _thumbnail,
        "cron": _cron,
        "sqs-worker": _worker,
        "api": _api,
        "stream-reader": _stream,
        "photo-club": _photo_club,
    }
)
"""What can be written, by name."""
