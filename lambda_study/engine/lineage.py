"""The lineage of an event: how often each function has run in one chain of requests.

It travels in the X-Amzn-Trace-Id header: Lambda puts it into the handler's _X_AMZN_TRACE_ID, AWS's SDKs send
it along with each request, and S3, SNS and SQS pass it on with the event that follows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from lambda_study.facts import fact

HEADER = "x-amzn-trace-id"
_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Lineage:
    """How often functions have run in the chain of requests that led to an event, by `key_of` their ARN.

    >>> once = Lineage().with_run_of("arn:aws:lambda:us-east-1:123456789012:function:resize")
    >>> str(once)
    'Lineage=71b84101:1'
    >>> Lineage.of(f"Root=1-6922a000-0123456789abcdef01234567;Sampled=0;{once}") == once
    True

    Unlike AWS: AWS does not say how it writes the part after "Lineage=".
    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html (read 2026-11-23).
    """

    runs: Mapping[str, int] = field(default_factory=lambda: _NONE)

    @classmethod
    def of(cls, header: str) -> Lineage:
        """Return the lineage that a trace header carries; none if it has none that can be read."""
        for part in header.split(";"):
            name, _, text = part.strip().partition("=")
            if name == "Lineage":
                pairs = (each.rpartition(":") for each in text.split("|"))
                return cls({key: int(count) for key, _, count in pairs if key and count.isdecimal()})
        return cls()

    @classmethod
    def longest(cls, lineages: list[Lineage]) -> Lineage:
        """Return the one lineage of a batch: for each function the highest count."""
        keys = {key for each in lineages for key in each.runs}
        return cls({key: max(each.runs.get(key, 0) for each in lineages) for key in sorted(keys)})

    def runs_of(self, arn: str) -> int:
        """Return how often the function has run."""
        return self.runs.get(key_of(arn), 0)

    def is_loop(self, arn: str) -> bool:
        """Return whether Lambda stops the function's next run in this chain.

        >>> lineage = Lineage({key_of("arn"): 16})
        >>> lineage.is_loop("arn"), lineage.is_loop("another")
        (True, False)
        """
        return bool(self.runs) and self.runs_of(arn) >= int(fact("recursion.stop_after").value)

    def was_stopped(self, arn: str) -> bool:
        """Return whether Lambda has stopped the function in this chain before."""
        return self.runs_of(arn) > int(fact("recursion.stop_after").value)

    def with_run_of(self, arn: str) -> Lineage:
        """Return the lineage of what the function's next run causes."""
        return Lineage({**self.runs, key_of(arn): self.runs_of(arn) + 1})

    def __str__(self) -> str:
        return "Lineage=" + "|".join(f"{key}:{count}" for key, count in self.runs.items())


NO_LINEAGE = Lineage()
STOPPED_TEXT = (
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services "
    "resources and stopped your function's invocation."
)


@lru_cache(maxsize=1000)  # every invocation asks
def key_of(arn: str) -> str:
    """Return how a lineage names the function ARN."""
    return hashlib.sha256(arn.encode()).hexdigest()[:8]


_carried: ContextVar[Lineage] = ContextVar("lineage", default=NO_LINEAGE)


def carried() -> Lineage:
    """Return the lineage of what this thread works on."""
    return _carried.get()


@contextmanager
def carried_by(headers: Mapping[str, str]) -> Iterator[None]:
    """Let the block be part of the chain that HEADERS (in lower case) tell of; without it all stays."""
    header = headers.get(HEADER)
    with carrying(carried() if header is None else Lineage.of(header)):
        yield


@contextmanager
def carrying(lineage: Lineage) -> Iterator[None]:
    """Let what this thread does in the block be part of LINEAGE's chain."""
    token = _carried.set(lineage)
    try:
        yield
    finally:
        _carried.reset(token)
