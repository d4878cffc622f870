"""CodeDeploy for functions: its API, and the deployments that it runs on the clock."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lambda_study.cloud.clients import Clients
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.not_modelled import not_modelled
from lambda_study.cloud.objects import Objects
from lambda_study.cloud.requests import operation_of, parameters_of, service_of
from lambda_study.cloud.sources.app_spec import read_app_spec
from lambda_study.cloud.sources.deployment import (
    ON_ALARM,
    ON_FAILURE,
    ON_REQUEST,
    Deployment,
    Order,
    shown_events,
)
from lambda_study.cloud.sources.errands import Errands
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.errors import BadInput
from lambda_study.model.traffic_shift import PREFIX, TrafficShift, traffic_shift

Given = Mapping[str, Any]
_STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
_MOST_ALARMS = 10


@dataclass(slots=True)
class _Group:
    """A deployment group, with its settings as they were given."""

    id: str
    application: str
    settings: Given


@dataclass(slots=True)
class _Record:
    """A deployment with what it was asked for."""

    deployment: Deployment
    group: _Group
    config: str
    content: str
    creator: str = "user"
    triggered_by: str = ""


@dataclass(slots=True)
class _Kept:
    """What an account has in CodeDeploy."""

    applications: dict[str, str] = field(default_factory=dict)
    groups: dict[tuple[str, str], _Group] = field(default_factory=dict)
    configs: dict[str, TrafficShift] = field(default_factory=dict)
    records: dict[str, _Record] = field(default_factory=dict)


class CodeDeploy:
    """Answers requests to CodeDeploy; all others go to MOTO. CLIENTS ask Lambda and S3 for it.

    Unlike AWS: it deploys functions alone, neither servers nor containers.
    Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/Welcome.html (read 2026-11-23), with
    the names and shapes of botocore's model of it.
    """

    def __init__(self, wiring: Wiring, moto: Callable[[Request], Response], clients: Clients) -> None:
        self._wiring = wiring
        self._moto = moto
        self._clients = clients
        self._objects = Objects(clients)
        self._errands = Errands(wiring.clock, chained=False)
        self._kept = _Kept()
        self._lock = threading.RLock()

    def answer(self, request: Request) -> Response:
        """Return CodeDeploy's answer, or moto's to what is for another service."""
        if service_of(request) != "codedeploy":
            return self._moto(request)
        operation = _OPERATIONS.get(operation_of(request, "codedeploy"))
        if operation is None:
            return not_modelled(request)
        try:
            with self._lock:
                return _json(200, operation(self, parameters_of(request)))
        except ServiceError as error:
            return _json(error.status, {"__type": error.code, "message": error.message})

    def close(self) -> None:
        """Shift nothing any more."""
        self._errands.close()

    # -- operations

    def create_application(self, given: Given) -> Given:
        name, platform = given["applicationName"], given.get("computePlatform", "Server")
        if name in self._kept.applications:
            raise _refused("ApplicationAlreadyExistsException", f"Application already exists: {name}")
        if platform != "Lambda":
            text = f'computePlatform {platform} is not modelled here. Say computePlatform="Lambda".'
            raise ServiceError(501, "NotModelledException", text)
        self._kept.applications[name] = self._wiring.ids()
        return {"applicationId": self._kept.applications[name]}

    def create_deployment_group(self, given: Given) -> Given:
        application, name = given["applicationName"], given["deploymentGroupName"]
        self._check_application(application)
        if (application, name) in self._kept.groups:
            text = f"Deployment Group {name} already exists for Application {application}"
            raise _refused("DeploymentGroupAlreadyExistsException", text)
        self._check_settings(given)
        group = self._kept.groups[application, name] = _Group(self._wiring.ids(), application, given)
        return {"deploymentGroupId": group.id}

    def get_deployment_group(self, given: Given) -> Given:
        group = self._group(given)
        shown = {"deploymentGroupId": group.id, "deploymentStyle": _STYLE, "computePlatform": "Lambda"}
        return {"deploymentGroupInfo": {**shown, **group.settings}}

    def create_deployment_config(self, given: Given) -> Given:
        name = given["deploymentConfigName"]
        if name in self._kept.configs:
            text = f"Deployment configuration already exists: {name}"
            raise _refused("DeploymentConfigAlreadyExistsException", text)
        self._kept.configs[name] = _shift_of(given.get("trafficRoutingConfig", {}))
        return {"deploymentConfigId": self._wiring.ids()}

    def create_deployment(self, given: Given) -> Given:
        group = self._group(given)
        self._check_none_runs(group)
        config = given.get("deploymentConfigName") or _config_of(group.settings)
        content = self._content(given.get("revision", {}))
        settings = {**group.settings, **{name: given[name] for name in _OVERRIDES if name in given}}
        alarms = given.get("overrideAlarmConfiguration") or group.settings.get("alarmConfiguration", {})
        order = Order(
            read_app_spec(content),
            self._shift(config),
            group.settings["serviceRoleArn"],
            tuple(each["name"] for each in alarms.get("alarms", ())) if alarms.get("enabled") else (),
            _rollback_events(settings),
        )
        deployment = self._new(order)
        self._kept.records[deployment.id] = _Record(deployment, group, config, content)
        self._errands.call_in(0, deployment.begin)
        return {"deploymentId": deployment.id}

    def get_deployment(self, given: Given) -> Given:
        return {"deploymentInfo": _shown(self._record(given))}

    def list_deployments(self, given: Given) -> Given:
        """Return the ids of deployments, the latest first."""
        wanted = given.get("applicationName"), given.get("deploymentGroupName")
        found = [
            each.deployment.id
            for each in self._kept.records.values()
            if wanted[0] in (None, each.group.application)
            and wanted[1] in (None, each.group.settings["deploymentGroupName"])
            and each.deployment.state.status
            in given.get("includeOnlyStatuses", [each.deployment.state.status])
        ]
        return {"deployments": found[::-1]}

    def list_deployment_targets(self, given: Given) -> Given:
        return {"targetIds": [_target_id(self._record(given))]}

    def get_deployment_target(self, given: Given) -> Given:
        record = self._record(given)
        if given["targetId"] != _target_id(record):
            text = f"The deployment target {given['targetId']} does not exist."
            raise _refused("DeploymentTargetDoesNotExistException", text)
        return {"deploymentTarget": {"deploymentTargetType": "LambdaTarget", "lambdaTarget": _target(record)}}

    def stop_deployment(self, given: Given) -> Given:
        deployment = self._record(given).deployment
        if deployment.has_ended:
            text = f"The deployment {deployment.id} is already completed."
            raise _refused("DeploymentAlreadyCompletedException", text)
        deployment.stop(bool(given.get("autoRollbackEnabled")))
        return {"status": "Succeeded", "statusMessage": "Stopped."}

    def put_lifecycle_event_hook_execution_status(self, given: Given) -> Given:
        hook_id, status = given.get("lifecycleEventHookExecutionId", ""), given.get("status", "")
        if status not in ("Succeeded", "Failed"):
            text = f"The status {status} cannot be set. Say Succeeded or Failed."
            raise _refused("InvalidLifecycleEventHookExecutionStatusException", text)
        self._record(given).deployment.report(hook_id, status)
        return {"lifecycleEventHookExecutionId": hook_id}

    # -- parts

    def _new(self, order: Order) -> Deployment:
        digest = hashlib.sha256(self._wiring.ids().encode()).hexdigest()
        return Deployment(
            f"d-{digest[:9].upper()}",
            order,
            self._wiring,
            self._errands,
            lambda: self._clients.of("lambda"),
            self._lock,
            self._undo,
        )

    def _undo(self, failed: Deployment) -> str:
        """Make and run the deployment that leads the alias back; its id."""
        order = Order(failed.order.spec.backwards, TrafficShift("AllAtOnce"), failed.order.role_arn)
        undoing, before = self._new(order), self._kept.records[failed.id]
        self._kept.records[undoing.id] = _Record(
            undoing, before.group, before.config, before.content, "codeDeployRollback", failed.id
        )
        undoing.roll_back()
        return undoing.id

    def _check_application(self, name: str) -> None:
        if name not in self._kept.applications:
            raise _refused("ApplicationDoesNotExistException", f"No application found for name: {name}")

    def _check_settings(self, given: Given) -> None:
        """Raise AWS's error for settings of a group that cannot be."""
        self._shift(_config_of(given))
        if given.get("deploymentStyle", _STYLE) != _STYLE:
            text = "For Lambda deployment group, deploymentType can be set to BLUE_GREEN only."
            raise _refused("InvalidDeploymentStyleException", text)
        if len(given.get("alarmConfiguration", {}).get("alarms", ())) > _MOST_ALARMS:
            text = f"A deployment group has at most {_MOST_ALARMS} alarms."
            raise _refused("AlarmsLimitExceededException", text)
        unknown = {*_rollback_events(given)} - {ON_FAILURE, ON_ALARM, ON_REQUEST}
        if unknown:
            text = f"Rollback events are {ON_FAILURE}, {ON_ALARM} and {ON_REQUEST}, not {min(unknown)}."
            raise _refused("InvalidAutoRollbackConfigException", text)

    def _check_none_runs(self, group: _Group) -> None:
        for record in self._kept.records.values():
            if record.group is group and not record.deployment.has_ended:
                name, running = group.settings["deploymentGroupName"], record.deployment.id
                text = f"The Deployment Group '{name}' already has an active Deployment '{running}'"
                raise _refused("DeploymentLimitExceededException", text)

    def _shift(self, config: str) -> TrafficShift:
        if config in self._kept.configs:
            return self._kept.configs[config]
        try:
            if not config.startswith(PREFIX):
                raise BadInput(f"No deployment configuration found for name: {config}")
            return traffic_shift(config)
        except BadInput as error:
            raise _refused("DeploymentConfigDoesNotExistException", str(error)) from None

    def _group(self, given: Given) -> _Group:
        self._check_application(given["applicationName"])
        name = given.get("deploymentGroupName", "")
        group = self._kept.groups.get((given["applicationName"], name))
        if group is None:
            text = f"No Deployment Group found for name: {name}"
            raise _refused("DeploymentGroupDoesNotExistException", text)
        return group

    def _record(self, given: Given) -> _Record:
        record = self._kept.records.get(given.get("deploymentId", ""))
        if record is None:
            text = f"The deployment {given.get('deploymentId')} could not be found"
            raise _refused("DeploymentDoesNotExistException", text)
        return record

    def _content(self, revision: Given) -> str:
        """Return the text of the AppSpec, which is in the request or in a bucket."""
        place = revision.get("s3Location")
        if place:
            return self._read(place.get("bucket", ""), place.get("key", ""), place.get("version"))
        content = (revision.get("appSpecContent") or revision.get("string") or {}).get("content")
        if not content:
            raise _refused("RevisionRequiredException", "Revision is required, as an AppSpec or in a bucket.")
        return str(content)

    def _read(self, bucket: str, key: str, version: str | None) -> str:
        if not bucket or not key:
            raise _refused("InvalidRevisionException", "The s3Location of a revision has a bucket and a key.")
        try:
            return self._objects.read(bucket, key, version).decode()
        except UnicodeDecodeError:
            raise _refused("InvalidRevisionException", f"{bucket}/{key} is no text in UTF-8.") from None


