"""The template of an application: functions, roles, log groups, and what is around them."""

from __future__ import annotations

from typing import Any

from lambda_study.aws_template.application import AppFunction, Application
from lambda_study.aws_template.names import Json, arn_of, camel, function_id, get, id_of, logs_id, ref
from lambda_study.aws_template.resources import resources
from lambda_study.demos.photo_club.functions import RUNTIME, Ref

LOG_DAYS = 14
"""How long log events are kept. Without a number CloudWatch Logs keeps them for ever."""

_POLICY = "2012-10-17"


def template(app: Application) -> Json:
    """The AWS SAM template of APP, as plain values.

    >>> from lambda_study.aws_template import application
    >>> list(template(application("cron"))["Resources"])[:3]
    ['ReportFunction', 'ReportRole', 'ReportLogs']

    Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
    (read 2026-11-23).
    """
    made: Json = {}
    for function in app.functions:
        made[function_id(function.name)] = _function(app, function)
        made[f"{camel(function.name)}Role"] = _role(app, function)
        made[logs_id(function)] = _log_group()
    made |= resources(app)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": f"{app.does[0].upper()}{app.does[1:]}.",
        "Parameters": _parameters(app),
        "Conditions": _conditions(app),
        "Globals": {"Function": {"Runtime": RUNTIME, "Architectures": ["x86_64"]}},
        "Resources": made,
        "Outputs": _outputs(app),
    }


def reserves(app: Application) -> bool:
    """Whether a function of APP wants to reserve concurrency."""
    return any(function.reserved for function in app.functions)


def _parameters(app: Application) -> Json:
    email = {
        "Type": "String",
        "Default": "",
        "Description": "Who is told when a function fails; empty for nobody",
    }
    reserve = {
        "Type": "String",
        "Default": "no",
        "AllowedValues": ["yes", "no"],
        "Description": "yes where the account's concurrency leaves 100 unreserved",
    }
    return {"AlarmEmail": email, **({"ReserveConcurrency": reserve} if reserves(app) else {})}


def _conditions(app: Application) -> Json:
    told = {"IsTold": {"Fn::Not": [{"Fn::Equals": [ref("AlarmEmail"), ""]}]}}
    return {
        **told,
        **({"Reserves": {"Fn::Equals": [ref("ReserveConcurrency"), "yes"]}} if reserves(app) else {}),
    }


def _function(app: Application, function: AppFunction) -> Json:
    settings: Json = {
        "Description": function.does,
        "CodeUri": f"src/{function.name}/",
        "Handler": function.handler,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_s,
        "Role": get(f"{camel(function.name)}Role"),
        "LoggingConfig": {"LogGroup": ref(logs_id(function))},
    }
    if function.reserved:
        if_any = {"Fn::If": ["Reserves", function.reserved, ref("AWS::NoValue")]}
        settings["ReservedConcurrentExecutions"] = if_any
    if function.environment:
        settings["Environment"] = {"Variables": _variables(app, function)}
    if function.dead_letter:
        settings["DeadLetterQueue"] = {"Type": "SQS", "TargetArn": arn_of(app, function.dead_letter)}
    settings["Events"] = {camel(function.trigger.resource): _event(app, function)}
    return {"Type": "AWS::Serverless::Function", "Properties": settings}


def _variables(app: Application, function: AppFunction) -> Json:
    return {
        name: ref(id_of(app, value.resource)) if isinstance(value, Ref) else value
        for name, value in function.environment.items()
    }


# -- what invokes a function


def _event(app: Application, function: AppFunction) -> Json:
    trigger = function.trigger
    logical_id, kind = id_of(app, trigger.resource), app.resources[trigger.resource]
    if kind == "bucket":
        return {"Type": "S3", "Properties": {"Bucket": ref(logical_id), "Events": trigger.event}}
    if kind == "user pool":
        return {"Type": "Cognito", "Properties": {"UserPool": ref(logical_id), "Trigger": trigger.event}}
    if kind == "api":
        method, path = trigger.event.split()
        return {"Type": "HttpApi", "Properties": {"ApiId": ref(logical_id), "Method": method, "Path": path}}
    if kind == "schedule":
        asked = '{"time": "<aws.scheduler.scheduled-time>"}'
        return {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": trigger.event, "Input": asked}}
    return _polled(kind, logical_id, dict(trigger.settings))


def _polled(kind: str, logical_id: str, settings: dict[str, Any]) -> Json:
    """An event source mapping: Lambda asks the queue or stream with the function's role."""
    if kind == "queue":
        most = {"ScalingConfig": {"MaximumConcurrency": 2}}  # the least there is; enough for a club
        return {"Type": "SQS", "Properties": {"Queue": get(logical_id), **settings, **most}}
    if kind == "table":
        return {"Type": "DynamoDB", "Properties": {"Stream": get(logical_id, "StreamArn"), **settings}}
    return {"Type": "Kinesis", "Properties": {"Stream": get(logical_id), **settings}}


# -- what a function may do, and where it writes


def _role(app: Application, function: AppFunction) -> Json:
    """A role of the function's own. Without one SAM would attach policies of AWS that allow more."""
    logs = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": get(logs_id(function)),
    }
    allowed = [
        {"Effect": "Allow", "Action": [*each.actions], "Resource": arn_of(app, each.resource, each.part)}
        for each in function.allowed
    ]
    document = {"Version": _POLICY, "Statement": [logs, *allowed]}
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    properties = {
        "AssumeRolePolicyDocument": {"Version": _POLICY, "Statement": [trust]},
        "Policies": [{"PolicyName": f"{function.name}-may", "PolicyDocument": document}],
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def _log_group() -> Json:
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": LOG_DAYS}}


# -- what the deployment tells


def _outputs(app: Application) -> Json:
    told: Json = {}
    for name, kind in app.resources.items():
        logical_id = id_of(app, name)
        if kind in ("bucket", "table", "queue", "topic"):
            told[logical_id] = {"Value": ref(logical_id)}
        elif kind == "api":
            told["Api"] = {
                "Value": {"Fn::Sub": f"https://${{{logical_id}}}.execute-api.${{AWS::Region}}.amazonaws.com"}
            }
        elif kind == "user pool":
            told["ClientId"] = {"Value": ref(f"{logical_id}Client")}
        elif kind == "distribution":
            told["Site"] = {"Value": {"Fn::Sub": f"https://${{{logical_id}.DomainName}}"}}
    return told
