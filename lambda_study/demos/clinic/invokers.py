"""Who may invoke a function, as its resource policy says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError


@dataclass(frozen=True, slots=True, repr=False)
class Invoker:
    """A statement of a resource policy: PRINCIPAL may do ACTION, for SOURCE_ARN alone if there is one.

    >>> Invoker("s3.amazonaws.com", "lambda:InvokeFunction", "arn:aws:s3:::photos")
    s3.amazonaws.com: lambda:InvokeFunction for arn:aws:s3:::photos
    """

    principal: str
    action: str
    source_arn: str = ""

    def names(self, bucket: str) -> bool:
        """Whether it is for this bucket, and for nothing else."""
        return self.source_arn == f"arn:aws:s3:::{bucket}"

    def __repr__(self) -> str:
        return f"{self.principal}: {self.action} for {self.source_arn or 'whatever calls it'}"


def invokers(client: Any, function_name: str) -> list[Invoker]:
    """Return who may invoke the function; nobody if it has no policy."""
    try:
        policy = json.loads(client.get_policy(FunctionName=function_name)["Policy"])
    except ClientError:
        return []
    return [_of(statement) for statement in policy["Statement"]]


def _of(statement: dict[str, Any]) -> Invoker:
    principal = statement["Principal"]
    named = principal if isinstance(principal, str) else next(iter(principal.values()))
    condition = statement.get("Condition", {})
    source = next((each["AWS:SourceArn"] for each in condition.values() if "AWS:SourceArn" in each), "")
    return Invoker(str(named), str(statement["Action"]), source)
