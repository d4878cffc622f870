"""What a function's execution role must allow before Lambda takes a setting, where permissions count."""

from __future__ import annotations

from lambda_study.cloud.destinations import ACTIONS
from lambda_study.cloud.lambda_api.control_plane import ControlPlane
from lambda_study.cloud.lambda_api.errors import refused


def check_role(plane: ControlPlane, role_arn: str) -> None:
    """Raise AWS's error if Lambda may not assume the role."""
    if not plane.permissions.role_trusts(role_arn):
        raise refused("The role defined for the function cannot be assumed by Lambda.")


def check_dead_letter(plane: ControlPlane, role_arn: str, arn: str) -> None:
    """Raise AWS's error if the role may not send to the dead-letter queue ARN; "" is none."""
    denied = _denied(plane, role_arn, arn)
    if denied:
        service, _, action = denied.partition(":")
        text = f"The provided execution role does not have permissions to call {action} on {service.upper()}"
        raise refused(text)


def check_destination(plane: ControlPlane, role_arn: str, arn: str) -> None:
    """Raise AWS's error if the role may not send to the destination ARN; "" is none."""
    denied = _denied(plane, role_arn, arn)
    if denied:
        action = denied.partition(":")[2]
        text = f"The function's execution role does not have permissions to call {action} on {arn}"
        raise refused(text)


def _denied(plane: ControlPlane, role_arn: str, arn: str) -> str | None:
    """Return what the role would have to be allowed to do; None if it is."""
    if not arn:
        return None
    action = ACTIONS[arn.split(":")[2]]
    return None if plane.permissions.role_allows(role_arn, action, arn) else action
