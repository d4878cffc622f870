"""A template's permissions, spoken of the local cloud: to see a function work with them, and with less."""

from __future__ import annotations

import re
from typing import Any

from lambda_study.aws_template.application import Application
from lambda_study.aws_template.names import Json, bucket_name, camel, id_of, logs_id
from lambda_study.aws_template.sam import template
from lambda_study.engine.function import ACCOUNT, REGION

_PSEUDO = {"AWS::Partition": "aws", "AWS::AccountId": ACCOUNT, "AWS::Region": REGION}
_ARNS = {
    "bucket": "arn:aws:s3:::{}",
    "table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{}}",
    "queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
    "topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:{{}}",
    "stream": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{{}}",
}


class Statements(tuple[Json, ...]):
    """The statements of a role's policy; as text a line each."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(f"{', '.join(each['Action'])} on {each['Resource']}" for each in self)


def statements(app: Application, function: str, without: str = "") -> Statements:
    """What the template's role of FUNCTION allows, with the names that its resources have on the local cloud.

    WITHOUT an action, the role allows all but that.

    >>> from lambda_study.aws_template import application
    >>> statements(application("thumbnail"), "thumbnail")[1]
    {'Effect': 'Allow', 'Action': ['s3:GetObject'], 'Resource': 'arn:aws:s3:::photos/*'}
    """
    role = template(app)["Resources"][f"{camel(function)}Role"]["Properties"]
    (policy,) = role["Policies"]
    arns = _arns(app)
    found = []
    for statement in policy["PolicyDocument"]["Statement"]:
        actions = [action for action in statement["Action"] if action != without]
        if actions:
            found.append({**statement, "Action": actions, "Resource": _resolved(statement["Resource"], arns)})
    return Statements(found)


def _arns(app: Application) -> dict[str, str]:
    """The local ARNs by what stands for them in the template."""
    arns: dict[str, str] = {}
    for name, kind in app.resources.items():
        if kind in _ARNS:
            arns[id_of(app, name)] = _ARNS[kind].format(name)
            if kind == "bucket" and (given := bucket_name(app, name)):
                arns[given] = name
    for each in app.functions:
        arns[logs_id(each)] = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{each.name}:*"
    return arns


def _resolved(value: Any, arns: dict[str, str]) -> str:
    """VALUE with what it refers to in place: a text, a Ref of a topic, an ARN, or a text with such in it."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return arns[value["Ref"]]
    if "Fn::GetAtt" in value:
        return arns[value["Fn::GetAtt"][0]]
    text = str(value["Fn::Sub"])
    for given in [name for name in arns if "$" in name]:
        text = text.replace(given, arns[given])
    return re.sub(r"\$\{([^}]+)\}", lambda found: _named(found[1], arns), text)


def _named(name: str, arns: dict[str, str]) -> str:
    return _PSEUDO.get(name) or arns[name.removesuffix(".Arn")]
