"""What Lambda refuses of an event source mapping, in AWS's words where they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_study.cloud import seam
from lambda_study.engine import LambdaService, ServiceError
from lambda_study.errors import BadInput
from lambda_study.model import event_pattern

if TYPE_CHECKING:
    from lambda_study.cloud.mappings import EventSourceMapping

QUEUES = ("sqs",)
STREAMS = ("kinesis", "dynamodb")
DEFAULT_BATCH_SIZE = {"sqs": 10, "kinesis": 100, "dynamodb": 100}
_MOST_WITHOUT_WINDOW = 10
_MOST_OF_FIFO = 10
_MOST_FILTERS = 5
_POSITIONS = {
    "kinesis": ("LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"),
    "dynamodb": ("LATEST", "TRIM_HORIZON"),
}
_ACTIONS = {
    "sqs": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "kinesis": ("GetRecords", "GetShardIterator", "DescribeStream", "ListShards", "ListStreams"),
    "dynamodb": ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"),
}


def service_of(arn: str) -> str:
    """Return the service in ARN; AWS's error if it is none that can be read.

    >>> service_of("arn:aws:sqs:us-east-1:123456789012:photos")
    'sqs'
    """
    parts = arn.split(":")
    service = parts[2] if len(parts) > 2 else ""
    if service not in QUEUES + STREAMS:
        raise _refused("Unrecognized event source.")
    return service


def default_batch_size(event_source_arn: str) -> int:
    """Return how many records a batch has if nobody says."""
    return DEFAULT_BATCH_SIZE[service_of(event_source_arn)]


def check(mapping: EventSourceMapping, service: LambdaService) -> None:
    """Raise AWS's error for the first thing that Lambda would refuse of MAPPING.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html (read 2026-11-23).
    """
    check_filters(mapping.filters)
    if mapping.service in STREAMS:
        _check_stream(mapping)
    else:
        _check_queue(mapping, service)


def actions(service: str) -> tuple[str, ...]:
    """Return what a function's role must be allowed to do at a source of SERVICE.

    >>> actions("sqs")
    ('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes')
    """
    return tuple(f"{service}:{action}" for action in _ACTIONS[service])


def not_permitted(event_source_arn: str, action: str) -> ServiceError:
    """Return AWS's error when the role of the function may not do ACTION at the source."""
    service = service_of(event_source_arn)
    if service in QUEUES:
        name = action.partition(":")[2]
        return _refused(f"The provided execution role does not have permissions to call {name} on SQS")
    needed = _ACTIONS[service]
    return _refused(
        f"Cannot access stream {event_source_arn}. Please ensure the role can perform the "
        f"{', '.join(needed[:-1])}, and {needed[-1]} Actions on your stream in IAM."
    )


def already_there(other: EventSourceMapping) -> ServiceError:
    """Return AWS's error when OTHER has the same source and function."""
    what = f'(" {other.event_source_arn} ") and function (" {other.function_name} ")'
    end = f"already exists. Please update or delete the existing mapping with UUID {other.uuid}"
    if other.service in QUEUES:
        text = f"An event source mapping with SQS arn {what} {end}"
    else:
        text = f"The event source arn {what} provided mapping {end}"
    return ServiceError(409, "ResourceConflictException", text)


def check_filters(filters: tuple[str, ...]) -> None:
    """Raise AWS's error unless each of FILTERS is an event pattern, and they are not too many.

    >>> check_filters(('{"body": "not a list"}',))
    Traceback (most recent call last):
    lambda_study.engine.errors.ServiceError: InvalidParameterValueException: Invalid filter pattern \
definition.
    """
    if len(filters) > _MOST_FILTERS:
        # AWS's text is not known. It raises the quota to ten on request.
        raise _refused(f"At most {_MOST_FILTERS} filters are allowed; {len(filters)} are given.")
    for pattern in filters:
        try:
            event_pattern.parse(pattern)
        except BadInput:
            raise _refused("Invalid filter pattern definition.") from None


def _check_queue(mapping: EventSourceMapping, service: LambdaService) -> None:
    from lambda_study.cloud.seam import sqs  # moto's SQS is loaded by those who need it

    arn = mapping.event_source_arn
    with seam.lock:
        if not sqs.exists(arn):
            raise _refused(
                "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService."
                "NonExistentQueue. SQS Error Message: The specified queue does not exist."
            )
        visible_after_s, is_fifo = sqs.visibility_timeout_s(arn), sqs.is_fifo(arn)
    if is_fifo:
        _check_fifo(mapping)
    if mapping.batch_size > _MOST_WITHOUT_WINDOW and mapping.window_s == 0:
        raise _refused(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )
    timeout_s = service.configuration(mapping.function_name).timeout_s
    if visible_after_s < timeout_s:
        raise _refused(
            f"Queue visibility timeout: {visible_after_s} seconds is less than Function timeout: "
            f"{timeout_s} seconds"
        )
    if mapping.starting_position is not None:
        raise _refused("StartingPosition is not valid for SQS event sources.")


def _check_fifo(mapping: EventSourceMapping) -> None:
    # Unlike AWS: these two texts are our own; AWS refuses the same.
    if mapping.batch_size > _MOST_OF_FIFO:
        raise _refused(f"Batch size must be at most {_MOST_OF_FIFO} for a FIFO queue.")
    if mapping.window_s > 0:
        raise _refused("Batching window is not supported for FIFO queues.")


def _check_stream(mapping: EventSourceMapping) -> None:
    if mapping.starting_position is None:
        raise _refused(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
            "Member must not be null."
        )
    if mapping.starting_position not in _POSITIONS[mapping.service]:
        raise _refused(f"Unsupported starting position for arn type: {mapping.event_source_arn}")
    if mapping.starting_position == "AT_TIMESTAMP" and mapping.starting_position_timestamp is None:
        # AWS's text is not known.
        raise _refused("StartingPosition AT_TIMESTAMP needs a StartingPositionTimestamp.")
    if mapping.tumbling_window_s:
        raise _not_modelled("A tumbling window")
    if mapping.maximum_concurrency is not None:
        raise _refused("Unsupported ScalingConfig parameter for given event source mapping type.")
    if "/consumer/" in mapping.event_source_arn:
        raise _not_modelled("A consumer with enhanced fan-out")
    if not _stream_exists(mapping):
        raise _refused(f"Stream not found: {mapping.event_source_arn}")


def _stream_exists(mapping: EventSourceMapping) -> bool:
    # moto's services are loaded by those who need them.
    if mapping.service == "kinesis":
        from lambda_study.cloud.seam import kinesis

        return kinesis.exists(mapping.event_source_arn)
    from lambda_study.cloud.seam import dynamodb

    return dynamodb.exists(mapping.event_source_arn)


def _not_modelled(what: str) -> ServiceError:
    return ServiceError(
        501, "NotModelledException", f"{what} of an event source mapping is not modelled here."
    )


def _refused(text: str) -> ServiceError:
    return ServiceError(400, "InvalidParameterValueException", text)
