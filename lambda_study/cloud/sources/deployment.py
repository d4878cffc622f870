"""One deployment of CodeDeploy: it shifts an alias on the clock, asks its hooks, and looks at alarms."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from lambda_study.cloud.seam import alarms
from lambda_study.cloud.sources.app_spec import AFTER, BEFORE, AppSpec
from lambda_study.cloud.sources.errands import Errands
from lambda_study.cloud.wiring import Result, Wiring
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.model.traffic_shift import TrafficShift

START, ALLOW, END = "Start", "AllowTraffic", "End"
ENDED = ("Succeeded", "Failed", "Stopped")
ON_FAILURE, ON_ALARM, ON_REQUEST = (
    f"DEPLOYMENT_{why}" for why in ("FAILURE", "STOP_ON_ALARM", "STOP_ON_REQUEST")
)
HOOK_WAIT_S = 3600
LOOK_EVERY_S = 10
_ALL = 100


@dataclass(frozen=True, slots=True)
class Order:
    """What a deployment is to do: SPEC by SHIFT, with ALARMS watched, and undone on ROLLBACK_EVENTS."""

    spec: AppSpec
    shift: TrafficShift
    role_arn: str
    alarms: tuple[str, ...] = ()
    rollback_events: tuple[str, ...] = ()


@dataclass(slots=True)
class LifecycleEvent:
    """One step of a deployment as AWS lists it; HOOK_ID is that of the function that is asked."""

    name: str
    status: str = "Pending"
    began: datetime | None = None
    ended: datetime | None = None
    hook_id: str = ""


@dataclass(slots=True)
class State:
    """How far a deployment is."""

    status: str = "Created"
    weight: int = 0
    created: datetime | None = None
    completed: datetime | None = None
    error: dict[str, str] = field(default_factory=dict)
    rollback: dict[str, str] = field(default_factory=dict)


class Deployment:
    """A deployment with its `state` and `events`. UNDO makes the deployment that rolls it back: its id.

    LOCK is that of CodeDeploy: who calls holds it, and what comes by the clock takes it. AWS's events come
    in order: Start, BeforeAllowTraffic, AllowTraffic, AfterAllowTraffic, End. A hook has an hour to tell how
    it went.

    Unlike AWS: alarms are looked at every 10 s, as AWS names no time, and a hook that raises is not tried
    again. What is rolled back goes back at once.
    Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html and
    reference-appspec-file-structure-hooks.html (read 2026-11-23).
    """

    def __init__(
        self,
        deployment_id: str,
        order: Order,
        wiring: Wiring,
        errands: Errands,
        lambda_client: Callable[[], Any],
        lock: threading.RLock,
        undo: Callable[[Deployment], str],
    ) -> None:
        self.id = deployment_id
        self.order = order
        self.state = State(created=errands.now())
        self.events = [LifecycleEvent(name) for name in (START, BEFORE, ALLOW, AFTER, END)]
        self._wiring = wiring
        self._errands = errands
        self._lambda = lambda_client
        self._lock = lock
        self._undo = undo

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state.status in ENDED

    def begin(self) -> None:
        """Check what is to be deployed, and go on to the first hook; it may have been stopped before."""
        self._unless_ended(self._start)

    def _start(self) -> None:
        self._begin_event(START)
        misfit = misfit_of(self.order.spec, self._wiring)
        if misfit:  # nothing was shifted: a rollback would lead the alias to a version that it never had
            self._give_up("Failed", "", "INVALID_LAMBDA_CONFIGURATION", misfit)
            return
        self._end_event(START)
        self._watch()
        self._ask_hook(BEFORE, self._allow_traffic)

    def roll_back(self) -> None:
        """Lead the alias back at once: this deployment undoes another."""
        self._end_event(START)
        for hook in (BEFORE, AFTER):
            self._event(hook).status = "Skipped"
        self._begin_event(ALLOW)
        self._move(_ALL)
        if not self.has_ended:
            self._end_event(ALLOW)
            self._succeed()

    def report(self, hook_id: str, status: str) -> None:
        """Take what a hook tells: its STATUS, Succeeded or Failed."""
        event = next((each for each in self.events if each.hook_id == hook_id and hook_id), None)
        if event is None:
            text = "A lifecycle event hook is invalid."
            raise ServiceError(400, "InvalidLifecycleEventHookExecutionIdException", text)
        if event.status != "InProgress":
            text = "An attempt to return the status of an already completed lifecycle event occurred."
            raise ServiceError(400, "LifecycleEventAlreadyCompletedException", text)
        if status == "Succeeded":
            self._end_event(event.name)
            self._soon(self._allow_traffic if event.name == BEFORE else self._succeed)
        else:
            event.status, event.ended = "Failed", self._errands.now()
            self._soon(lambda: self.fail("HOOK_EXECUTION_FAILURE", f"The hook of {event.name} has failed."))

    def fail(self, code: str, text: str) -> None:
        """End without success, for a reason of AWS's CODE."""
        self._give_up("Failed", ON_FAILURE, code, text)

    def stop(self, rolls_back: bool) -> None:
        """End because somebody wants it; without a rollback the alias stays as it is."""
        self._give_up("Stopped", ON_REQUEST, "MANUAL_STOP", "The deployment was stopped.", rolls_back)

    # -- parts

    def _allow_traffic(self) -> None:
        self._begin_event(ALLOW)
        shift = self.order.shift
        for minute, percent in shift.steps:
            self._in_minutes(minute, partial(self._move, percent))
        self._in_minutes(shift.lasts_minutes, self._allowed)

    def _allowed(self) -> None:
        self._end_event(ALLOW)
        self._ask_hook(AFTER, self._succeed)

    def _succeed(self) -> None:
        self._end_event(END)
        self._end("Succeeded")

    def _in_minutes(self, minutes: int, action: Callable[[], None]) -> None:
        """Do ACTION so much later, at once if that is now, and not any more once this has ended."""
        if not minutes:
            self._unless_ended(action)
        else:
            self._errands.call_in(minutes * 60, lambda: self._unless_ended(action))

    def _soon(self, action: Callable[[], None]) -> None:
        self._errands.call_in(0, lambda: self._unless_ended(action))

    def _unless_ended(self, action: Callable[[], None]) -> None:
        with self._lock:
            if not self.has_ended:
                action()

    def _watch(self) -> None:
        """Stop if an alarm is on; else look again a little later."""
        active = [
            name for name in self.order.alarms if (found := alarms.alarm(name)) and found.state == "ALARM"
        ]
        if active:
            text = (
                "One or more alarms have been activated according to the Amazon CloudWatch metrics you "
                "selected, and the affected deployments have been stopped. Activated alarms: "
                + " ".join(f"<{name}>" for name in active)
            )
            self._give_up("Stopped", ON_ALARM, "ALARM_ACTIVE", text)
        elif self.order.alarms:
            self._errands.call_in(LOOK_EVERY_S, lambda: self._unless_ended(self._watch))

    def _move(self, percent: int) -> None:
        """Send PERCENT of the invocations of the alias to the target version."""
        spec = self.order.spec
        arn = _arn_of(spec.function)
        whole = percent == _ALL
        weights = {} if whole else {spec.target: percent / _ALL}
        try:
            self._wiring.check_role(self.order.role_arn, "lambda:UpdateAlias", arn)
            self._lambda().update_alias(
                FunctionName=spec.function,
                Name=spec.alias,
                FunctionVersion=spec.target if whole else spec.current,
                RoutingConfig={"AdditionalVersionWeights": weights},
            )
        except (ClientError, ServiceError) as error:
            self.fail(
                "IAM_ROLE_PERMISSIONS" if "AccessDenied" in str(error) else "INTERNAL_ERROR", str(error)
            )
            return
        self.state.weight = percent
        detail = f"{percent} % to version {spec.target}"
        self._wiring.trace.add(
            "delivery", source=f"codedeploy:{self.id}", target=f"{spec.function}:{spec.alias}", detail=detail
        )

    def _ask_hook(self, name: str, then: Callable[[], None]) -> None:
        """Run the hook of the lifecycle event NAME, whose report goes on; without one go on at once."""
        if self.has_ended:
            return
        function = self.order.spec.hooks.get(name)
        if function is None:
            self._event(name).status = "Skipped"
            then()
            return
        event = self._begin_event(name)
        event.hook_id = self._wiring.ids()
        asked = {"DeploymentId": self.id, "LifecycleEventHookExecutionId": event.hook_id}
        try:
            self._wiring.check_role(self.order.role_arn, "lambda:InvokeFunction", _arn_of(function))
        except ServiceError as error:
            self.fail("IAM_ROLE_PERMISSIONS", str(error))
            return
        self._errands.call_in(HOOK_WAIT_S, lambda: self._unless_ended(partial(self._miss, event)))
        source = f"codedeploy:{self.id}"
        self._wiring.invoke_in_turn(
            function, asked, partial(self._hook_ran, event), source=source, source_arn=source, detail=name
        )

    def _hook_ran(self, event: LifecycleEvent, result: Result) -> None:
        """End if the hook could not be run at all; one that ran tells for itself."""
        if isinstance(result, ServiceError):
            self._soon(lambda: self.fail("HOOK_EXECUTION_FAILURE", f"{event.name}: {result}"))

    def _miss(self, event: LifecycleEvent) -> None:
        """End if the hook has told nothing in its hour."""
        if event.status == "InProgress":
            self.fail("HOOK_EXECUTION_FAILURE", f"The hook of {event.name} told nothing within an hour.")

    def _give_up(self, status: str, why: str, code: str, text: str, rolls_back: bool = False) -> None:
        if self.has_ended:
            return
        self.state.error = {"code": code, "message": text}
        for event in self.events:
            if event.status in ("Pending", "InProgress"):
                event.status = "Failed" if event.status == "InProgress" else "Skipped"
        self._end(status)
        if rolls_back or why in self.order.rollback_events:
            undoing = self._undo(self)
            self.state.rollback = {
                "rollbackDeploymentId": undoing,
                "rollbackMessage": f"Deployment {self.id} terminated. Automatic rollback is triggered with a "
                f"DeploymentId {undoing}.",
            }

    def _end(self, status: str) -> None:
        if not self.has_ended:
            self.state.status, self.state.completed = status, self._errands.now()

    def _event(self, name: str) -> LifecycleEvent:
        return next(event for event in self.events if event.name == name)

    def _begin_event(self, name: str) -> LifecycleEvent:
        self.state.status = "InProgress"
        event = self._event(name)
        event.status, event.began = "InProgress", self._errands.now()
        return event

    def _end_event(self, name: str) -> None:
        event, now = self._event(name), self._errands.now()
        event.status, event.began, event.ended = "Succeeded", event.began or now, now


