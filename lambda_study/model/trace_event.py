"""What happened in the cloud: one event of its trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Kind = Literal["trigger", "delivery", "retry", "invocation", "throttle", "failure"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, repr=False)
class TraceEvent:
    """One thing that happened AT a time of the clock: SOURCE did something to TARGET.

    The kinds: "trigger", a service has an event for a function; "invocation", a handler has run; "retry",
    Lambda will try it again; "throttle", it had no environment to run in; "delivery", a record or message
    went to its destination; "failure", something was given up or could not be delivered. `error` is empty
    unless it went wrong.

    >>> from datetime import UTC
    >>> TraceEvent(datetime(2026, 11, 23, 10, tzinfo=UTC), "trigger", "s3:photos", "thumbnail", "a.jpg")
    10:00:00.000 trigger    s3:photos -> thumbnail  a.jpg
    """

    at: datetime
    kind: Kind
    source: str
    target: str
    detail: str = ""
    request_id: str = ""
    error: str = ""

    def __repr__(self) -> str:
        text = f"{self.at:%H:%M:%S}.{self.at.microsecond // 1000:03d} {self.kind:<10} "
        text += f"{self.source} -> {self.target}"
        text += f"  {self.detail}" if self.detail else ""
        return text + (f"  {self.error}" if self.error else "")


def short_name(arn: str) -> str:
    """Return an ARN as people say it: its service and its resource; any other text as it is.

    >>> short_name("arn:aws:sqs:us-east-1:123456789012:jobs"), short_name("arn:aws:s3:::photos")
    ('sqs:jobs', 's3:photos')
    >>> short_name("arn:aws:lambda:us-east-1:123456789012:function:resize:live")
    'resize:live'
    """
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return arn
    service, resource = parts[2], parts[5]
    return resource.removeprefix("function:") if service == "lambda" else f"{service}:{resource}"
