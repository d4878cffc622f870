"""Who answers a request: Lambda's own API, the cloud's own pages, or moto."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qs

from lambda_study.cloud.exchange import Request, Response
from lambda_study.engine.lineage import HEADER, Lineage, carrying

Answer = Callable[[Request], Response]
OWN_PATH = "/_lambda-study/"
# A credential in the header or in a signed URL: KEY/20261123/us-east-1/lambda/aws4_request
_SCOPE = re.compile(r"Credential=[^/,]*/\d{8}/[^/]+/([^/]+)/aws4_request")
_LAMBDA_PATH = re.compile(
    r"/20\d\d-\d\d-\d\d/(functions|event-source-mappings|layers|account-settings|tags|code-signing-configs)"
)


def service_of(request: Request) -> str:
    """Return which service REQUEST is signed for; one without a signature is for Lambda by its path, or S3.

    >>> signed = "AWS4-HMAC-SHA256 Credential=testing/20261123/us-east-1/sqs/aws4_request, Signature=0"
    >>> service_of(Request("POST", "/", headers={"authorization": signed}))
    'sqs'
    >>> service_of(Request("GET", "/2015-03-31/functions/resize"))
    'lambda'
    >>> service_of(Request("GET", "/photos/a.jpg"))
    's3'
    """
    in_url = "".join(parse_qs(request.query).get("X-Amz-Credential", []))
    found = _SCOPE.search(request.headers.get("authorization", "") or f"Credential={in_url}")
    if found:
        return found[1]
    return "lambda" if _LAMBDA_PATH.match(request.path) else "s3"


def operation_of(request: Request, service: str) -> str:
    """Return what REQUEST asks for: the name of the operation, or for S3 the HTTP method."""
    target = request.headers.get("x-amz-target")
    if target:
        return target.rsplit(".", 1)[-1]
    if service != "s3" and request.headers.get("content-type", "").startswith("application/x-www-form"):
        return "".join(parse_qs(request.body.decode("utf-8", "replace")).get("Action", []))
    return request.method


class Router:
    """Sends a request to who answers it: LAMBDA_API, OWN pages, or MOTO. `requests` counts them."""

    def __init__(self, lambda_api: Answer, own: Answer, moto: Answer) -> None:
        self._lambda_api = lambda_api
        self._own = own
        self._moto = moto
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How many requests there were, by service and operation."""
        with self._lock:
            return Counter(self._counts)

    def answer(self, request: Request) -> Response:
        """Return the answer to REQUEST; what it causes belongs to the chain that it comes from."""
        if request.path.startswith(OWN_PATH):
            return self._own(request)
        service = service_of(request)
        with self._lock:
            self._counts[service, operation_of(request, service)] += 1
        answer = self._lambda_api if service == "lambda" else self._moto
        with carrying(Lineage.of(request.headers.get(HEADER, ""))):
            return answer(request)
