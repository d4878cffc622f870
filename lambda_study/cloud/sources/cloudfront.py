"""CloudFront: distributions in front of buckets, and functions at their edge.

One request passes four points: viewer request, the cache, origin request, the bucket, origin response, the
cache again, viewer response. A hit in the cache skips the three in the middle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from lambda_study.cloud import seam
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.requests import service_of
from lambda_study.cloud.seam import cloudfront as distributions
from lambda_study.cloud.seam.cloudfront import Association, Behavior, Distribution
from lambda_study.cloud.sources import edge_event as events
from lambda_study.cloud.sources import edge_rules as rules
from lambda_study.cloud.sources.api_calls import Calls
from lambda_study.cloud.sources.edge_cache import EdgeCache, key_of, ttl_of
from lambda_study.cloud.sources.edge_event import InvalidResult, Values
from lambda_study.cloud.wiring import Wiring, function_of
from lambda_study.engine import ServiceError

_PATH = re.compile(r"/_aws/cloudfront/([^/]+)(/.*)?")
_BUCKET = re.compile(r"(.+?)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")
_READING = ("GET", "HEAD", "OPTIONS")
_VIEWER = "127.0.0.1"
_CREDENTIAL = "AWS4-HMAC-SHA256 Credential=cloudfront/20261123/us-east-1/s3/aws4_request"
_SIGNED = {"host": "127.0.0.1", "authorization": f"{_CREDENTIAL}, SignedHeaders=host, Signature=0"}
_FROM_BUCKET = {
    name.lower(): name
    for name in (
        "Cache-Control",
        "Content-Encoding",
        "Content-Language",
        "Content-Type",
        "ETag",
        "Last-Modified",
    )
}
Answer = Callable[[Request], Response]


class Failed(Exception):
    """A viewer gets this error of CloudFront itself."""

    def __init__(self, status: int, what: str, text: str) -> None:
        super().__init__(text)
        self.status, self.what = status, what


class CloudFront:
    """Distributions with origins in S3, their cache, and their functions. ANSWER is moto's.

    Unlike AWS: a distribution is at a path of this machine, is there at once, and runs its functions here, in
    the one Region, by HTTP and not by HTTPS. Policies of buckets are not asked, and nothing can be written
    into a bucket through a distribution. Origins that are no buckets are not modelled. Who asks for a range
    gets the whole object. In a browser a link that begins with / leads out of that path.
    """

    def __init__(self, wiring: Wiring, answer: Answer) -> None:
        self._wiring = wiring
        self._moto = answer
        self._calls = Calls(wiring)
        self._cache = EdgeCache()
        self._stack = ExitStack()
        self._begun = False

    def configure(self, request: Request) -> Response:
        """Return the answer to a request of the account; for a distribution, mended."""
        if service_of(request) == "cloudfront":
            with seam.lock:
                if not self._begun:
                    self._begun = True
                    self._stack.enter_context(distributions.told_to(self))
        return self._moto(request)

    def answer(self, request: Request) -> Response:
        """Return what a viewer gets who asks a distribution."""
        found = _PATH.fullmatch(request.path)
        distribution = distributions.distribution(found[1]) if found else None
        if found is None or distribution is None or not distribution.enabled:
            return Response(404, {"Content-Type": "text/plain"}, b"There is no such distribution.\n")
        visit = _Visit(self._wiring, self._calls, self._cache, distribution, self._fetch)
        return visit.answer(request, found[2] or "/")

    def close(self) -> None:
        """Take the patches of moto out again."""
        self._stack.close()

    # -- asked and told by the seam

    def check(self, association: Association) -> None:
        """Raise AWS's error for a function that may not stand at the edge."""
        name, qualifier = function_of(association.function_arn)
        reason = rules.reason_against_region(association)
        if not reason:
            try:
                revision = self._wiring.service.deployed(name).target(qualifier).pool.revision
            except ServiceError as error:
                raise _not_associated(error.message) from None
            reason = next(rules.reasons_against(association, revision.configuration), "")
            reason = reason or rules.reason_against_size(association, revision.package)
        if reason:
            raise _not_associated(reason)

    def invalidated(self, distribution_id: str, paths: tuple[str, ...]) -> None:
        """Forget what is kept under PATHS."""
        self._cache.forget(distribution_id, paths)

    def _fetch(self, asked: Mapping[str, object], method: str, uri: str, query: str) -> Response:
        """Return what the bucket of an origin answers."""
        bucket = _BUCKET.fullmatch(str(asked.get("domainName", "")))
        if bucket is None:
            raise Failed(502, "Error", "Only buckets are modelled as origins.")
        if method not in _READING:
            text = f"Here a distribution asks its bucket by {', '.join(_READING)} only, not by {method}."
            raise Failed(405, "Error", text)
        path = f"/{bucket[1]}{asked.get('path') or ''}{quote(unquote(uri), safe='/')}"
        return seam.answer(Request(method, path, query, _SIGNED))


