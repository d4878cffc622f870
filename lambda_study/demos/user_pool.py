"""A user pool as a member of the photo club sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import boto3

from lambda_study.cloud.seam.cognito import claims_of
from lambda_study.engine import Function
from lambda_study.model.trace_event import TraceEvent

PASSWORD = "Camera.1234"


class UserPool:
    """A new user pool with an app client. TRIGGERS are functions: UserPool(PreSignUp=function).

    With VERIFIES_EMAIL it sends codes to new users; they are in the trace: `code_sent_to`.
    """

    def __init__(self, verifies_email: bool = False, **triggers: Function) -> None:
        self._idp = boto3.client("cognito-idp")
        functions = {name: function.configuration.arn for name, function in triggers.items()}
        verified = ["email"] if verifies_email else []
        made = self._idp.create_user_pool(
            PoolName="club", LambdaConfig=functions, AutoVerifiedAttributes=verified
        )["UserPool"]
        self.id, self.arn = str(made["Id"]), str(made["Arn"])
        client = self._idp.create_user_pool_client(UserPoolId=self.id, ClientName="web")
        self.client_id = str(client["UserPoolClient"]["ClientId"])

    def sign_up(self, name: str, email: str = "", **more: Any) -> str:
        """Sign a user up by NAME and EMAIL; the status that they have then."""
        attributes = [{"Name": "email", "Value": email or f"{name}@example.org"}]
        self._idp.sign_up(
            ClientId=self.client_id, Username=name, Password=PASSWORD, UserAttributes=attributes, **more
        )
        return self.status(name)

    def confirm(self, name: str, code: str = "0") -> str:
        """Confirm a user by the CODE they were sent; the status that they have then."""
        self._idp.confirm_sign_up(ClientId=self.client_id, Username=name, ConfirmationCode=code)
        return self.status(name)

    def sign_in(self, name: str) -> dict[str, str]:
        """Sign a user in; their tokens: IdToken, AccessToken, RefreshToken."""
        answer = self._idp.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )
        return dict(answer["AuthenticationResult"])

    def claims(self, name: str) -> dict[str, Any]:
        """Sign a user in; what their ID token says."""
        return claims_of(self.sign_in(name)["IdToken"])

    def status(self, name: str) -> str:
        """Return the status of a user; "unknown" for somebody who is not in the pool."""
        try:
            user = self._idp.admin_get_user(UserPoolId=self.id, Username=name)
        except self._idp.exceptions.UserNotFoundException:
            return "unknown"
        return str(user["UserStatus"])


def code_sent_to(address: str, trace: Iterable[TraceEvent]) -> str:
    """Return the code in the last message to ADDRESS that TRACE tells of; "" without one."""
    texts = [event.detail for event in trace if event.kind == "delivery" and event.target == address]
    found = re.findall(r"\d{6}", texts[-1]) if texts else []
    return found[-1] if found else ""
