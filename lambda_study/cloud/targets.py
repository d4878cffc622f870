"""Where messages and records go: queues, topics, buckets, event buses and functions, by ARN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.engine import ServiceError


class Targets:
    """Delivers to what an ARN names."""

    def deliver(self, arn: str, body: Any, attributes: Mapping[str, str] | None = None) -> None:
        """Send BODY to what ARN names; ServiceError if it is not there."""
        raise ServiceError(404, "ResourceNotFoundException", f"There is no target {arn}.")
