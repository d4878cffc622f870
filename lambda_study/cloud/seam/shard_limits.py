"""What a shard of a data stream takes, 1,000 records and 1 MiB a second, and what one request may hold."""

from __future__ import annotations

from collections.abc import Sequence

from moto.core.exceptions import JsonRESTError
from moto.core.utils import unix_time
from moto.kinesis.exceptions import RecordSizeExceedsLimit, TooManyRecords
from moto.kinesis.models import Shard, Stream

from lambda_study.facts import fact

MOST_OF_RECORD = 1024 * 1024
EXCEEDED = "ProvisionedThroughputExceededException"
_MOST: dict[str, int] = fact("kinesis.shard_writes").value
_MOST_OF_REQUEST: dict[str, int] = fact("kinesis.put_records_max").value
_WRITTEN = "_written"  # our own attribute of moto's shard: since when, how many records, how many bytes


def admit(shard: Shard, size: int) -> bool:
    """Count a record of SIZE bytes that is to go into SHARD; False if that is more than it takes.

    Unlike AWS: the second begins with its first record; how AWS measures it is not documented. A stream on
    demand has the same limits, and does not grow.
    Source: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html (read 2026-11-23).
    """
    now = unix_time()
    began, count, size_so_far = getattr(shard, _WRITTEN, (now, 0, 0))
    if now - began >= 1:
        began, count, size_so_far = now, 0, 0
    if count + 1 > _MOST["records_per_s"] or size_so_far + size > _MOST["mib_per_s"] * 1024 * 1024:
        return False
    setattr(shard, _WRITTEN, (began, count + 1, size_so_far + size))
    return True


def check_request(sizes: Sequence[int]) -> None:
    """Raise AWS's error if PutRecords may not have records of these SIZES in bytes.

    Unlike AWS: no stream takes records of more than 1 MiB, the default.
    """
    if len(sizes) > _MOST_OF_REQUEST["records"]:
        raise TooManyRecords
    most = _MOST_OF_REQUEST["mib"]
    if sum(sizes) > most * 1024 * 1024:
        raise JsonRESTError("InvalidArgumentException", f"Records size exceeds {most} MB limit")
    for position, size in enumerate(sizes, start=1):
        if size > MOST_OF_RECORD:
            raise RecordSizeExceedsLimit(position=position)


def exceeded(stream: Stream, shard: Shard) -> JsonRESTError:
    """Return AWS's error for more than SHARD takes."""
    return JsonRESTError(EXCEEDED, text_of(stream, shard))


def text_of(stream: Stream, shard: Shard) -> str:
    """Return AWS's words for it."""
    where = f"shard {shard.shard_id} in stream {stream.stream_name} under account {stream.account_id}"
    return f"Rate exceeded for {where}."


def too_large() -> JsonRESTError:
    """Return AWS's error for a record that is too large."""
    return JsonRESTError(
        "ValidationException",
        "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length "
        f"less than or equal to {MOST_OF_RECORD}",
    )
