"""The functions of the photo club's application: the one table of what each is, needs and may do.

Nothing here runs. `club` builds the application from it; a template for AWS can be written from it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

CODE = Path(__file__).parents[1] / "handlers" / "photo_club"
RUNTIME = "python3.13"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something of AWS that is no function: its KIND, and what differs from AWS's defaults."""

    kind: str
    settings: Mapping[str, str] = field(default_factory=dict)


# Lambda keeps messages for up to a minute before it invokes, and the function may take ten seconds. A queue
# that showed them again meanwhile, after 30 seconds, would put each of them into the newsletter twice. AWS
# recommends six times the time-out of the function, and the window on top.
_LETTERS = Resource("queue", {"VisibilityTimeout": "120"})

RESOURCES: Mapping[str, Resource] = MappingProxyType(
    {
        "photos": Resource("bucket"),
        "thumbnails": Resource("bucket"),
        "office": Resource("bucket"),
        "album": Resource("table"),
        "news": Resource("topic"),
        "letters": _LETTERS,
        "looks": Resource("stream"),
        "members": Resource("user pool"),
        "web": Resource("api"),
        "site": Resource("distribution"),
        "night": Resource("schedule"),
        "not-done": Resource("queue"),
        "thumbnail-fails": Resource("alarm"),
        "trouble": Resource("topic"),
        "desk": Resource("queue"),
    }
)
"""What the application is made of beside its functions, by name."""


@dataclass(frozen=True, slots=True)
class Ref:
    """What CloudFormation's Ref gives of a resource: a name, the ARN of a topic, the URL of a queue."""

    resource: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """What invokes a function: an EVENT of a resource.

    The event is in AWS's words: a trigger of a user pool, a route, a kind of notification, a schedule
    expression. SETTINGS are those of the event source mapping, where Lambda polls.
    """

    resource: str
    event: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{RESOURCES[self.resource].kind} {self.resource} {self.event}".rstrip()


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an execution role allows: ACTIONS on a resource, or on a PART of it such as "/*".

    Actions that name no resource are allowed on "*", as AWS asks for.
    """

    resource: str
    actions: tuple[str, ...]
    part: str = ""

    def __str__(self) -> str:
        return f"{', '.join(self.actions)} on {self.resource}{self.part}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClubFunction:
    """One function. Its handler is `handler` in NAME.py in the folder NAME, which is its package.

    Every function also writes logs; who deploys it adds AWS's policy for that.
    """

    name: str
    does: str
    trigger: Trigger
    memory_mb: int = 256
    timeout_s: int = 10
    environment: Mapping[str, Ref | str] = field(default_factory=dict)
    allowed: tuple[Allowed, ...] = ()
    dead_letter: str = ""
    requirements: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """The deployment package, without what it requires."""
        return CODE / self.name

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.py"

    @property
    def handler(self) -> str:
        """The handler as Lambda's API names it.

        >>> FUNCTIONS["report"].handler
        'report.handler'
        """
        return f"{self.name}.handler"


_READ_TABLE_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
_READ_STREAM = (
    "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords",
    "kinesis:GetShardIterator", "kinesis:ListShards",
)  # fmt: skip
_READ_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_ONLY_NEW = {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]}

_ALL = (
    ClubFunction(
        name="admit",
        does="lets members sign up, and nobody else",
        trigger=Trigger("members", "PreSignUp"),
        timeout_s=5,
        environment={"DOMAIN": "club.example"},
    ),
    ClubFunction(
        name="address",
        does="gives a member the address to which a photo may be put",
        trigger=Trigger("web", "POST /photos"),
        environment={"PHOTOS": Ref("photos")},
        allowed=(Allowed("photos", ("s3:PutObject",), "/*"),),
    ),
    ClubFunction(
        name="thumbnail",
        does="makes a thumbnail, and notes the photo in the album",
        trigger=Trigger("photos", "s3:ObjectCreated:*"),
        memory_mb=1024,
        timeout_s=30,
        environment={"THUMBNAILS": Ref("thumbnails"), "ALBUM": Ref("album")},
        allowed=(
            Allowed("photos", ("s3:GetObject",), "/*"),
            Allowed("thumbnails", ("s3:PutObject",), "/*"),
            Allowed("album", ("dynamodb:UpdateItem",)),
            Allowed("not-done", ("sqs:SendMessage",)),
        ),
        dead_letter="not-done",
        requirements=("pillow",),
    ),
    ClubFunction(
        name="announce",
        does="tells the topic of each new photo",
        trigger=Trigger(
            "album",
            "stream",
            {"StartingPosition": "TRIM_HORIZON", "FilterCriteria": _ONLY_NEW, "MaximumRetryAttempts": 2},
        ),
        environment={"NEWS": Ref("news")},
        allowed=(
            Allowed("album", _READ_TABLE_STREAM, "/stream/*"),
            Allowed("*", ("dynamodb:ListStreams",)),
            Allowed("news", ("sns:Publish",)),
        ),
    ),
    ClubFunction(
        name="newsletter",
        does="writes one newsletter about all the news of a batch",
        trigger=Trigger("letters", "messages", {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 60}),
        environment={"OFFICE": Ref("office")},
        allowed=(Allowed("letters", _READ_QUEUE), Allowed("office", ("s3:PutObject",), "/newsletters/*")),
    ),
    ClubFunction(
        name="gallery",
        does="lists a member's photos, and notes that they were looked at",
        trigger=Trigger("web", "GET /photos"),
        environment={"ALBUM": Ref("album"), "LOOKS": Ref("looks")},
        allowed=(Allowed("album", ("dynamodb:Query",)), Allowed("looks", ("kinesis:PutRecord",))),
    ),
    ClubFunction(
        name="looks",
        does="counts in the album how often photos were looked at",
        trigger=Trigger("looks", "records", {"StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": 2}),
        environment={"ALBUM": Ref("album")},
        allowed=(
            Allowed("looks", _READ_STREAM),
            Allowed("*", ("kinesis:ListStreams",)),
            Allowed("album", ("dynamodb:UpdateItem",)),
        ),
    ),
    ClubFunction(
        name="report",
        does="writes at night what the day has brought",
        trigger=Trigger("night", "cron(0 2 * * ? *)"),
        timeout_s=60,
        environment={"ALBUM": Ref("album"), "OFFICE": Ref("office")},
        allowed=(
            Allowed("album", ("dynamodb:Query",), "/index/by_day"),
            Allowed("office", ("s3:PutObject",), "/reports/*"),
        ),
    ),
)
FUNCTIONS: Mapping[str, ClubFunction] = MappingProxyType({each.name: each for each in _ALL})
"""The functions by name, in the order in which a day meets them."""
