"""What Lambda's API knows of a function beside what the engine runs: role, description, tags, times."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

from lambda_study.engine.clock import Clock
from lambda_study.engine.deployed import DeployedFunction
from lambda_study.engine.function import ACCOUNT
from lambda_study.engine.package import Package
from lambda_study.engine.revision import Revision

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold: so equal files have equal digests


@dataclass(frozen=True, slots=True)
class Code:
    """A package as it was uploaded: its digest, its size, the archive itself, or where an image came from."""

    sha256: str
    size: int
    image_uri: str = ""
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """What belongs to one revision of a function. `kept` are settings that are given back, by their names.

    Unlike AWS: network, key, file systems, tracing and SnapStart of `kept` have no effect.
    """

    revision: Revision
    code: Code
    role: str
    last_modified: datetime
    revision_id: str
    description: str = ""
    kept: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    layers: tuple[Mapping[str, Any], ...] = ()

    def is_described_like(self, other: Record) -> bool:
        """True if all that only the API knows of the configuration is the same."""
        mine, theirs = ((each.description, each.role, each.kept) for each in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class AliasRecord:
    """What belongs to an alias beside the versions that it leads to."""

    revision_id: str
    description: str = ""


class FunctionRecords:
    """The records of one function: of $LATEST, of its versions and aliases, and what belongs to all."""

    def __init__(self, latest: Record) -> None:
        self.latest = latest
        self.published: Record | None = None  # what $LATEST was when a version was published last
        self.versions: dict[str, Record] = {}
        self.aliases: dict[str, AliasRecord] = {}
        self.tags: dict[str, str] = {}
        self.modified: dict[tuple[str, str], datetime] = {}  # when a setting of a qualifier was changed
        self.event_invoke: dict[str, Mapping[str, Any]] = {}  # what was given for each qualifier
        self.provisioned: dict[str, int] = {}  # how many were asked for, for each qualifier


class Records:
    """The records of all functions. Those that `deploy` made get theirs when somebody asks for them."""

    def __init__(self, clock: Clock, ids: Callable[[], str]) -> None:
        self._clock = clock
        self._ids = ids
        self._records: WeakKeyDictionary[DeployedFunction, FunctionRecords] = WeakKeyDictionary()
        self._lock = threading.RLock()

    def of(self, deployed: DeployedFunction) -> FunctionRecords:
        """Return the records of a function; a change that was made past the API is taken in."""
        with self._lock:
            records = self._records.get(deployed)
            if records is None:
                records = self._records[deployed] = FunctionRecords(self._first(deployed))
            elif not records.latest.revision.is_like(deployed.latest):
                self.change(deployed)
            for version in deployed.versions:
                if version not in records.versions:
                    records.versions[version] = self._published(records, deployed, version)
            for gone in records.versions.keys() - set(deployed.versions):
                del records.versions[gone]
            return records

    def change(self, deployed: DeployedFunction, **changes: Any) -> Record:
        """Take over what $LATEST is now, with CHANGES of its record; it is a new revision."""
        with self._lock:
            records = self._records.get(deployed) or FunctionRecords(self._first(deployed))
            before, revision = records.latest, deployed.latest
            if "code" not in changes and revision.package is not before.revision.package:
                changes["code"] = code_of(revision)
            records.latest = replace(
                before,
                revision=revision,
                last_modified=self._clock.now(),
                revision_id=self._ids(),
                **changes,
            )
            self._records[deployed] = records
            return records.latest

    def describe(self, deployed: DeployedFunction, version: str, description: str) -> None:
        """Give a version a description of its own."""
        versions = self.of(deployed).versions
        versions[version] = replace(versions[version], description=description)

    def new_alias(self, deployed: DeployedFunction, name: str, description: str) -> AliasRecord:
        """Keep what belongs to an alias, and return it."""
        record = AliasRecord(self._ids(), description)
        self.of(deployed).aliases[name] = record
        return record

    def alias(self, deployed: DeployedFunction, name: str) -> AliasRecord:
        """Return what belongs to an alias; one that was made past the API has no description."""
        records = self.of(deployed)
        return records.aliases.get(name) or self.new_alias(deployed, name, "")

    def touch(self, deployed: DeployedFunction, setting: str, qualifier: str) -> datetime:
        """Note that SETTING of QUALIFIER was changed now, and return the time."""
        now = self._clock.now()
        self.of(deployed).modified[setting, qualifier] = now
        return now

    def modified(self, deployed: DeployedFunction, setting: str, qualifier: str) -> datetime:
        """Return when SETTING of QUALIFIER was changed."""
        found = self.of(deployed).modified.get((setting, qualifier))
        return found or self.touch(deployed, setting, qualifier)

    def _first(self, deployed: DeployedFunction) -> Record:
        revision = deployed.latest
        # Unlike AWS: a function that `deploy` made has a role that exists only by its name.
        role = f"arn:aws:iam::{ACCOUNT}:role/{revision.configuration.name}-role"
        return Record(revision, code_of(revision), role, self._clock.now(), self._ids())

    def _published(self, records: FunctionRecords, deployed: DeployedFunction, version: str) -> Record:
        latest, revision = records.latest, deployed.revision(version)
        same = revision.package is latest.revision.package
        code = latest.code if same else code_of(revision)
        return replace(latest, revision=revision, code=code, revision_id=self._ids())


def code_of(revision: Revision) -> Code:
    """Return digest and size of what REVISION runs, for code that was not uploaded."""
    image = revision.configuration.image
    if image is not None:
        return Code(image.digest.removeprefix("sha256:"), 0, str(image.path))
    return code_of_zip(_zipped(revision.package))


def code_of_zip(data: bytes) -> Code:
    """Return a zip archive with its digest and its size.

    >>> code_of_zip(b"")
    Code(sha256='47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', size=0, image_uri='')
    """
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode("ascii")
    return Code(digest, len(data), data=data)


def _zipped(package: Package) -> bytes:
    with zipfile.ZipFile(archive := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in sorted(package.files.items()):
            writer.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content)
    return archive.getvalue()
