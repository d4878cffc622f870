"""What demos make of what they have found: the names that an option of a question states."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from botocore.exceptions import ClientError


def names_of(found: Iterable[str]) -> str:
    """The names that were FOUND, as an option has them.

    >>> names_of(["S3", "SNS"]), names_of([])
    ('S3 and SNS', 'nothing')
    """
    return " and ".join(found) or "nothing"


def only(found: Iterable[str]) -> str:
    """The one name that was FOUND; an error if there are none or several."""
    (name,) = found
    return name


def is_taken(call: Callable[[], object]) -> bool:
    """Whether AWS accepts a call."""
    try:
        call()
    except ClientError:
        return False
    return True
