"""The cloud: open it, and plain boto3 works against this machine."""

from __future__ import annotations

import atexit
import threading
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from copy import copy
from random import Random
from typing import Any

from lambda_study.cloud import seam, short_errors, surroundings
from lambda_study.cloud.addresses import CLOUDFRONT, EXECUTE_API, LAMBDA_URL
from lambda_study.cloud.authorization import Authorization
from lambda_study.cloud.clients import Clients
from lambda_study.cloud.destinations import Destinations
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.front import Front
from lambda_study.cloud.function_url_configs import FunctionUrlConfigs
from lambda_study.cloud.lambda_api import LambdaApi
from lambda_study.cloud.long_polling import LongPolling
from lambda_study.cloud.mappings import Mappings
from lambda_study.cloud.objects import Objects
from lambda_study.cloud.own_pages import OwnPages
from lambda_study.cloud.permissions import Permissions
from lambda_study.cloud.router import Router
from lambda_study.cloud.seam import sqs as queues
from lambda_study.cloud.seam import sqs_waiting
from lambda_study.cloud.seam.iam import AwsPolicies
from lambda_study.cloud.seam.s3 import owner_of
from lambda_study.cloud.sources import POLLERS, SOURCES
from lambda_study.cloud.sources.api_gateway import ApiGateway
from lambda_study.cloud.sources.cloudfront import CloudFront
from lambda_study.cloud.sources.codedeploy import CodeDeploy
from lambda_study.cloud.sources.cognito import Cognito
from lambda_study.cloud.sources.function_urls import FunctionUrls
from lambda_study.cloud.sources.secrets import Secrets
from lambda_study.cloud.targets import Targets
from lambda_study.cloud.trace import Trace
from lambda_study.cloud.traced import Traced
from lambda_study.cloud.usage import Usage, log_bytes
from lambda_study.cloud.wiring import Wiring, function_of
from lambda_study.engine import Function, Invocation, LambdaService, deploy, lineage
from lambda_study.engine.clock import Clock, make_clock
from lambda_study.engine.default import used_by_default
from lambda_study.engine.observer import Observers
from lambda_study.engine.service import CONCURRENCY_LIMIT
from lambda_study.errors import BadInput
from lambda_study.model.bill import Bill
from lambda_study.model.pricing import bill

_only = threading.Lock()  # moto's state belongs to the process: one cloud at a time


