"""What things are called in a template: logical ids, and how one resource speaks of another."""

from __future__ import annotations

from typing import Any

from lambda_study.aws_template.application import AppFunction, Application

Json = dict[str, Any]

_ENDS = {
    "bucket": "Bucket",
    "table": "Table",
    "topic": "Topic",
    "queue": "Queue",
    "stream": "Stream",
    "user pool": "UserPool",
    "api": "Api",
    "distribution": "Distribution",
    "schedule": "Schedule",
    "alarm": "Alarm",
}


def camel(name: str) -> str:
    """NAME as a part of a logical id.

    >>> camel("not-done")
    'NotDone'
    """
    return "".join(part.capitalize() for part in name.split("-"))


def id_of(app: Application, resource: str) -> str:
    """The logical id of a RESOURCE: its name, and its kind, since a function may have the same name."""
    return camel(resource) + _ENDS[app.resources[resource]]


def function_id(name: str) -> str:
    """The logical id of a function."""
    return f"{camel(name)}Function"


def ref(logical_id: str) -> Json:
    return {"Ref": logical_id}


def get(logical_id: str, attribute: str = "Arn") -> Json:
    return {"Fn::GetAtt": [logical_id, attribute]}


def sub(text: str) -> Json:
    return {"Fn::Sub": text}


def bucket_name(app: Application, bucket: str) -> str | None:
    """The name that a bucket is given, None where CloudFormation makes one up.

    A bucket that invokes a function is named by us. It needs the function's permission first, and the
    function's role names the bucket: by its logical id, each would wait for the other.
    """
    return (
        f"${{AWS::StackName}}-{bucket}-${{AWS::AccountId}}-${{AWS::Region}}"
        if notifies(app, bucket)
        else None
    )


def notifies(app: Application, resource: str) -> bool:
    return app.resources[resource] == "bucket" and bool(app.triggered_by(resource))


def arn_of(app: Application, resource: str, part: str = "") -> Json | str:
    """The ARN of a RESOURCE, or of a PART of it, as a policy in the template names it."""
    if resource == "*":
        return "*"
    if name := (bucket_name(app, resource) if app.resources[resource] == "bucket" else None):
        return sub(f"arn:${{AWS::Partition}}:s3:::{name}{part}")
    logical_id = id_of(app, resource)
    if app.resources[resource] == "topic":
        return ref(logical_id)
    return sub(f"${{{logical_id}.Arn}}{part}") if part else get(logical_id)


def logs_id(function: AppFunction) -> str:
    """The logical id of a function's log group."""
    return f"{camel(function.name)}Logs"
