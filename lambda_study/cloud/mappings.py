"""Event source mappings: which queue or stream is read for which function, and how."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from lambda_study.cloud import mapping_rules as rules
from lambda_study.cloud.pollers import Poller
from lambda_study.cloud.wiring import Wiring, function_of
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION

_NO_TAGS: Mapping[str, str] = MappingProxyType({})
FOREVER = -1  # AWS's word for no limit of a record's age or of its retries


@dataclass(frozen=True, slots=True)
class EventSourceMapping:
    """One mapping; times in seconds. What holds for streams only is at its default for a queue.

    `filters` are event patterns as JSON texts, of which one must match a record. `function_arn` may end in a
    version or an alias. `maximum_concurrency` is that of a queue's ScalingConfig.
    """

    uuid: str
    function_arn: str
    event_source_arn: str
    batch_size: int
    window_s: int = 0
    enabled: bool = True
    filters: tuple[str, ...] = ()
    report_batch_item_failures: bool = False
    maximum_concurrency: int | None = None
    starting_position: str | None = None
    starting_position_timestamp: datetime | None = None
    maximum_retry_attempts: int = FOREVER
    maximum_record_age_s: int = FOREVER
    bisect_on_error: bool = False
    parallelization_factor: int = 1
    tumbling_window_s: int = 0
    on_failure: str = ""
    tags: Mapping[str, str] = field(default_factory=lambda: _NO_TAGS)
    last_modified: datetime | None = None

    @property
    def arn(self) -> str:
        """The mapping's own Amazon Resource Name."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{self.uuid}"

    @property
    def service(self) -> str:
        """The service that is read, as its ARN names it: "sqs", "kinesis" or "dynamodb"."""
        return rules.service_of(self.event_source_arn)

    @property
    def function_name(self) -> str:
        """The name of the function, without a qualifier."""
        return function_of(self.function_arn)[0]

    @property
    def state(self) -> str:
        """AWS's word for what it does once a change is through: "Enabled" or "Disabled"."""
        return "Enabled" if self.enabled else "Disabled"


class Mappings:
    """The event source mappings of a cloud, and the pollers that read for them.

    POLLERS makes the poller of a mapping by the service in the ARN of its source. A poller works while its
    mapping is enabled.
    """

    def __init__(
        self, wiring: Wiring, pollers: Mapping[str, Callable[[Wiring, EventSourceMapping], Poller]]
    ) -> None:
        self._wiring = wiring
        self._new_poller = pollers
        self._mappings: dict[str, EventSourceMapping] = {}
        self._pollers: dict[str, Poller] = {}
        self._lock = threading.RLock()

    def create(self, function_arn: str, event_source_arn: str, **settings: Any) -> EventSourceMapping:
        """Make a mapping and start to read for it. SETTINGS are fields of EventSourceMapping.

        ServiceError with AWS's code and text for what Lambda refuses.
        """
        settings.setdefault("batch_size", rules.default_batch_size(event_source_arn))
        mapping = EventSourceMapping(
            self._wiring.ids(),
            function_arn,
            event_source_arn,
            last_modified=self._wiring.clock.now(),
            **settings,
        )
        with self._lock:
            self._check(mapping)
            self._mappings[mapping.uuid] = mapping
            self._poll(mapping)
        return mapping

    def update(self, uuid: str, **changes: Any) -> EventSourceMapping:
        """Change fields of a mapping, and return it; what its poller has begun ends as it began."""
        with self._lock:
            mapping = replace(self.get(uuid), **changes, last_modified=self._wiring.clock.now())
            self._check(mapping)
            self._mappings[uuid] = mapping
            self._poll(mapping)
        return mapping

    def tag(self, uuid: str, tags: Mapping[str, str]) -> None:
        """Let TAGS be the tags of a mapping; it goes on reading."""
        with self._lock:
            self._mappings[uuid] = replace(self.get(uuid), tags=MappingProxyType(dict(tags)))

    def delete(self, uuid: str) -> EventSourceMapping:
        """Delete a mapping and read no more for it; return it as it was."""
        with self._lock:
            mapping = self.get(uuid)
            del self._mappings[uuid]
            self._stop(uuid)
        return mapping

    def get(self, uuid: str) -> EventSourceMapping:
        """Return a mapping; AWS's error if there is none."""
        mapping = self._mappings.get(uuid)
        if mapping is None:
            text = "The resource you requested does not exist."
            raise ServiceError(404, "ResourceNotFoundException", text)
        return mapping

    def list(self, function_name: str = "", event_source_arn: str = "") -> tuple[EventSourceMapping, ...]:
        """Return the mappings, oldest first; those of one function or source, if it is given."""
        return tuple(
            mapping
            for mapping in list(self._mappings.values())
            if function_name in ("", mapping.function_name)
            and event_source_arn in ("", mapping.event_source_arn)
        )

    def poller(self, uuid: str) -> Poller | None:
        """Return the poller of a mapping; None if it was never enabled."""
        return self._pollers.get(uuid)

    def close(self) -> None:
        """Read no more for any mapping."""
        with self._lock:
            for uuid in list(self._pollers):
                self._stop(uuid)

    def _check(self, mapping: EventSourceMapping) -> None:
        rules.check(mapping, self._wiring.service)
        for other in self.list(mapping.function_name, mapping.event_source_arn):
            if other.uuid != mapping.uuid and other.function_arn == mapping.function_arn:
                raise rules.already_there(other)
        if mapping.service not in self._new_poller:
            raise ServiceError(
                501,
                "NotModelledException",
                f"Event source mappings of {mapping.service} are not modelled here. "
                f"There are: {', '.join(self._new_poller) or 'none'}.",
            )

    def _poll(self, mapping: EventSourceMapping) -> None:
        """Let there be a poller of MAPPING once it is enabled; it knows where it is while it rests."""
        poller = self._pollers.get(mapping.uuid)
        if poller is not None:
            poller.update(mapping)
        elif mapping.enabled:
            poller = self._pollers[mapping.uuid] = self._new_poller[mapping.service](self._wiring, mapping)
            poller.start()

    def _stop(self, uuid: str) -> None:
        poller = self._pollers.pop(uuid, None)
        if poller is not None:
            poller.close()
