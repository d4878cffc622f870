"""What exams ask of tests, releases and stages, tried on functions and APIs that really answer here."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from typing import Any

import boto3

from lambda_study.demos.releases import app_spec
from lambda_study.demos.roles import set_role
from lambda_study.demos.small_account import HANDLERS, SmallAccount
from lambda_study.demos.watching import found
from lambda_study.demos.web import api_url, ask, put_proxy
from lambda_study.engine import Function

_SWAN = b'{"lines": ["swan"]}'
_STAGE_ALIAS = "${stageVariables.alias}"


def outcomes_of_a_test_without_and_with_permissions() -> str:
    """How a handler ends whose role allows nothing: where permissions do not count, and where they do.

    >>> outcomes_of_a_test_without_and_with_permissions()
    'passes, AccessDenied'
    """
    ask_sqs = {"service": "sqs", "operation": "list_queues", "parameters": {}}
    ends = []
    for enforced in (False, True):
        with SmallAccount(enforce_permissions=enforced) as account:
            function = account.function("album", "asks_as_told", timeout_s=30)
            set_role(function)
            ends.append(str(function.invoke(ask_sqs).payload["code"]) or "passes")
    return ", ".join(ends)


def answers_to_a_failing_function() -> str:
    """Status and error that Invoke answers for a handler that raises: synchronously, then asynchronously.

    >>> answers_to_a_failing_function()
    '200 Unhandled, 202 no error'
    """
    with SmallAccount() as account:
        account.function("broken", "raises", timeout_s=30)
        answers = [
            account.lambda_.invoke(FunctionName="broken", InvocationType=kind)
            for kind in ("RequestResponse", "Event")
        ]
        account.cloud.settle()
        return ", ".join(f"{each['StatusCode']} {each.get('FunctionError', 'no error')}" for each in answers)


def what_a_dry_run_does() -> str:
    """The status of an invocation of type DryRun, and how often the handler ran.

    >>> what_a_dry_run_does()
    '204, 0 runs'
    """
    with SmallAccount() as account:
        function = account.function("album")
        status = account.lambda_.invoke(FunctionName="album", InvocationType="DryRun")["StatusCode"]
        return f"{status}, {len(account.cloud.invocations(function.name))} runs"


def invocation_that_brings_its_log() -> str:
    """Which way to invoke brings the last lines of the log in its answer.

    >>> invocation_that_brings_its_log()
    'RequestResponse with Tail'
    """
    with SmallAccount() as account:
        account.function("writer", "writes_lines", timeout_s=30)
        ways = {
            "RequestResponse": {"InvocationType": "RequestResponse"},
            "RequestResponse with Tail": {"InvocationType": "RequestResponse", "LogType": "Tail"},
            "Event with Tail": {"InvocationType": "Event", "LogType": "Tail"},
        }
        brought = [
            name
            for name, way in ways.items()
            if "LogResult" in account.lambda_.invoke(FunctionName="writer", Payload=_SWAN, **way)
        ]
        account.cloud.settle()
        return " and ".join(brought)


def level_that_keeps_warnings_out() -> str:
    """At which application log levels a function's warnings are not in its log, with the format JSON.

    >>> level_that_keeps_warnings_out()
    'ERROR'
    """
    quiet = []
    with SmallAccount() as account:
        function = account.function("writer", "writes_lines", timeout_s=30)
        for level in ("DEBUG", "INFO", "WARN", "ERROR"):
            config = {"LogFormat": "JSON", "ApplicationLogLevel": level}
            account.lambda_.update_function_configuration(FunctionName="writer", LoggingConfig=config)
            function.invoke({"warning": f"at {level}"})
            quiet += [] if found(account, f'"at {level}"') else [level]
    return " and ".join(quiet)


def metric_of_an_embedded_line() -> str:
    """What CloudWatch has of the sizes 4 and 6 that a handler printed in the embedded metric format.

    >>> metric_of_an_embedded_line()
    'sum 10, 2 samples'
    """
    with SmallAccount() as account:
        function = account.function("writer", "writes_lines", timeout_s=30)
        now = account.clock.now()
        function.invoke({"lines": [_embedded(size, now.timestamp()) for size in (4, 6)]})
        [point] = account.cloudwatch.get_metric_statistics(
            Namespace="club",
            MetricName="size",
            Dimensions=[{"Name": "kind", "Value": "print"}],
            StartTime=now.replace(hour=0, minute=0),
            EndTime=now.replace(hour=23, minute=59),
            Period=86400,
            Statistics=["Sum", "SampleCount"],
        )["Datapoints"]
        return f"sum {point['Sum']:g}, {point['SampleCount']:g} samples"


def version_behind_each_stage() -> str:
    """Which version answers at the stages test and prod, whose variable names an alias.

    >>> version_behind_each_stage()
    'test 2, prod 1'
    """
    with SmallAccount() as account:
        function = _two_versions(account)
        function.alias("test", "2")
        function.alias("prod", "1")
        api_id = _api(account, f"{function.configuration.arn}:{_STAGE_ALIAS}", "test", "prod")
        seen = []
        for stage in ("test", "prod"):
            ask(f"{api_url(api_id, stage)}/prices")
            seen.append(f"{stage} {function.reports[-1].version}")
        return ", ".join(seen)


def grant_that_lets_an_api_invoke_an_alias() -> str:
    """What a permission for API Gateway has to name for an API that leads to the alias live.

    >>> grant_that_lets_an_api_invoke_an_alias()
    'alias'
    """
    enough = []
    with SmallAccount(enforce_permissions=True) as account:
        fine = {"RESPONSE": '{"statusCode": 200}'}
        function = account.function("prices", "returns_as_told", environment=fine)
        function.publish_version()
        function.alias("live", "1")
        api_id = _api(account, f"{function.configuration.arn}:live", "prod")
        for name, qualifier in {"function": "", "version": "1", "alias": "live"}.items():
            more = {"Qualifier": qualifier} if qualifier else {}
            account.lambda_.add_permission(
                FunctionName="prices",
                StatementId="api",
                Action="lambda:InvokeFunction",
                Principal="apigateway.amazonaws.com",
                **more,
            )
            enough += [name] * (ask(f"{api_url(api_id, 'prod')}/prices").status == 200)
            account.lambda_.remove_permission(FunctionName="prices", StatementId="api", **more)
    return " and ".join(enough)


def minutes_of_a_linear_release() -> int:
    """After how many minutes LambdaLinear10PercentEvery3Minutes has moved all traffic.

    >>> minutes_of_a_linear_release()
    27
    """
    with SmallAccount() as account:
        _two_versions(account).alias("live", "1")
        _deploy(account, "Linear10PercentEvery3Minutes")
        for minute in range(60):
            account.cloud.settle()
            if account.cloud.service.alias("prices", "live").shares.get("2") == 1:
                return minute
            account.clock.advance(minutes=1)
    return 0


def digest_that_names_a_package() -> str:
    """Which digest of the .zip archive CodeSha256 of a function is.

    >>> digest_that_names_a_package()
    'SHA-256 in Base64'
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("app.py", "def handler(event, context):\n    return event\n")
    digest = hashlib.sha256(archive.getvalue())
    ways = {
        "SHA-256 in Base64": base64.b64encode(digest.digest()).decode(),
        "SHA-256 in hex": digest.hexdigest(),
    }
    with SmallAccount() as account:
        told = account.lambda_.create_function(
            FunctionName="album",
            Runtime="python3.12",
            Role="arn:aws:iam::123456789012:role/album",
            Handler="app.handler",
            Code={"ZipFile": archive.getvalue()},
        )["CodeSha256"]
        return " and ".join(name for name, way in ways.items() if way == told)