_OVERRIDES = ("autoRollbackConfiguration",)
_OPERATIONS: dict[str, Callable[[CodeDeploy, Given], Given]] = {
    "CreateApplication": CodeDeploy.create_application,
    "CreateDeploymentGroup": CodeDeploy.create_deployment_group,
    "GetDeploymentGroup": CodeDeploy.get_deployment_group,
    "CreateDeploymentConfig": CodeDeploy.create_deployment_config,
    "CreateDeployment": CodeDeploy.create_deployment,
    "GetDeployment": CodeDeploy.get_deployment,
    "ListDeployments": CodeDeploy.list_deployments,
    "ListDeploymentTargets": CodeDeploy.list_deployment_targets,
    "GetDeploymentTarget": CodeDeploy.get_deployment_target,
    "StopDeployment": CodeDeploy.stop_deployment,
    "PutLifecycleEventHookExecutionStatus": CodeDeploy.put_lifecycle_event_hook_execution_status,
}


def _shift_of(routing: Given) -> TrafficShift:
    """Return the shift of one's own that ROUTING describes."""
    canary, linear = routing.get("timeBasedCanary"), routing.get("timeBasedLinear")
    try:
        if canary is not None:
            return TrafficShift("Canary", canary.get("canaryPercentage", 0), canary.get("canaryInterval", 0))
        if linear is not None:
            return TrafficShift("Linear", linear.get("linearPercentage", 0), linear.get("linearInterval", 0))
        return TrafficShift("AllAtOnce")
    except BadInput as error:
        raise _refused("InvalidTrafficRoutingConfigurationException", str(error)) from None