def misfit_of(spec: AppSpec, wiring: Wiring) -> str:
    """Return why SPEC cannot be deployed; "" if it can.

    Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-deployments-lambda.html
    (read 2026-11-23): an alias that leads to two versions must be set to one first.
    """
    service = wiring.service
    if spec.function not in service.names:
        return f"There is no function {spec.function}."
    alias = next((each for each in service.aliases(spec.function) if each.name == spec.alias), None)
    if alias is None:
        return f"There is no alias {spec.alias}."
    if alias.weights:
        return f"The alias {spec.alias} leads to two versions already. Let it lead to one."
    if alias.version != spec.current:
        return f"The alias {spec.alias} leads to version {alias.version}, not {spec.current}."
    return _unknown(spec.target, service.versions(spec.function))


def _arn_of(function: str) -> str:
    """Return the ARN of a function that is named by its ARN or by its name."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function.split(':function:', 1)[-1]}"


def _unknown(version: str, published: Sequence[str]) -> str:
    return "" if version in published else f"Version {version} is not published."


def shown_events(events: Sequence[LifecycleEvent]) -> list[Mapping[str, Any]]:
    """Return EVENTS as GetDeploymentTarget shows them."""
    return [
        {
            "lifecycleEventName": event.name,
            "status": event.status,
            **({"startTime": event.began.timestamp()} if event.began else {}),
            **({"endTime": event.ended.timestamp()} if event.ended else {}),
        }
        for event in events
    ]
