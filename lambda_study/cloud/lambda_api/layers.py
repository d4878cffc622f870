"""Layers: zip archives that functions name by a version's ARN."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from lambda_study.cloud.lambda_api.errors import no_such_resource, refused
from lambda_study.cloud.lambda_api.records import Code
from lambda_study.engine.function import ACCOUNT, REGION


@dataclass(frozen=True, slots=True)
class LayerVersion:
    """One version of a layer; PATH is the zip archive on this machine. It never changes."""

    name: str
    number: int
    code: Code
    path: Path
    created: datetime
    described: Mapping[str, Any] = field(default_factory=dict)

    @property
    def layer_arn(self) -> str:
        """The ARN of the layer, without a version."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:{self.name}"

    @property
    def arn(self) -> str:
        """The ARN by which a function names it."""
        return f"{self.layer_arn}:{self.number}"


class Layers:
    """The layers of the account. Numbers of versions are never used again.

    A version that is deleted stays with the functions that have it.
    """

    def __init__(self, new_folder: Callable[[str], Path]) -> None:
        self._new_folder = new_folder
        self._versions: dict[str, dict[int, LayerVersion]] = {}
        self._last_number: dict[str, int] = {}
        self._lock = threading.Lock()

    def publish(
        self, name: str, data: bytes, code: Code, created: datetime, described: Mapping[str, Any]
    ) -> LayerVersion:
        """Make the zip archive DATA the next version of the layer NAME, and return it."""
        path = self._new_folder("layer") / f"{name}.zip"
        path.write_bytes(data)
        with self._lock:
            number = self._last_number[name] = self._last_number.get(name, 0) + 1
            version = LayerVersion(name, number, code, path, created, described)
            self._versions.setdefault(name, {})[number] = version
        return version

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the layers that have a version."""
        return tuple(name for name, versions in self._versions.items() if versions)

    def versions(self, name: str) -> tuple[LayerVersion, ...]:
        """Return the versions of a layer, the newest first."""
        return tuple(reversed(self._versions.get(name, {}).values()))

    def get(self, name: str, number: int) -> LayerVersion:
        """Return a version of a layer; AWS's error if there is none."""
        if number < 1:
            raise refused("Layer Version Cannot be less than 1")
        version = self._versions.get(name, {}).get(number)
        if version is None:
            raise no_such_resource()
        return version

    def delete(self, name: str, number: int) -> None:
        """Delete a version of a layer; deleting one that is gone changes nothing."""
        if number < 1:
            raise refused("Layer Version Cannot be less than 1")
        with self._lock:
            self._versions.get(name, {}).pop(number, None)

    def named(self, arns: list[str]) -> tuple[LayerVersion, ...]:
        """Return the versions that a function names by their ARNs, in order; AWS's error for others."""
        found: dict[str, LayerVersion] = {}
        for arn in arns:
            version = self._by_arn(arn)
            other = found.get(version.layer_arn)
            if other is not None:
                raise refused(
                    "Two different versions of the same layer are not allowed to be referenced in the same "
                    f"function. {other.arn} and {arn} are versions of the same layer."
                )
            found[version.layer_arn] = version
        return tuple(found.values())

    def _by_arn(self, arn: str) -> LayerVersion:
        parts = arn.split(":")
        if parts[3] != REGION:
            raise refused(
                "Layers are not in the same region as the function. "
                f"Layers are expected to be in region {REGION}."
            )
        version = self._versions.get(parts[6], {}).get(int(parts[7])) if parts[4] == ACCOUNT else None
        if version is None:
            raise refused(f"Layer version {arn} does not exist.")
        return version
