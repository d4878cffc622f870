"""What the operations of Lambda's API work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lambda_study.cloud.function_url_configs import FunctionUrlConfigs
from lambda_study.cloud.lambda_api.errors import no_such_function
from lambda_study.cloud.lambda_api.layers import Layers
from lambda_study.cloud.lambda_api.names import LATEST, Named
from lambda_study.cloud.lambda_api.records import FunctionRecords, Record, Records
from lambda_study.cloud.mappings import Mappings
from lambda_study.cloud.permissions import Permissions
from lambda_study.engine import LambdaService
from lambda_study.engine.clock import Clock
from lambda_study.engine.deployed import DeployedFunction

Given = Mapping[str, Any]
"""The parameters of a request, by their names in the API."""

FetchObject = Callable[[str, str, str | None], bytes]
"""Returns an object of S3 by its bucket, key and version; ServiceError with S3's code if it is not there."""


@dataclass(frozen=True)
class ControlPlane:
    """The functions of the engine, and what only the API knows of them."""

    service: LambdaService
    permissions: Permissions
    mappings: Mappings
    clock: Clock
    ids: Callable[[], str]
    fetch_object: FetchObject
    records: Records
    layers: Layers
    endpoint_url: str = ""
    urls: FunctionUrlConfigs = field(default_factory=FunctionUrlConfigs)

    def deployed(self, named: Named) -> DeployedFunction:
        """Return a function as the engine has it; AWS's error, with the ARN as it was named, without one."""
        if named.name not in self.service.names:
            raise no_such_function(named.arn)
        return self.service.deployed(named.name)

    def recorded(self, named: Named) -> FunctionRecords:
        """Return what the API knows of a function."""
        return self.records.of(self.deployed(named))

    def version_of(self, named: Named) -> str:
        """Return the version that a qualifier leads to; AWS's error for one that leads nowhere."""
        deployed, qualifier = self.deployed(named), named.version_or_alias
        alias = next((each for each in deployed.aliases if each.name == qualifier), None)
        version = alias.version if alias else qualifier
        if version != LATEST and version not in deployed.versions:
            raise no_such_function(named.arn)
        return version

    def record(self, named: Named) -> Record:
        """Return the record of the version that a qualifier leads to."""
        version, records = self.version_of(named), self.recorded(named)
        return records.latest if version == LATEST else records.versions[version]