def _config_of(settings: Given) -> str:
    return str(settings.get("deploymentConfigName") or f"{PREFIX}AllAtOnce")


def _rollback_events(settings: Given) -> tuple[str, ...]:
    automatic = settings.get("autoRollbackConfiguration", {})
    return tuple(automatic.get("events", ())) if automatic.get("enabled") else ()


def _shown(record: _Record) -> dict[str, Any]:
    """Return a deployment as GetDeployment shows it."""
    state = record.deployment.state
    found: dict[str, Any] = {
        "applicationName": record.group.application,
        "deploymentGroupName": record.group.settings["deploymentGroupName"],
        "deploymentConfigName": record.config,
        "deploymentId": record.deployment.id,
        "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"content": record.content}},
        "status": state.status,
        "creator": record.creator,
        "deploymentStyle": _STYLE,
        "computePlatform": "Lambda",
    }
    if state.created:
        found["createTime"] = found["startTime"] = state.created.timestamp()
    if state.completed:
        found["completeTime"] = state.completed.timestamp()
    if state.error:
        found["errorInformation"] = state.error
    triggered = {"rollbackTriggeringDeploymentId": record.triggered_by} if record.triggered_by else {}
    if state.rollback or triggered:
        found["rollbackInfo"] = {**state.rollback, **triggered}
    return found


def _target_id(record: _Record) -> str:
    spec = record.deployment.order.spec
    return f"{spec.function}:{spec.alias}"


def _target(record: _Record) -> dict[str, Any]:
    """Return the function of a deployment as GetDeploymentTarget shows it."""
    deployment = record.deployment
    spec = deployment.order.spec
    return {
        "deploymentId": deployment.id,
        "targetId": _target_id(record),
        "targetArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{spec.function}",
        "status": {"Created": "Pending", "Stopped": "Failed"}.get(
            deployment.state.status, deployment.state.status
        ),
        "lifecycleEvents": shown_events(deployment.events),
        "lambdaFunctionInfo": {
            "functionName": spec.function,
            "functionAlias": spec.alias,
            "currentVersion": spec.current,
            "targetVersion": spec.target,
            "targetVersionWeight": deployment.state.weight / 100,
        },
    }


def _refused(code: str, text: str) -> ServiceError:
    return ServiceError(400, code, text)


def _json(status: int, found: Given) -> Response:
    return Response(status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(found).encode())
