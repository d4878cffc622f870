"""Who asks: the role of a function, a role that somebody has assumed, or the account itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lambda_study.cloud.exchange import Request
from lambda_study.cloud.policies import account_of
from lambda_study.engine import ServiceError
from lambda_study.engine.credentials import function_of_token

_ACCESS_KEY = re.compile(r"Credential=([^/,]+)/")


@dataclass(frozen=True, slots=True)
class Caller:
    """A session of a role: its name is that of the function, or what AssumeRole was given."""

    role_arn: str
    session: str

    @property
    def account(self) -> str:
        """The account of the role."""
        return account_of(self.role_arn)

    @property
    def arn(self) -> str:
        """The session as AWS names it in errors.

        >>> Caller("arn:aws:iam::123456789012:role/club/resizer", "resize").arn
        'arn:aws:sts::123456789012:assumed-role/resizer/resize'
        """
        return f"arn:aws:sts::{self.account}:assumed-role/{self.role_arn.rsplit('/', 1)[-1]}/{self.session}"

    @property
    def principals(self) -> tuple[str, ...]:
        """What a resource policy may call it: everybody, its role or its session."""
        return ("*", self.role_arn, self.arn)


def caller_of(request: Request, role_of: Callable[[str], str]) -> Caller | None:
    """Return who signed REQUEST; None for the account itself, which may do everything.

    ROLE_OF returns the execution role of a function.

    Unlike AWS: signatures are not checked, and whoever brings keys of a user is the account itself.
    """
    in_url = {name.lower(): values[0] for name, values in request.parameters.items()}
    token = request.header("x-amz-security-token") or in_url.get("x-amz-security-token", "")
    function = function_of_token(token)
    if function is not None:
        try:
            return Caller(role_of(function.removesuffix(":$LATEST")), function.partition(":")[0])
        except ServiceError:  # of a function that was deleted while it ran
            return None
    in_header = _ACCESS_KEY.search(request.header("authorization") or "")
    signed = in_url.get("x-amz-credential", in_url.get("awsaccesskeyid", ""))  # by version 4 or 2
    key = in_header[1] if in_header else signed.partition("/")[0]
    return _assumed(key) if key.startswith("ASIA") else None


def _assumed(access_key: str) -> Caller | None:
    from lambda_study.cloud.seam import iam  # moto's IAM is loaded by those who need it

    found = iam.assumed_role(access_key)
    return Caller(*found) if found else None
