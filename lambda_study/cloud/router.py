"""Who answers a request: Lambda's own API, the cloud's own pages, or moto."""

from __future__ import annotations

from collections.abc import Callable

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.requests import service_of
from lambda_study.cloud.usage import Usage

Answer = Callable[[Request], Response]
OWN_PATH = "/_lambda-study/"


class Router:
    """Sends a request to who answers it: LAMBDA_API, OWN pages, or MOTO. It counts them in USAGE."""

    def __init__(self, lambda_api: Answer, own: Answer, moto: Answer, usage: Usage) -> None:
        self._lambda_api = lambda_api
        self._own = own
        self._moto = moto
        self._usage = usage

    def answer(self, request: Request) -> Response:
        """Return the answer to REQUEST."""
        if request.path.startswith(OWN_PATH):
            return self._own(request)
        service = service_of(request)
        if service == "lambda":
            return self._lambda_api(request)
        self._usage.count(request, service)
        return self._moto(request)
