"""When SNS tries a delivery again that has failed."""

from __future__ import annotations

from lambda_study.engine import ServiceError
from lambda_study.facts import fact

_LONGEST_S = 20.0


def is_tried_again(error: ServiceError) -> bool:
    """Return whether SNS tries a delivery again that failed with ERROR: a fault of the server, or a throttle.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html (read 2026-11-23).
    """
    return error.status >= 500 or error.status == 429


def retry_wait_s(tried: int) -> float | None:
    """Return the seconds before the next try when TRIED retries have failed; None after the last one.

    Three at once, two after a second each, ten from one second up to twenty, then every twenty seconds.

    >>> [retry_wait_s(tried) for tried in (0, 2, 3, 4, 5, 14, 15, 100_014, 100_015)]
    [0.0, 0.0, 1.0, 1.0, 1.0, 20.0, 20.0, 20.0, None]

    Unlike AWS: AWS adds a random part, and does not say how the ten waits grow; here each is the one before
    times the same factor.
    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html (read 2026-11-23).
    """
    phases = fact("sns.delivery_retries").value
    if tried < phases["immediate"]:
        return 0.0
    if tried < phases["immediate"] + phases["pre_backoff"]:
        return 1.0
    if tried >= phases["total"]:
        return None
    step = tried - phases["immediate"] - phases["pre_backoff"]
    return float(round(_LONGEST_S ** min(1.0, step / (phases["backoff"] - 1)), 3))