class Cloud:
    """An AWS account on this machine: Lambda, and the services around it, at one loopback address.

    While it is open, plain boto3 in this process and in handlers leads here, and `deploy` deploys here.
    CLOCK is "real", "manual", "xN" or a Clock; with a manual one everything happens in `clock.advance` and
    in `settle`. With ENFORCE_PERMISSIONS a service that pushes needs a permission of the function, and a
    poller and what the handler asks of other services need the function's role: see `authorization`. PORT 0
    is a free one. RANDOM draws, and IDS makes the ids of requests and messages. CONCURRENCY_LIMIT is the
    account's: no more functions run at once, so a small one keeps a slow machine from a flood of processes.

    It is a context manager; `close` ends everything, and restores the environment variables.

    >>> import boto3
    >>> with Cloud(clock="manual") as cloud:
    ...     bucket = boto3.client("s3").create_bucket(Bucket="photos")
    ...     print([each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]])
    ['photos']

    Unlike AWS: there is one Region, us-east-1, and one account.

    Raises BadInput if a Cloud is open already, for a port that cannot be used, for a RANDOM that cannot draw
    and for a CONCURRENCY_LIMIT below 1.
    """

    def __init__(
        self,
        clock: str | Clock = "real",
        enforce_permissions: bool = False,
        port: int = 0,
        random: Random | None = None,
        ids: Callable[[], str] = lambda: str(uuid.uuid4()),
        concurrency_limit: int = CONCURRENCY_LIMIT,
    ) -> None:
        random = _checked(random or Random(), concurrency_limit)
        if not _only.acquire(blocking=False):
            raise BadInput(
                "A Cloud is open already. Close it first: cloud.close(), or restart the kernel and run "
                "from the top."
            )
        self._stack = ExitStack()
        self._stack.callback(_only.release)
        try:
            self._open_account(clock, port, copy(random).getrandbits(64))
            self._start_service(enforce_permissions, random, ids, concurrency_limit)
            self._connect()
        except BaseException:
            self._stack.close()
            raise
        atexit.register(self.close)
        self._stack.callback(atexit.unregister, self.close)

    @property
    def enforces_permissions(self) -> bool:
        """Whether policies and roles decide what is allowed here."""
        return self._permissions.enforced

    def deploy(self, handler: Any, **settings: Any) -> Function:
        """Deploy HANDLER into this cloud and return the Function; SETTINGS are those of `deploy`."""
        return deploy(handler, service=self.service, **settings)

    def settle(self) -> None:
        """Wait until everything that is due now is done."""
        self.clock.settle()

    def invocations(self, name: str) -> tuple[Invocation, ...]:
        """Return the invocations of the function NAME so far, whoever asked for them, with their logs."""
        return tuple(each for each in self._traced.invocations if each.report.function_name == name)

    def bill(self, free_tier: bool = False) -> Bill:
        """Return what all invocations, their logs, and the requests to other services would have cost."""
        fired = sum(event.source.startswith("scheduler:") for event in self.trace.of("trigger"))
        logged = log_bytes(event for each in self._traced.invocations for event in each.logs)
        neighbours = self._usage.neighbours(scheduled=fired, logged=logged)
        return bill(self._traced.reports, free_tier=free_tier, neighbours=neighbours)

    def close(self) -> None:
        """End everything, and restore what was before. A second call changes nothing."""
        self._stack.close()

    def __enter__(self) -> Cloud:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Cloud at {self.endpoint_url}"

    def _open_account(self, clock: str | Clock, port: int, seed: int) -> None:
        """Begin an empty account, and lead this process to its address, where nobody answers yet."""
        enter, callback = self._stack.enter_context, self._stack.callback
        self.clock = clock if isinstance(clock, Clock) else make_clock(str(clock))
        if self.clock is not clock:
            callback(self.clock.close)
        enter(seam.started(self.clock, seed))
        enter(queues.mended())  # until no request is left: moto's own queues wait while all is locked
        enter(sqs_waiting.noted())
        self._front = Front(port)
        callback(self._front.close)
        self.endpoint_url = self._front.endpoint_url
        enter(surroundings.led_to(self.endpoint_url))
        short_errors.shorten(self.endpoint_url)
        callback(short_errors.lengthen, self.endpoint_url)

    def _start_service(
        self, enforce_permissions: bool, random: Random, ids: Callable[[], str], concurrency_limit: int
    ) -> None:
        """Start Lambda, and wire up what invokes its functions and what they deliver to."""
        enter = self._stack.enter_context
        self.trace = Trace(self.clock)
        self._traced = Traced(self.trace)
        self._permissions = Permissions(enforce_permissions, ids, owner_of)
        self._clients = Clients(self._answer, self.endpoint_url)
        targets = Targets(self._clients)
        self.service = LambdaService(
            clock=self.clock,
            ids=ids,
            random=random,
            concurrency_limit=concurrency_limit,
            sink=Destinations(targets, self._role_allows, ids),
            endpoint_url=self.endpoint_url,
            observer=(observers := Observers(self._traced)),
        )
        enter(self.service)
        enter(used_by_default(self.service))
        self._wiring = Wiring(
            service=self.service,
            clock=self.clock,
            trace=self.trace,
            permissions=self._permissions,
            targets=targets,
            ids=ids,
            random=random,
            endpoint_url=self.endpoint_url,
            role_allows=self._role_allows,
            observers=observers,
        )

    def _connect(self) -> None:
        """Begin to listen to the services around Lambda, and to answer requests."""
        callback = self._stack.callback
        for make in SOURCES:
            callback(make(self._wiring).close)
        mappings = Mappings(self._wiring, POLLERS)
        callback(mappings.close)
        policies = AwsPolicies(seam.answer)
        callback(policies.close)
        self._usage = Usage()
        apis = ApiGateway(self._wiring, policies.answer, self._usage.count_api)
        callback(apis.close)
        polling = LongPolling(apis.configure, self.clock)
        callback(polling.close)
        cognito = Cognito(self._wiring, polling.answer)
        callback(cognito.close)
        secrets = Secrets(self._wiring, cognito.answer)
        callback(secrets.close)
        edge = CloudFront(self._wiring, secrets.answer)
        callback(edge.close)
        releases = CodeDeploy(self._wiring, edge.configure, self._clients)
        callback(releases.close)
        urls = FunctionUrlConfigs()
        self._api = LambdaApi(
            self.service,
            self._permissions,
            mappings,
            self.clock,
            self._wiring.ids,
            Objects(self._clients).read,
            self.endpoint_url,
            urls,
        )
        guard = Authorization(self._permissions, self._api.role_of)
        addresses = {
            EXECUTE_API: apis.answer,
            LAMBDA_URL: FunctionUrls(self._wiring, urls, guard).answer,
            CLOUDFRONT: edge.answer,
        }
        own = OwnPages(self.clock, {"trace": lambda: self.trace, "bill": self.bill})
        self._router = Router(self._api.answer, own.answer, releases.answer, self._usage, addresses, guard)
        self._front.serve(self._answer)
        callback(self._front.refuse)

    def _answer(self, request: Request) -> Response:
        with lineage.carried_by(request.headers):
            return self._router.answer(request)

    def _role_allows(self, function_arn: str, action: str, resource: str) -> bool:
        """Whether the execution role of a function lets Lambda do ACTION for it."""
        if not self._permissions.enforced:
            return True
        role_arn = self._api.role_of(function_of(function_arn)[0])
        return self._permissions.role_allows(role_arn, action, resource)


def _checked(random: Random, concurrency_limit: int) -> Random:
    """Return RANDOM; BadInput if it cannot draw, or for a limit that is none."""
    if not isinstance(random, Random):
        raise BadInput(f"random={random!r} cannot draw. Give a generator, for example random.Random(5).")
    if type(concurrency_limit) is not int or concurrency_limit < 1:
        raise BadInput(f"concurrency_limit={concurrency_limit!r} is no whole number from 1 on. AWS: 1000.")
    return random
