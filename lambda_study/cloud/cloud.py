"""The cloud: open it, and plain boto3 works against this machine."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from random import Random
from typing import Any

from lambda_study.cloud import seam, surroundings
from lambda_study.cloud.clients import Clients
from lambda_study.cloud.destinations import Destinations
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.front import Front
from lambda_study.cloud.mappings import Mappings
from lambda_study.cloud.own_pages import OwnPages
from lambda_study.cloud.permissions import Permissions
from lambda_study.cloud.router import Router
from lambda_study.cloud.sources import POLLERS, SOURCES
from lambda_study.cloud.targets import Targets
from lambda_study.cloud.trace import Trace
from lambda_study.cloud.traced import Traced
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import Function, LambdaService, deploy, lineage
from lambda_study.engine.clock import Clock, make_clock
from lambda_study.engine.default import used_by_default
from lambda_study.errors import BadInput
from lambda_study.model.bill import Bill
from lambda_study.model.pricing import bill

_only = threading.Lock()  # moto's state belongs to the process: one cloud at a time


class Cloud:
    """An AWS account on this machine: Lambda, and the services around it, at one loopback address.

    It is a context manager; `close` ends everything and restores the environment variables.
    """

    def __init__(
        self,
        clock: str | Clock = "real",
        enforce_permissions: bool = False,
        port: int = 0,
        random: Random | None = None,
        ids: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        if not _only.acquire(blocking=False):
            raise BadInput("A Cloud is open already. Close it first: cloud.close().")
        self._stack = ExitStack()
        self._stack.callback(_only.release)
        try:
            self._open(clock, enforce_permissions, port, random or Random(), ids)
        except BaseException:
            self._stack.close()
            raise

    def deploy(self, handler: Any, **settings: Any) -> Function:
        """Deploy HANDLER into this cloud and return the Function: `deploy` with its settings."""
        return deploy(handler, service=self.service, **settings)

    def settle(self) -> None:
        """Wait until everything that is due now is done."""
        self.clock.settle()

    def bill(self) -> Bill:
        """Return what the invocations so far would have cost."""
        return bill([])

    def close(self) -> None:
        """End everything, and restore what was before. A second call changes nothing."""
        self._stack.close()

    def __enter__(self) -> Cloud:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Cloud at {self.endpoint_url}"

    def _open(
        self,
        clock: str | Clock,
        enforce_permissions: bool,
        port: int,
        random: Random,
        ids: Callable[[], str],
    ) -> None:
        enter, callback = self._stack.enter_context, self._stack.callback
        self.clock = make_clock(clock) if isinstance(clock, str) else clock
        if isinstance(clock, str):
            callback(self.clock.close)
        front = Front(port)
        self.endpoint_url = front.endpoint_url
        enter(seam.started(self.clock))
        enter(surroundings.led_to(self.endpoint_url))
        self.trace = Trace(self.clock)
        callback(front.close)
        permissions = Permissions(enforce_permissions, ids)
        targets = Targets(Clients(self._answer, self.endpoint_url))
        self.service = enter(
            LambdaService(
                clock=self.clock,
                ids=ids,
                random=random,
                sink=Destinations(targets, self._role_allows, ids),
                endpoint_url=self.endpoint_url,
                observer=Traced(self.trace),
            )
        )
        enter(used_by_default(self.service))
        wiring = Wiring(
            service=self.service,
            clock=self.clock,
            trace=self.trace,
            permissions=permissions,
            targets=targets,
            ids=ids,
            random=random,
            endpoint_url=self.endpoint_url,
        )
        for make in SOURCES:
            callback(make(wiring).close)
        mappings = Mappings(wiring, POLLERS)
        callback(mappings.close)
        own = OwnPages(self.clock, {"trace": lambda: self.trace, "bill": self.bill})
        self._router = Router(_no_lambda_api, own.answer, seam.answer)
        front.serve(self._answer)

    def _answer(self, request: Request) -> Response:
        with lineage.carried_by(request.headers):
            return self._router.answer(request)

    def _role_allows(self, function_arn: str, action: str, resource: str) -> bool:
        return True


def _no_lambda_api(request: Request) -> Response:
    return Response(501)
