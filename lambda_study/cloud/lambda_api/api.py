"""Lambda's own API: a request goes in, the answer of Lambda comes out."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.function_url_configs import FunctionUrlConfigs
from lambda_study.cloud.lambda_api import (
    account,
    aliases,
    concurrency,
    downloads,
    event_invoke,
    event_source_mappings,
    function_urls,
    functions,
    invocations,
    layer_versions,
    operations,
    resource_policies,
    tags,
    versions,
)
from lambda_study.cloud.lambda_api.control_plane import ControlPlane, FetchObject, Given
from lambda_study.cloud.lambda_api.errors import not_modelled
from lambda_study.cloud.lambda_api.layers import Layers
from lambda_study.cloud.lambda_api.names import named_by
from lambda_study.cloud.lambda_api.reading import read
from lambda_study.cloud.lambda_api.records import Records
from lambda_study.cloud.lambda_api.validation import validate
from lambda_study.cloud.lambda_api.writing import write, write_error
from lambda_study.cloud.mappings import Mappings
from lambda_study.cloud.permissions import Permissions
from lambda_study.engine import LambdaService, ServiceError
from lambda_study.engine.clock import Clock
from lambda_study.engine.errors import Refused
from lambda_study.errors import BadInput, OneLineError

Operation = Callable[[ControlPlane, Given], Mapping[str, Any]]

REQUEST_ID = "x-amzn-RequestId"
_LARGEST_REQUEST = 70_167_211  # AWS names this bound in the error text itself
# These wait for handlers, and a handler may call this API.
_RUN_HANDLERS: Mapping[str, Operation] = {
    **invocations.OPERATIONS,
    "PutProvisionedConcurrencyConfig": concurrency.put_provisioned_concurrency_config,
}
OPERATIONS: Mapping[str, Operation] = {
    **functions.OPERATIONS,
    **function_urls.OPERATIONS,
    **versions.OPERATIONS,
    **aliases.OPERATIONS,
    **concurrency.OPERATIONS,
    **event_invoke.OPERATIONS,
    **event_source_mappings.OPERATIONS,
    **resource_policies.OPERATIONS,
    **layer_versions.OPERATIONS,
    **tags.OPERATIONS,
    **account.OPERATIONS,
    **_RUN_HANDLERS,
}
"""What is modelled, by AWS's names. All other operations are refused by name."""


def no_object(bucket: str, key: str, version: str | None) -> bytes:
    """Refuse an object: without a cloud there is no S3."""
    raise ServiceError(404, "NoSuchBucket", "The specified bucket does not exist")


class LambdaApi:
    """Answers requests to Lambda for the functions of SERVICE, those that `deploy` made too.

    FETCH_OBJECT returns an object of S3 by bucket, key and version. ENDPOINT_URL is where requests come in.
    """

    def __init__(
        self,
        service: LambdaService,
        permissions: Permissions,
        mappings: Mappings,
        clock: Clock,
        ids: Callable[[], str] = lambda: str(uuid.uuid4()),
        fetch_object: FetchObject = no_object,
        endpoint_url: str = "",
        urls: FunctionUrlConfigs | None = None,
    ) -> None:
        self._ids = ids
        self._lock = threading.RLock()
        self._plane = ControlPlane(
            service=service,
            permissions=permissions,
            mappings=mappings,
            clock=clock,
            ids=ids,
            fetch_object=fetch_object,
            records=Records(clock, ids),
            layers=Layers(service.new_folder),
            endpoint_url=endpoint_url,
            urls=urls or FunctionUrlConfigs(),
        )

    def answer(self, request: Request) -> Response:
        """Return Lambda's answer to REQUEST; an error is an answer too."""
        try:
            response = self._answer(request)
        except OneLineError as error:
            response = write_error(_told(error))
        if REQUEST_ID in response.headers:
            return response
        return replace(response, headers={**response.headers, REQUEST_ID: self._ids()})

    def role_of(self, function_arn: str) -> str:
        """Return the ARN of a function's execution role; AWS's error if there is no such function."""
        return self._plane.record(named_by(function_arn)).role

    def _answer(self, request: Request) -> Response:
        call = operations.find(request)
        if call is None and (archive := downloads.download(self._plane, request)) is not None:
            return archive
        if call is None:
            raise ServiceError(404, "UnknownOperationException", f"{request.method} {request.path}")
        name = call.operation.name
        if name not in OPERATIONS:
            raise not_modelled(name)
        if len(request.body) > _LARGEST_REQUEST:
            text = f"Request must be smaller than {_LARGEST_REQUEST} bytes for the {name} operation"
            raise ServiceError(413, "RequestEntityTooLargeException", text)
        given = read(call, request)
        validate(call.operation.input_shape, given)
        with nullcontext() if name in _RUN_HANDLERS else self._lock:
            result = OPERATIONS[name](self._plane, given)
        response = write(call.operation, result)
        if "RequestId" not in result:
            return response
        return replace(response, headers={**response.headers, REQUEST_ID: result["RequestId"]})


def _told(error: OneLineError) -> ServiceError:
    """Return what Lambda answers to ERROR: to a Refused AWS's own words, to other bad input its one line."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, Refused):
        return error.error
    if isinstance(error, BadInput):
        return ServiceError(400, "InvalidParameterValueException", str(error))
    return ServiceError(500, "ServiceException", str(error))