def version_that_a_queue_reaches_after_its_alias_has_moved() -> str:
    """Which version runs for a message when a mapping names an alias, and the alias was moved since then.

    >>> version_that_a_queue_reaches_after_its_alias_has_moved()
    '2'
    """
    with SmallAccount() as account:
        function = _two_versions(account)
        function.alias("live", "1")
        url = account.queue("orders")
        account.lambda_.create_event_source_mapping(
            FunctionName="prices:live", EventSourceArn=account.arn_of(url)
        )
        account.lambda_.update_alias(FunctionName="prices", Name="live", FunctionVersion="2")
        account.sqs.send_message(QueueUrl=url, MessageBody="3")
        account.clock.advance(seconds=5)
        [report] = function.reports
        return str(report.version)


# -- parts


def _embedded(size: int, at_s: float) -> str:
    """A line of the log that holds the metric "size"."""
    directive = {"Namespace": "club", "Dimensions": [["kind"]], "Metrics": [{"Name": "size"}]}
    about = {"Timestamp": int(at_s * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": about, "kind": "print", "size": size})


def _two_versions(account: SmallAccount) -> Function:
    function = account.cloud.deploy(f"{HANDLERS / 'prices.py'}:handler", name="prices", timeout_s=30)
    function.publish_version()
    function.update(environment={"CURRENCY": "EUR"})
    function.publish_version()
    return function


def _api(account: SmallAccount, function_arn: str, *stages: str) -> str:
    """Make a REST API whose STAGES each have the variable alias, of their own name; its id."""
    api_id = str(account.apigateway.create_rest_api(name="prices")["id"])
    put_proxy(api_id, "prices", function_arn)
    for stage in stages:
        account.apigateway.create_deployment(restApiId=api_id, stageName=stage, variables={"alias": stage})
    return api_id


def _deploy(account: SmallAccount, shift: str) -> None:
    """Begin to release version 2 of prices through the alias live."""
    client: Any = boto3.client("codedeploy")
    group = {"applicationName": "club", "deploymentGroupName": "live"}
    client.create_application(applicationName="club", computePlatform="Lambda")
    client.create_deployment_group(
        **group,
        serviceRoleArn="arn:aws:iam::123456789012:role/codedeploy",
        deploymentConfigName=f"CodeDeployDefault.Lambda{shift}",
    )
    client.create_deployment(**group, revision=app_spec("prices", "live", "1", "2"))
