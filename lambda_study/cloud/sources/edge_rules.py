"""Which functions may stand at the edge of a distribution."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from lambda_study.cloud.seam.cloudfront import Association
from lambda_study.engine.function import FunctionConfiguration
from lambda_study.engine.package import Package
from lambda_study.facts import fact

_MB = 1024 * 1024


def reasons_against(association: Association, function: FunctionConfiguration) -> Iterator[str]:
    """Yield why CloudFront refuses FUNCTION, in its words; nothing if it takes it.

    Unlike AWS: the trust policy of its role, which has to name edgelambda.amazonaws.com, is not asked. A VPC,
    provisioned concurrency and more than 512 MB of /tmp are not refused.
    Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    (read 2026-11-23).
    """
    most_mb = int(fact("edge.memory").value[place_of(association.event)])
    most_s = int(fact("edge.timeout").value)
    if not association.function_arn.rsplit(":", 1)[-1].isdecimal():
        text = "The function ARN must reference a specific function version."
        yield f"{text} (The ARN must end with the version number.) ARN: {association.function_arn}"
    if function.environment:
        yield f"The function cannot have environment variables. Function: {association.function_arn}"
    if function.layers:
        yield f"The function cannot have a layer. Function: {association.function_arn}"
    if function.dead_letter:
        yield f"The function cannot have a dead letter queue. Function: {association.function_arn}"
    if function.image is not None or not function.runtime.startswith(("python", "nodejs")):
        yield f"The function has an invalid runtime. Function: {association.function_arn}"
    if function.architecture != "x86_64":
        yield f"The function has an unsupported architecture. Function: {association.function_arn}"
    if function.memory_mb > most_mb:
        yield _too_large("memory size", "size ", function.memory_mb, most_mb, association)
    if function.timeout_s > most_s:
        yield _too_large("timeout", "", function.timeout_s, most_s, association)


def reason_against_size(association: Association, package: Package) -> str:
    """Return why CloudFront refuses PACKAGE; "" if it takes it."""
    most = int(fact("edge.package").value) * _MB
    size = sum(map(len, package.files.values()))
    if size > most:  # only then it matters how far it can be compressed
        size = sum(len(zlib.compress(content)) for content in package.files.values())
    return _too_large("code size", "size ", size, most, association) if size > most else ""


def reason_against_region(association: Association) -> str:
    """Return why CloudFront refuses a function for where it is; "" if it takes it.

    >>> reason_against_region(Association("arn:aws:lambda:eu-central-1:1:function:edge:1", "viewer-request"))
    "The function must be in region 'us-east-1'. ARN: arn:aws:lambda:eu-central-1:1:function:edge:1"
    """
    if association.function_arn.split(":")[3:4] == ["us-east-1"]:
        return ""
    return f"The function must be in region 'us-east-1'. ARN: {association.function_arn}"


def place_of(event: str) -> str:
    """Return at which side an event is, "viewer" or "origin".

    >>> place_of("viewer-request")
    'viewer'
    """
    return event.partition("-")[0]


def _too_large(what: str, unit: str, value: int, most: int, association: Association) -> str:
    return (
        f"The function {what} is larger than the maximum allowed {unit}for functions that are triggered by a "
        f"CloudFront event: {value} Max allowed: {most} Function: {association.function_arn}"
    )
