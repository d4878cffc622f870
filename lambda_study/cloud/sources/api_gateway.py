"""API Gateway: its APIs at one path of the cloud's address, and moto corrected once they are configured."""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Callable
from contextlib import ExitStack
from copy import copy
from dataclasses import replace
from random import Random
from urllib.parse import unquote, urlsplit

from lambda_study.cloud.addresses import EXECUTE_API, api_url
from lambda_study.cloud.api_configuration import DEFAULT
from lambda_study.cloud.api_request import SOURCE_IP, ApiRequest
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.requests import service_of
from lambda_study.cloud.sources.api_authorizers import Authorizers
from lambda_study.cloud.sources.api_calls import Calls
from lambda_study.cloud.sources.api_responses import own_answer
from lambda_study.cloud.sources.http_api import HttpApi
from lambda_study.cloud.sources.rest_api import RestApi
from lambda_study.cloud.sources.throttling import Throttles
from lambda_study.cloud.wiring import Wiring

_TRACE = "X-Amzn-Trace-Id"
# FlushStageAuthorizersCache of a REST API, ResetAuthorizersCache of an HTTP API
_FLUSH = re.compile(r"/(restapis|v2/apis)/([^/]+)/stages/([^/]+)/cache/authorizers")


class ApiGateway:
    """Answers requests to APIs, and lets MOTO answer those that configure them.

    moto's API Gateway takes longer to load than a cloud to open: so it is loaded by who asks for it. COUNT is
    told of each request, "rest" or "http", for the bill.

    Unlike AWS: an API answers at a path of this machine, by http, and the Host header names that.
    """

    def __init__(
        self, wiring: Wiring, moto: Callable[[Request], Response], count: Callable[[str], None]
    ) -> None:
        self._wiring = wiring
        self._moto = moto
        self._count = count
        calls = Calls(wiring)
        self._authorizers = Authorizers(wiring, calls)
        parts = (wiring, calls, self._authorizers, Throttles())
        self._rest, self._http = RestApi(*parts), HttpApi(*parts)
        self._received = Received(wiring)
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._begun = False

    def close(self) -> None:
        """Take the patches out again."""
        self._stack.close()

    def configure(self, request: Request) -> Response:
        """Return moto's answer to REQUEST, to whatever service."""
        service = service_of(request)
        if service in ("apigateway", "cloudformation"):
            self._begin()
        own = self._changed(request) if service == "apigateway" else None
        return own or self._moto(request)

    def answer(self, request: Request) -> Response:
        """Return the answer of an API to REQUEST."""
        api_id, path = split_path(request.path, EXECUTE_API)
        if not self._begun:
            return _no_api()
        from lambda_study.cloud.seam import apigateway, apigatewayv2

        stage, behind = split_path(path, "/")
        if apigateway.is_rest(api_id):
            self._count("rest")
            sent = self._received.of(request, behind)
            return _identified(sent, self._rest.answer(sent, apigateway.rest_stage(api_id, stage)))
        if not apigatewayv2.is_http(api_id):
            return _no_api()
        self._count("http")
        named = apigatewayv2.http_stage(api_id, stage)
        sent = self._received.of(request, behind if named else path)
        found = named or apigatewayv2.http_stage(api_id, DEFAULT)
        return _identified(sent, self._http.answer(sent, found))

    def _changed(self, request: Request) -> Response | None:
        """Return the answer to what moto does not know of APIs; None for all else."""
        from lambda_study.cloud.seam import apigateway, apigatewayv2

        flushed = _FLUSH.fullmatch(request.path) if request.method == "DELETE" else None
        if flushed is None:
            return apigatewayv2.answer(request)
        kind, api_id, stage = flushed[1], unquote(flushed[2]), unquote(flushed[3])
        of_rest = kind == "restapis"
        if not (apigateway.rest_stage if of_rest else apigatewayv2.http_stage)(api_id, stage):
            return own_answer(404, "Invalid stage identifier specified", "NotFoundException")
        self._authorizers.forget(api_id, stage)
        return Response(202 if of_rest else 204, {})

    def _begin(self) -> None:
        with self._lock:
            if self._begun:
                return
            _load_grammar()
            from lambda_study.cloud.seam import apigateway, apigatewayv2

            endpoint_url = self._wiring.endpoint_url
            self._stack.enter_context(apigateway.corrected())
            self._stack.enter_context(apigatewayv2.corrected(lambda api_id: api_url(endpoint_url, api_id)))
            self._begun = True


class Received:
    """Makes of what a client has sent what AWS hands on: with an id, a time and the headers that it adds."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._random = Random(copy(wiring.random).getrandbits(64))
        self._port = str(urlsplit(wiring.endpoint_url).port)

    def of(self, request: Request, path: str) -> ApiRequest:
        """Return REQUEST to PATH of an API."""
        at = self._wiring.clock.now()
        trace_id = (
            request.header(_TRACE) or f"Root=1-{int(at.timestamp()):08x}-{self._random.getrandbits(96):024x}"
        )
        added = (
            (_TRACE, trace_id),
            ("X-Forwarded-For", SOURCE_IP),
            ("X-Forwarded-Port", self._port),
            ("X-Forwarded-Proto", "http"),
        )
        names = {name.lower() for name, _ in added} | {"connection"}  # that is between two machines
        lines = tuple(
            each for each in request.lines or request.headers.items() if each[0].lower() not in names
        )
        request_id = self._wiring.ids()
        return ApiRequest(
            request_id, at, request.method, path, request.query, (*lines, *added), request.body, trace_id
        )


def split_path(path: str, prefix: str) -> tuple[str, str]:
    """Return the first part of PATH behind PREFIX, and the rest, which begins with a slash.

    >>> split_path("/_aws/execute-api/abc/prod/photos", "/_aws/execute-api/")
    ('abc', '/prod/photos')
    >>> split_path("/prod", "/")
    ('prod', '/')
    """
    first, _, rest = path.removeprefix(prefix).partition("/")
    return first, f"/{rest}"


def _identified(sent: ApiRequest, response: Response) -> Response:
    own = {"x-amzn-RequestId": sent.id, _TRACE: sent.trace_id}
    return replace(response, headers={**response.headers, **own})


def _no_api() -> Response:
    # Unlike AWS: there an API that is not there has no address.
    return own_answer(403, "Forbidden", "ForbiddenException")


def _load_grammar() -> None:
    """Import what moto checks API specifications with, on a thread of its own, whose stack is short.

    It compiles a large grammar. Deep in the stack of a request Python 3.11 takes six times as long for it.
    """
    loading = threading.Thread(target=importlib.import_module, args=["openapi_spec_validator"])
    loading.start()
    loading.join()
