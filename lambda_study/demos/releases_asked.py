"""What questions ask of versions, aliases and releases, tried on functions that really run here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import ClientError

from lambda_study.demos.releases import app_spec, watch_release
from lambda_study.demos.small_account import HANDLERS, SmallAccount
from lambda_study.engine import Function

_ROLE = "arn:aws:iam::123456789012:role/codedeploy"
_HOOK = "CodeDeployHook_notes"
_ORDER = {"prints": 3}


def versions_after_publishing_three_times() -> int:
    """How many versions there are after three calls of PublishVersion, with another memory before the last.

    >>> versions_after_publishing_three_times()
    2
    """
    with SmallAccount() as account:
        _deployed(account)
        for memory in (128, 128, 256):
            account.lambda_.update_function_configuration(FunctionName="prices", MemorySize=memory)
            account.lambda_.publish_version(FunctionName="prices")
        listed = account.lambda_.list_versions_by_function(FunctionName="prices")["Versions"]
        return sum(each["Version"] != "$LATEST" for each in listed)


def version_that_a_queue_reaches_by_the_name_alone() -> str:
    """Which version runs for messages of a mapping that names the function, when an alias leads to version 1.

    >>> version_that_a_queue_reaches_by_the_name_alone()
    '$LATEST'
    """
    with SmallAccount() as account:
        function = _two_versions(account)
        url = account.queue("orders")
        account.read(function, url)
        account.sqs.send_message(QueueUrl=url, MessageBody="3")
        account.clock.advance(seconds=5)
        [report] = function.reports
        return report.version


def name_that_finds_provisioned_environments() -> str:
    """By which name a caller meets no cold start, when the alias live has provisioned concurrency.

    >>> name_that_finds_provisioned_environments()
    'prices:live'
    """
    with SmallAccount() as account:
        function = _two_versions(account)
        function.alias("live", "2")
        function.provision(1, "live")
        warm = []
        for name in ("prices", "prices:1", "prices:live"):
            account.lambda_.invoke(FunctionName=name, Payload=b'{"prints": 3}')
            warm += [] if function.reports[-1].cold else [name]
        return " and ".join(warm)


def error_of_an_update_with_an_old_revision_id() -> str:
    """What the second of two colleagues gets who both update with the RevisionId that they have read.

    >>> error_of_an_update_with_an_old_revision_id()
    'PreconditionFailedException'
    """
    with SmallAccount() as account:
        _deployed(account)
        read = account.lambda_.get_function(FunctionName="prices")["Configuration"]["RevisionId"]
        change = {"FunctionName": "prices", "RevisionId": read}
        account.lambda_.update_function_configuration(**change, MemorySize=256)
        return _error_of(lambda: account.lambda_.update_function_configuration(**change, MemorySize=512))


def settings_that_change_on_a_published_version() -> set[str]:
    """Which settings of a published version can be changed: each is tried on version 1.

    >>> sorted(settings_that_change_on_a_published_version())
    ['provisioned concurrency', 'retries of asynchronous events']
    """
    with SmallAccount() as account:
        _two_versions(account)
        client, version = account.lambda_, {"FunctionName": "prices", "Qualifier": "1"}
        named = {"FunctionName": "prices:1"}
        tried: dict[str, Callable[[], Any]] = {
            "memory": lambda: client.update_function_configuration(**named, MemorySize=512),
            "environment variables": lambda: client.update_function_configuration(
                **named, Environment={"Variables": {"A": "B"}}
            ),
            "code": lambda: client.update_function_code(**named, ZipFile=b"no archive"),
            "retries of asynchronous events": lambda: client.put_function_event_invoke_config(
                **version, MaximumRetryAttempts=0
            ),
            "provisioned concurrency": lambda: client.put_provisioned_concurrency_config(
                **version, ProvisionedConcurrentExecutions=1
            ),
        }
        return {name for name, call in tried.items() if not _error_of(call)}


def shift_that_an_alarm_undoes_after_a_minute() -> str:
    """Which of two ways to release a broken version is undone by an alarm that goes off a minute later.

    >>> shift_that_an_alarm_undoes_after_a_minute()
    'Canary10Percent5Minutes'
    """
    undone = []
    for shift in ("AllAtOnce", "Canary10Percent5Minutes"):
        with SmallAccount() as account:
            _put_alarm(account, "prices:live")
            deployment = _release(account, shift, broken=True)
            seen = watch_release(account.cloud, deployment, _ORDER, minutes=2)
            undone += [shift] if seen.reason == "ALARM_ACTIVE" else []
    return " and ".join(undone)


def lifecycle_event_whose_failure_keeps_all_callers_on_the_old_version() -> str:
    """At which hook a failed check means that no caller ever met the new version.

    >>> lifecycle_event_whose_failure_keeps_all_callers_on_the_old_version()
    'BeforeAllowTraffic'
    """
    spared = []
    for event in ("BeforeAllowTraffic", "AfterAllowTraffic"):
        with SmallAccount() as account:
            _hook(account)
            deployment = _release(account, "AllAtOnce", hooks={event: _HOOK})
            seen = watch_release(account.cloud, deployment, _ORDER, minutes=1)
            _report(account, "Failed")
            spared += [event] if not any(moment.by_new for moment in seen.moments) else []
    return " and ".join(spared)


def minutes_until_a_silent_hook_fails_its_deployment() -> int:
    """After how many minutes a deployment fails whose hook runs well and reports nothing to CodeDeploy.

    >>> minutes_until_a_silent_hook_fails_its_deployment()
    60
    """
    with SmallAccount() as account:
        _hook(account)
        deployment = _release(account, "AllAtOnce", hooks={"BeforeAllowTraffic": _HOOK})
        account.cloud.settle()
        for minute in range(0, 120, 10):
            if _status(deployment) == "Failed":
                return minute
            account.clock.advance(minutes=10)
    return 0


def dimensions_that_show_the_errors_of_the_new_version_alone() -> str:
    """By which dimensions the errors of the new version behind an alias are counted alone.

    >>> dimensions_that_show_the_errors_of_the_new_version_alone()
    'FunctionName, Resource, ExecutedVersion'
    """
    function, alias = {"FunctionName": "prices"}, {"Resource": "prices:live"}
    tried = (function, {**function, **alias}, {**function, **alias, "ExecutedVersion": "2"})
    with SmallAccount() as account:
        released = _two_versions(account, broken=True)
        released.alias("live", "1", {"2": 0.5})
        runs = [
            released.invoke({}, qualifier="live") for _ in range(20)
        ]  # without prints: both versions fail
        of_new = sum(run.report.version == "2" for run in runs)
        assert 0 < of_new < len(runs)
        found = [", ".join(each) for each in tried if _errors(account, each) == of_new]
    return " and ".join(found)


def what_a_stopped_deployment_leaves_of_its_canary() -> str:
    """Where the alias leads after a canary is stopped in a group without automatic rollbacks.

    >>> what_a_stopped_deployment_leaves_of_its_canary()
    '90 % version 1, 10 % version 2'
    """
    with SmallAccount() as account:
        deployment = _release(account, "Canary10Percent5Minutes", rolls_back=False)
        account.cloud.settle()
        boto3.client("codedeploy").stop_deployment(deploymentId=deployment)
        account.clock.advance(minutes=10)
        return repr(account.cloud.service.alias("prices", "live")).removeprefix("Alias live: ")


# -- parts


def _deployed(account: SmallAccount) -> Function:
    return account.cloud.deploy(f"{HANDLERS / 'prices.py'}:handler", name="prices", timeout_s=30)


def _two_versions(account: SmallAccount, broken: bool = False) -> Function:
    """A function with version 1 and version 2, which is BROKEN or not, and alias live, which leads to 1."""
    function = _deployed(account)
    function.publish_version()
    function.update(environment={"BROKEN": "1"} if broken else {"CURRENCY": "EUR"})
    function.publish_version()
    function.alias("live", "1")
    return function


def _put_alarm(account: SmallAccount, resource: str) -> None:
    dimensions = {"FunctionName": "prices", "Resource": resource}
    account.cloudwatch.put_metric_alarm(
        AlarmName="prices-fail",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )


def _release(
    account: SmallAccount,
    shift: str,
    broken: bool = False,
    hooks: dict[str, str] | None = None,
    rolls_back: bool = True,
) -> str:
    """Begin to deploy version 2 of a new function; the deployment's id."""
    _two_versions(account, broken)
    client = boto3.client("codedeploy")
    group = {"applicationName": "club", "deploymentGroupName": "live"}
    alarms = [each["AlarmName"] for each in account.cloudwatch.describe_alarms()["MetricAlarms"]]
    client.create_application(applicationName="club", computePlatform="Lambda")
    client.create_deployment_group(
        **group,
        serviceRoleArn=_ROLE,
        deploymentConfigName=f"CodeDeployDefault.Lambda{shift}",
        alarmConfiguration={"enabled": bool(alarms), "alarms": [{"name": name} for name in alarms]},
        autoRollbackConfiguration={
            "enabled": rolls_back,
            "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
        },
    )
    revision = app_spec("prices", "live", "1", "2", hooks)
    return str(client.create_deployment(**group, revision=revision)["deploymentId"])


def _hook(account: SmallAccount) -> None:
    account.function(_HOOK, "notes_events", timeout_s=30)


def _report(account: SmallAccount, status: str) -> None:
    """Tell CodeDeploy STATUS in the place of the hook that was asked last."""
    asked = account.events_of(_HOOK)[-1]
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=asked["DeploymentId"],
        lifecycleEventHookExecutionId=asked["LifecycleEventHookExecutionId"],
        status=status,
    )
    account.cloud.settle()


def _status(deployment: str) -> str:
    answer = boto3.client("codedeploy").get_deployment(deploymentId=deployment)
    return str(answer["deploymentInfo"]["status"])


def _errors(account: SmallAccount, dimensions: dict[str, str]) -> int:
    start = account.clock.now()
    answer = account.cloudwatch.get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=start,
        EndTime=start.replace(hour=start.hour + 1),
        Period=3600,
        Statistics=["Sum"],
    )
    return int(sum(point["Sum"] for point in answer["Datapoints"]))


def _error_of(call: Callable[[], Any]) -> str:
    """The code of the error that CALL ends with; "" if AWS takes it."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
