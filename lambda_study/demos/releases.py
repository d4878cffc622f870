"""Releases with callers: weights that are counted, and deployments that are watched while calls come in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import boto3

from lambda_study.cloud import Cloud
from lambda_study.engine import Function
from lambda_study.engine.clock import ManualClock
from lambda_study.errors import BadInput
from lambda_study.model.traffic_seen import Moment, Release, WeightedRuns
from lambda_study.model.usage import check_number

_TICK_S = 10
_TICKS_A_MINUTE = 6
_MOST_RUNS, _MOST_MINUTES = 100_000, 2880


def run_by_weight(
    function: Function, alias: str, runs: int, event: Any = None, version: str | None = None
) -> WeightedRuns:
    """Invoke ALIAS of FUNCTION so many times, one after the other, and count what VERSION ran.

    Without VERSION the additional one of the alias is counted.

    >>> import random
    >>> from lambda_study.demos.small_account import HANDLERS
    >>> with Cloud(clock="manual", random=random.Random(5)) as cloud:
    ...     prices = cloud.deploy(f"{HANDLERS / 'prices.py'}:handler", name="prices")
    ...     versions = prices.publish_version(), prices.update(memory_mb=256).publish_version()
    ...     live = prices.alias("live", "1", {"2": 0.5})
    ...     run_by_weight(prices, "live", 40, {"prints": 3})
    16 of 40 invocations ran version 2. Expected: 20; 19 times in 20 it is 14 to 26.
    """
    runs = int(check_number("runs", runs, 1, _MOST_RUNS, whole=True))
    shares = function.alias(alias).shares
    counted = version or list(shares)[-1]
    results = [function.invoke(event or {}, qualifier=alias).report.version for _ in range(runs)]
    return WeightedRuns(runs, results.count(counted), counted, shares.get(counted, 0.0))


def app_spec(
    function: str, alias: str, current: str, target: str, hooks: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the revision that CreateDeployment takes: an AppSpec as JSON, which is YAML too.

    >>> app_spec("prices", "live", "1", "2")["revisionType"]
    'AppSpecContent'
    """
    versions = {"Name": function, "Alias": alias, "CurrentVersion": current, "TargetVersion": target}
    resource = {"Type": "AWS::Lambda::Function", "Properties": versions}
    content: dict[str, Any] = {"version": 0.0, "Resources": [{function: resource}]}
    if hooks:
        content["Hooks"] = [{event: name} for event, name in hooks.items()]
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": json.dumps(content)}}


def watch_release(
    cloud: Cloud, deployment_id: str, event: Any = None, minutes: int = 8, a_minute: int = 60
) -> Release:
    """Call the alias of a deployment A_MINUTE times a minute while it goes on; return what came of it.

    The clock of CLOUD is moved by MINUTES, ten seconds at a time; a sixth of the calls of a minute come in
    each. The alarm is the one that was put last, if there is any.

    Raises BadInput for a clock that runs by itself, and for calls that six parts of a minute cannot share.
    """
    minutes = int(check_number("minutes", minutes, 1, _MOST_MINUTES, whole=True))
    a_minute = int(check_number("a_minute", a_minute, _TICKS_A_MINUTE, 6000, whole=True))
    if a_minute % _TICKS_A_MINUTE:
        raise BadInput(
            f"a_minute={a_minute} is no multiple of {_TICKS_A_MINUTE}. Choose 6, 12, 18 and so on."
        )
    if not isinstance(cloud.clock, ManualClock):
        raise BadInput('watch_release() moves the clock. Open the cloud by Cloud(clock="manual").')
    client, alarms = boto3.client("codedeploy"), boto3.client("cloudwatch")
    [target_id] = client.list_deployment_targets(deploymentId=deployment_id)["targetIds"]
    name, alias = target_id.split(":")
    target = client.get_deployment_target(deploymentId=deployment_id, targetId=target_id)
    new = target["deploymentTarget"]["lambdaTarget"]["lambdaFunctionInfo"]["targetVersion"]
    moments = []
    for tick in range(minutes * _TICKS_A_MINUTE):
        cloud.settle()
        seen = _call(cloud, name, alias, new, event, a_minute // _TICKS_A_MINUTE)
        states = [each["StateValue"] for each in alarms.describe_alarms()["MetricAlarms"]]
        moments.append(Moment(tick * _TICK_S, *seen, alarm=states[-1] if states else "none"))
        cloud.clock.advance(seconds=_TICK_S)
    info = client.get_deployment(deploymentId=deployment_id)["deploymentInfo"]
    reason = info.get("errorInformation", {}).get("code", "")
    leads = repr(cloud.service.alias(name, alias)).split(": ", 1)[1]
    return Release(tuple(moments), info["status"], reason, leads)


def _call(cloud: Cloud, name: str, alias: str, new: str, event: Any, calls: int) -> tuple[int, int, int, int]:
    """The share of the version NEW in percent, and of CALLS how many came, ran it, and failed."""
    percent = round(cloud.service.alias(name, alias).shares.get(new, 0.0) * 100)
    results = [cloud.service.invoke(name, event or {}, alias) for _ in range(calls)]
    ran = sum(result.report.version == new for result in results)
    return percent, calls, ran, sum(not result.ok for result in results)
