"""The operations of Lambda's API as botocore's service model describes them: which request calls which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from botocore.loaders import Loader
from botocore.model import ServiceModel

from lambda_study.cloud.exchange import Request

SERVICE = "lambda"
_LABEL = re.compile(r"\{(\w+)\+?\}")


class Route(NamedTuple):
    """How requests for one OPERATION look: the method, the path with its labels, fixed query parameters."""

    operation: Any
    method: str
    path: re.Pattern[str]
    fixed: tuple[tuple[str, str], ...]


class Call(NamedTuple):
    """A request that calls OPERATION, with the LABELS of its path."""

    operation: Any
    labels: dict[str, str]


def find(request: Request) -> Call | None:
    """Return what REQUEST calls; None if no operation of Lambda looks like it.

    >>> call = find(Request("GET", "/2015-03-31/functions/resize/configuration"))
    >>> call.operation.name, call.labels
    ('GetFunctionConfiguration', {'FunctionName': 'resize'})
    """
    path, given = request.path.rstrip("/"), request.parameters
    for route in _routes():
        found = route.path.fullmatch(path) if route.method == request.method else None
        if found and all(given.get(name) == [value] for name, value in route.fixed):
            return Call(route.operation, {name: unquote(text) for name, text in found.groupdict().items()})
    return None


@cache
def service_model() -> Any:
    """Return botocore's model of Lambda, from the package that is installed."""
    return ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)


@cache
def _routes() -> tuple[Route, ...]:
    """All operations, those with fixed query parameters first."""
    return tuple(sorted(_all_routes(), key=lambda route: -len(route.fixed)))


def _all_routes() -> Iterator[Route]:
    model = service_model()
    for name in model.operation_names:
        operation = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        pattern = _LABEL.sub(r"(?P<\1>[^/]+)", path.rstrip("/"))
        yield Route(operation, operation.http["method"], re.compile(pattern), tuple(parse_qsl(query)))
