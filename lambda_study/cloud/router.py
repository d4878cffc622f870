"""Who answers a request: Lambda's own API, the cloud's own pages, or moto."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from types import MappingProxyType

from lambda_study.cloud.authorization import Guard, Unguarded
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.not_modelled import failed, not_modelled
from lambda_study.cloud.requests import service_of
from lambda_study.cloud.usage import Usage

Answer = Callable[[Request], Response]
OWN_PATH = "/_lambda-study/"
DEBUG = "LAMBDA_STUDY_DEBUG"  # set, it shows where moto has failed
# moto would make such a function in a Lambda of its own, where nothing of ours finds it.
_FUNCTION_IN_A_TEMPLATE = re.compile(rb"AWS(::|%3A%3A)(Lambda|Serverless)")


class Router:
    """Sends a request to who answers it: LAMBDA_API, OWN pages, or MOTO. USAGE counts those that succeed.

    ADDRESSES are those of the account's own APIs: who answers, by the beginning of the path. Web pages may
    ask them, as they are made for that. GUARD stands before Lambda and all other services.
    """

    def __init__(
        self,
        lambda_api: Answer,
        own: Answer,
        moto: Answer,
        usage: Usage,
        addresses: Mapping[str, Answer] = MappingProxyType({}),
        guard: Guard | None = None,
    ) -> None:
        self._lambda_api = lambda_api
        self._own = own
        self._moto = moto
        self._usage = usage
        self._addresses = addresses
        self._guard = guard or Unguarded()

    def answer(self, request: Request) -> Response:
        """Return the answer to REQUEST."""
        for prefix, answer in self._addresses.items():
            if request.path.startswith(prefix):
                return answer(request)
        is_own = request.path.startswith(OWN_PATH)
        service = service_of(request)
        if is_own or service == "lambda":
            if _is_of_a_web_page(request):
                return Response(403, body=b"Web pages may not ask for this.\n")
            return self._own(request) if is_own else self._guard.answer(request, service, self._lambda_api)
        response = self._guard.answer(request, service, lambda request: self._of_moto(request, service))
        if response.status < 400:
            self._usage.count(request, service)
        return response

    def _of_moto(self, request: Request, service: str) -> Response:
        if service == "cloudformation" and _FUNCTION_IN_A_TEMPLATE.search(request.body):
            return not_modelled(request, "Make functions by deploy, or by the API of Lambda.")
        try:
            return self._moto(request)
        except (NotImplementedError, ImportError):
            return not_modelled(request)
        except Exception as error:  # of the learner, of moto or of ours: the client is told in one line
            if isinstance(error.__context__, KeyboardInterrupt):
                raise error.__context__ from None  # moto stumbled over it
            _tell(error)
            return failed(request, error)


def _tell(error: Exception) -> None:
    """Print ERROR, unless it is of a value that the client is told of."""
    if os.environ.get(DEBUG):
        traceback.print_exc()
    elif not isinstance(error, ValueError):
        print(f"{type(error).__name__}: {error} ({DEBUG}=1 shows where)", file=sys.stderr)


def _is_of_a_web_page(request: Request) -> bool:
    """Whether a browser sends REQUEST for a page: any page could, and a function is code that runs here."""
    return "origin" in request.headers