@dataclass(frozen=True)
class _Visit:
    """One request of a viewer, on its way."""

    wiring: Wiring
    calls: Calls
    cache: EdgeCache
    distribution: Distribution
    fetch: Callable[[Mapping[str, object], str, str, str], Response]

    def answer(self, request: Request, path: str) -> Response:
        behavior = self.distribution.behavior_for(path)
        try:
            if request.method not in behavior.methods:
                raise Failed(403, "Error", f"This distribution is not configured to allow {request.method}.")
            response, seen = self._answer(request, path, behavior)
        except InvalidResult as error:
            response, seen = _error(Failed(502, "LambdaValidationError", str(error)))
        except Failed as error:
            response, seen = _error(error)
        detail = f"{request.method} {path} {response.status} {seen}"
        self.wiring.trace.add("delivery", source=self.distribution.arn, target="viewer", detail=detail)
        return replace(response, headers={**response.headers, "X-Cache": f"{seen} from cloudfront"})

    def _answer(self, asked: Request, path: str, behavior: Behavior) -> tuple[Response, str]:
        request_id = self.wiring.ids()
        request, generated = self._request_event(
            behavior, "viewer-request", request_id, self._seen(asked, path), asked
        )
        if generated is not None:
            return _to_viewer(generated, events.content_of(generated)), "LambdaGeneratedResponse"
        response, body, seen = self._cached_or_fetched(behavior, request_id, request, asked)
        if int(response["status"]) < 400 and "viewer-response" in behavior.functions:
            content = {"request": request, "response": _without_body(response)}
            result = self._run(behavior, "viewer-response", request_id, content, str(request["uri"]))
            changed = events.response_from(result, "viewer-response", response)
            response, body = changed, events.content_of(changed) if "body" in changed else body
        return _to_viewer(response, body), seen

    def _cached_or_fetched(
        self, behavior: Behavior, request_id: str, request: Values, asked: Request
    ) -> tuple[Values, bytes, str]:
        """Return a response, its body, and how it was come by."""
        now = self.wiring.clock.now()
        plain = {name.lower(): value for name, value in events.plain_headers(request["headers"]).items()}
        uri = str(request["uri"])
        key = key_of(self.distribution.id, behavior, uri, str(request["querystring"]), plain)
        reads = request["method"] in ("GET", "HEAD")
        if reads and (kept := self.cache.get((*key, request["method"]), now)):
            headers = {**kept.headers, "Age": str(int((now - kept.at).total_seconds()))}
            return _response(kept.status, headers), kept.body, "Hit"
        response, body, seen = self._from_origin(behavior, request_id, request, asked)
        headers = events.plain_headers(response["headers"])
        if reads:
            lower = {name.lower(): value for name, value in headers.items()}
            ttl_s = ttl_of(behavior, int(response["status"]), lower)
            self.cache.put((*key, request["method"]), now, ttl_s, int(response["status"]), headers, body)
        return response, body, "Error" if int(response["status"]) >= 400 else seen

    def _from_origin(
        self, behavior: Behavior, request_id: str, request: Values, asked: Request
    ) -> tuple[Values, bytes, str]:
        host = events.headers_of({"Host": behavior.origin.domain})
        forwarded = {
            **request,
            "headers": {**self._forwarded(behavior, request), **host},
            "querystring": request["querystring"] if behavior.forwards_query else "",
            "origin": events.origin_of(behavior.origin),
        }
        to_origin, generated = self._request_event(behavior, "origin-request", request_id, forwarded, asked)
        if generated is not None:
            return generated, events.content_of(generated), "LambdaGeneratedResponse"
        origin = (to_origin.get("origin") or {}).get("s3") or {}
        got = self.fetch(origin, asked.method, str(to_origin["uri"]), str(to_origin["querystring"]))
        response, body = _response(got.status, _kept_headers(got.headers)), got.body
        if "origin-response" in behavior.functions:
            content = {"request": to_origin, "response": _without_body(response)}
            result = self._run(behavior, "origin-response", request_id, content, str(request["uri"]))
            response = events.response_from(result, "origin-response", response)
            body = events.content_of(response) if "body" in response else body
        return response, body, "Miss"

    def _request_event(
        self, behavior: Behavior, event: str, request_id: str, request: Values, asked: Request
    ) -> tuple[Values, Values | None]:
        """Return the request as the function of EVENT leaves it, and the response if it generates one."""
        function = behavior.functions.get(event)
        if function is None:
            return request, None
        shown = {**request, "body": events.body_of(asked.body, event)} if function.include_body else request
        result = self._run(behavior, event, request_id, {"request": shown}, str(request["uri"]))
        if isinstance(result, dict) and "status" in result:
            return request, events.response_from(result, event)
        return events.request_from(result, request), None

    def _run(
        self, behavior: Behavior, event: str, request_id: str, content: Mapping[str, object], uri: str
    ) -> object:
        arn = behavior.functions[event].function_arn
        told = events.event_of(self.distribution, event, request_id, content)
        try:
            invocation = self.calls.invoke(arn, told, self.distribution.arn, f"{event} {uri}")
        except ServiceError as error:
            what = "LambdaLimitExceeded" if error.status == 429 else "LambdaExecutionError"
            raise Failed(503, what, str(error)) from None
        if not invocation.ok:
            raise Failed(503, "LambdaExecutionError", "The Lambda function has failed. See its log.")
        return invocation.payload

    def _seen(self, asked: Request, path: str) -> Values:
        """The request as a viewer request shows it."""
        uri = f"/{self.distribution.root}" if path == "/" and self.distribution.root else path
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in _HIDDEN}
        return {
            "clientIp": _VIEWER,
            "headers": {
                **events.headers_of(headers),
                **events.headers_of({"Host": self.distribution.domain}),
            },
            "method": asked.method,
            "querystring": asked.query,
            "uri": uri,
        }

    def _forwarded(self, behavior: Behavior, request: Values) -> Values:
        """The headers that go on to the origin: those that are asked for, and what CloudFront adds."""
        wanted = {name.lower() for name in behavior.headers}
        kept = {name: value for name, value in request["headers"].items() if name in wanted}
        added = {"X-Forwarded-For": _VIEWER, "User-Agent": "Amazon CloudFront", "Via": "1.1 cloudfront.net"}
        return {**events.headers_of(added), **kept}


