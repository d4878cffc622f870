"""The club's mail password, rotated while a function runs each minute; and layers that share a module.

The functions work in the open cloud of this process.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from lambda_study.cloud import Cloud
from lambda_study.demos.roles import let_role
from lambda_study.demos.small_account import policy
from lambda_study.engine import Function, default_service

MINUTES, ROTATED_AFTER = 10, 3
_HEAD = ("minute", "Secrets Manager has", "the function used")
_RULE = "each-minute"


@dataclass(frozen=True, repr=False)
class Watched:
    """What a function used, minute by minute, and what Secrets Manager had: (minute, there, used)."""

    rows: tuple[tuple[int, str, str], ...]

    @property
    def first_new(self) -> str:
        """The first minute after the rotation in which the function used what is there; or none of them."""
        before = self.rows[0][1]
        found = (minute for minute, there, used in self.rows if there != before and used == there)
        minute = next(found, None)
        return f"minute {minute}" if minute else f"none of the {len(self.rows)}"

    def __repr__(self) -> str:
        rows = [_HEAD, *((str(minute), there, _told(there, used)) for minute, there, used in self.rows)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        left = 'style="text-align: left"'
        head = "".join(f'<th scope="col" {left}>{each}</th>' for each in _HEAD)
        body = "".join(_row_html(*row) for row in self.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def put_secret(value: str, secret: str = "club/mail") -> str:
    """Keep VALUE as the newest version of SECRET, which is made if it is not there; its name."""
    client = boto3.client("secretsmanager")
    if secret not in [each["Name"] for each in client.list_secrets()["SecretList"]]:
        client.create_secret(Name=secret, SecretString=value)
    else:
        client.put_secret_value(SecretId=secret, SecretString=value)
    return secret


def watch_rotation(
    cloud: Cloud, function: Function, old: str, new: str, secret: str = "club/mail"
) -> Watched:
    """Let a schedule invoke FUNCTION each minute for ten; after the third, SECRET is NEW in the place of OLD.

    The last word that the function returns is the value it has used.
    """
    rows = []
    client = boto3.client("secretsmanager")
    put_secret(old, secret)
    _begin(function)
    for minute in range(1, MINUTES + 1):
        cloud.clock.advance(minutes=1)
        there = client.get_secret_value(SecretId=secret)["SecretString"]
        used = str(cloud.invocations(function.name)[-1].payload).split()[-1]
        rows.append((minute, there, used))
        if minute == ROTATED_AFTER:
            put_secret(new, secret)
    _end(function)
    return Watched(tuple(rows))


def shared_layer(**constants: str) -> Path:
    """Make a layer with one module, `shared`, that has CONSTANTS; the folder, as `layers=` takes it.

    Its file is python/shared.py, which Lambda unpacks below /opt. The folder goes with the open cloud.
    """
    folder = default_service().new_folder("layer")
    module = folder / "python" / "shared.py"
    module.parent.mkdir()
    module.write_text("".join(f"{name} = {value!r}\n" for name, value in constants.items()), "utf-8")
    return folder


def session_of(role: str, *actions: str) -> boto3.Session:
    """Assume ROLE, which is made if it is not there and may do ACTIONS alone; a session with its keys."""
    iam = boto3.client("iam")
    if role not in [each["RoleName"] for each in iam.list_roles()["Roles"]]:
        trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=policy(trust))
    allowed = policy({"Effect": "Allow", "Action": list(actions), "Resource": "*"})
    iam.put_role_policy(RoleName=role, PolicyName="given", PolicyDocument=allowed)
    arn = iam.get_role(RoleName=role)["Role"]["Arn"]
    keys = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName=role)["Credentials"]
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def let_rotate(function: Function) -> str:
    """Let FUNCTION change secrets, by its role, and Secrets Manager invoke it, by its policy; its ARN.

    A second call changes nothing.
    """
    let_role(function, "secretsmanager:*")
    with suppress(ClientError):  # the statement is there already
        boto3.client("lambda").add_permission(
            FunctionName=function.name,
            StatementId="rotation",
            Action="lambda:InvokeFunction",
            Principal="secretsmanager.amazonaws.com",
        )
    return function.configuration.arn


def put_parameter(name: str, value: str, kind: str = "String") -> str:
    """Keep VALUE as a parameter of KIND "String" or "SecureString", over what was there; its name."""
    boto3.client("ssm").put_parameter(Name=name, Value=value, Type=kind, Overwrite=True)
    return name


def _begin(function: Function) -> None:
    """Let a rule invoke FUNCTION each minute, as it may."""
    lambda_, events = boto3.client("lambda"), boto3.client("events")
    arn = events.put_rule(Name=_RULE, ScheduleExpression="rate(1 minute)")["RuleArn"]
    lambda_.add_permission(
        FunctionName=function.name,
        StatementId=_RULE,
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=arn,
    )
    events.put_targets(Rule=_RULE, Targets=[{"Id": "function", "Arn": function.configuration.arn}])


def _end(function: Function) -> None:
    events = boto3.client("events")
    boto3.client("lambda").remove_permission(FunctionName=function.name, StatementId=_RULE)
    events.remove_targets(Rule=_RULE, Ids=["function"])
    events.delete_rule(Name=_RULE)


def _told(there: str, used: str) -> str:
    return used if used == there else f"{used}, which is old"


def _row_html(minute: int, there: str, used: str) -> str:
    told = escape(_told(there, used))
    cells = (str(minute), escape(there), told if used == there else f"<strong>{told}</strong>")
    return "<tr>" + "".join(f'<td style="text-align: left">{each}</td>' for each in cells) + "</tr>"