_OF_THE_CONNECTION = ("content-length", "transfer-encoding")
_HIDDEN = ("connection", "content-length", "authorization", "x-amz-date", "x-amzn-trace-id")


def _response(status: int, headers: Mapping[str, str]) -> Values:
    shown = {"status": str(status), "headers": events.headers_of(headers)}
    return events.response_from(shown, "origin-response", shown)


def _without_body(response: Values) -> Values:
    """A response as a function sees it: without what it says."""
    return {name: response[name] for name in ("status", "statusDescription", "headers")}


def _kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an object that go on to the viewer, with names as they are usually written."""
    lower = {name.lower(): value for name, value in headers.items()}
    known = {_FROM_BUCKET[name]: value for name, value in lower.items() if name in _FROM_BUCKET}
    meta = {name: value for name, value in lower.items() if name.startswith("x-amz-meta-")}
    return {**known, **meta, "Server": "AmazonS3"}


def _to_viewer(response: Values, body: bytes) -> Response:
    """The response with its own length, whatever a function says of it."""
    headers = events.plain_headers(response["headers"])
    told = {name: value for name, value in headers.items() if name.lower() not in _OF_THE_CONNECTION}
    return Response(int(response["status"]), told, body)


def _error(error: Failed) -> tuple[Response, str]:
    text = f"{error.status} ERROR: {error}\n".encode()
    return Response(error.status, {"Content-Type": "text/plain; charset=utf-8"}, text), error.what


def _not_associated(reason: str) -> ServiceError:
    return ServiceError(400, "InvalidLambdaFunctionAssociation", reason)
