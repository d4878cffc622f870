"""Cognito user pools: functions that decide while somebody signs up or signs in.

moto keeps the pools and does what a request asks for. What a trigger decides is asked before or after that,
never while moto's lock is held: a function may itself call Cognito.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from lambda_study.cloud import seam
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.requests import operation_of, service_of
from lambda_study.cloud.seam import cognito as pools
from lambda_study.cloud.seam.cognito import Pool, User
from lambda_study.cloud.sources.cognito_challenges import CUSTOM, Challenges, not_their_session
from lambda_study.cloud.sources.cognito_messages import Messages
from lambda_study.cloud.sources.cognito_srp import CHALLENGE as PASSWORD_VERIFIER
from lambda_study.cloud.sources.cognito_srp import FLOW as SRP
from lambda_study.cloud.sources.cognito_srp import Proofs
from lambda_study.cloud.sources.cognito_tokens import changed, response_of
from lambda_study.cloud.sources.cognito_triggers import Asked, Triggers, texts_by_name
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import ServiceError

_NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
_REFRESH = ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN")
Answer = Callable[[Request], Response]


class Cognito:
    """User pools with their triggers. ANSWER is moto's.

    Unlike AWS: custom senders, federation and hosted pages are not modelled.
    """

    def __init__(self, wiring: Wiring, answer: Answer) -> None:
        self._wiring = wiring
        self._moto = answer
        self._triggers = Triggers(wiring)
        self._messages = Messages(wiring, self._triggers)
        self._challenges = Challenges(self._triggers, wiring.ids)
        self._proofs = Proofs(wiring.ids)
        self._stack = ExitStack()
        self._begun = False
        self._operations: dict[str, Callable[[Request, dict[str, Any]], Response]] = {
            "SignUp": self._sign_up,
            "ConfirmSignUp": self._confirm_sign_up,
            "AdminConfirmSignUp": self._admin_confirm_sign_up,
            "ResendConfirmationCode": self._resend,
            "AdminCreateUser": self._admin_create_user,
            "ForgotPassword": self._forgot_password,
            "ConfirmForgotPassword": self._confirm_forgot_password,
            "InitiateAuth": self._sign_in,
            "AdminInitiateAuth": self._sign_in,
            "RespondToAuthChallenge": self._go_on_signing_in,
            "AdminRespondToAuthChallenge": self._go_on_signing_in,
        }

    def answer(self, request: Request) -> Response:
        """Return the answer to REQUEST; one that is not for a user pool goes to moto as it is."""
        if service_of(request) != "cognito-idp":
            return self._moto(request)
        self._begin()
        operation = self._operations.get(operation_of(request, "cognito-idp"))
        if operation is None:
            return self._moto(request)
        try:
            return operation(request, json.loads(request.body or b"{}"))
        except ServiceError as error:
            return _refusal(error)

    def close(self) -> None:
        """Take the patch of moto out again."""
        self._stack.close()

    def _begin(self) -> None:
        with seam.lock:
            if not self._begun:
                self._begun = True
                self._stack.enter_context(pools.mended(self._wiring.clock))

    # -- signing up

    def _sign_up(self, request: Request, asks: dict[str, Any]) -> Response:
        pool, name = pools.pool_of_client(asks.get("ClientId", "")), asks.get("Username", "")
        if pool is None or not pools.may_sign_up(pool.id, name, asks.get("Password", "")):
            return self._moto(request)
        newcomer = User(name, "UNCONFIRMED", _by_name(asks.get("UserAttributes")))
        asked = Asked(pool, newcomer, asks["ClientId"], asks.get("ClientMetadata") or {})
        decided = self._ask_whether_to_take(asked, "PreSignUp_SignUp", asks)
        answer = self._moto(request)
        if answer.status != 200:
            return answer
        verified = _verified(decided)
        if decided.get("autoConfirmUser") is True:
            pools.confirm(pool.id, name, verified)
            self._confirmed(pool, name, asks)
            return _without(answer, "CodeDeliveryDetails", UserConfirmed=True)
        pools.verify(pool.id, name, verified)
        if not pool.verifies:
            return answer
        made = self._asked(pool, name, asks)
        self._messages.send(made, "CustomMessage_SignUp")
        return _without(answer, "", **_delivery(made.user))

    def _ask_whether_to_take(self, asked: Asked, source: str, asks: dict[str, Any]) -> dict[str, Any]:
        request = {"validationData": _by_name(asks.get("ValidationData")) or None}
        response = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
        return self._triggers.ask(asked, source, request, response)

    def _confirm_sign_up(self, request: Request, asks: dict[str, Any]) -> Response:
        pool = pools.pool_of_client(asks.get("ClientId", ""))
        user = pools.user(pool.id, asks.get("Username", "")) if pool else None
        if pool is None or user is None:
            return self._moto(request)
        _check_unconfirmed(user)
        self._messages.check(pool.id, user.name, asks.get("ConfirmationCode", ""))
        answer = self._moto(request)
        if answer.status == 200:
            pools.verify(pool.id, user.name, tuple(each for each in pool.verifies if each in user.attributes))
            self._confirmed(pool, user.name, asks)
        return answer

    def _admin_confirm_sign_up(self, request: Request, asks: dict[str, Any]) -> Response:
        pool = pools.pool(asks.get("UserPoolId", ""))
        user = pools.user(pool.id, asks.get("Username", "")) if pool else None
        if pool is None or user is None:
            return self._moto(request)
        _check_unconfirmed(user)
        answer = self._moto(request)
        if answer.status == 200:
            self._confirmed(pool, user.name, asks)
        return answer

    def _confirmed(
        self, pool: Pool, name: str, asks: dict[str, Any], source: str = "PostConfirmation_ConfirmSignUp"
    ) -> None:
        self._triggers.ask(self._asked(pool, name, asks), source)

    def _resend(self, request: Request, asks: dict[str, Any]) -> Response:
        pool = pools.pool_of_client(asks.get("ClientId", ""))
        user = pools.user(pool.id, asks.get("Username", "")) if pool else None
        if pool is None or user is None:
            raise ServiceError(400, "UserNotFoundException", "Username/client id combination not found.")
        self._messages.send(self._asked(pool, user.name, asks), "CustomMessage_ResendCode")
        return _json(200, _delivery(user))

    def _admin_create_user(self, request: Request, asks: dict[str, Any]) -> Response:
        pool, name = pools.pool(asks.get("UserPoolId", "")), asks.get("Username", "")
        if pool is None or pools.user(pool.id, name) is not None:
            return self._moto(request)
        newcomer = User(name, "FORCE_CHANGE_PASSWORD", _by_name(asks.get("UserAttributes")))
        asked = Asked(pool, newcomer, _NO_CLIENT, asks.get("ClientMetadata") or {})
        decided = self._ask_whether_to_take(asked, "PreSignUp_AdminCreateUser", asks)
        answer = self._moto(request)
        if answer.status == 200:
            pools.verify(pool.id, name, _verified(decided))
            if asks.get("MessageAction") != "SUPPRESS":
                password = asks.get("TemporaryPassword", "")
                made = self._asked(pool, name, asks)
                self._messages.send(made, "CustomMessage_AdminCreateUser", password or "a new password")
        return answer

    # -- forgotten passwords

    def _forgot_password(self, request: Request, asks: dict[str, Any]) -> Response:
        answer = self._moto(request)
        pool = pools.pool_of_client(asks.get("ClientId", ""))
        user = pools.user(pool.id, asks.get("Username", "")) if pool else None
        if pool is not None and user is not None and answer.status == 200:
            self._messages.send(self._asked(pool, user.name, asks), "CustomMessage_ForgotPassword")
        return answer

    def _confirm_forgot_password(self, request: Request, asks: dict[str, Any]) -> Response:
        pool = pools.pool_of_client(asks.get("ClientId", ""))
        user = pools.user(pool.id, asks.get("Username", "")) if pool else None
        if pool is None or user is None:
            return self._moto(request)
        self._messages.check(pool.id, user.name, asks.get("ConfirmationCode", ""))
        answer = self._moto(request)
        if answer.status == 200:
            self._confirmed(pool, user.name, asks, "PostConfirmation_ConfirmForgotPassword")
        return answer

    # -- signing in

    def _sign_in(self, request: Request, asks: dict[str, Any]) -> Response:
        pool, given = pools.pool_of_client(asks.get("ClientId", "")), asks.get("AuthParameters") or {}
        flow = asks.get("AuthFlow", "")
        if pool is None:
            return self._moto(request)
        if flow in _REFRESH:
            name = pools.owner_of(given.get("REFRESH_TOKEN", ""))
            return self._with_tokens(request, pool, name, asks, "TokenGeneration_RefreshTokens")
        name = given.get("USERNAME", "")
        self._migrate(pool, name, given, asks)
        user = pools.user(pool.id, name)
        if flow == "CUSTOM_AUTH":
            _check_may_sign_in(user)
        if user is not None:
            asked = self._asked(pool, name, {"ClientId": asks["ClientId"]})
            told = {"validationData": asks.get("ClientMetadata"), "userNotFound": False}
            self._triggers.ask(asked, "PreAuthentication_Authentication", told)
            if flow == "CUSTOM_AUTH":
                return self._challenged(pool, name, asks, self._challenges.begin(asked))
        answer = self._with_tokens(request, pool, name, {"ClientId": asks["ClientId"]})
        if flow == SRP and answer.status == 200:
            return _json(200, self._proofs.begin(json.loads(answer.body), pool, given.get("SRP_A", "")))
        return answer

    def _go_on_signing_in(self, request: Request, asks: dict[str, Any]) -> Response:
        pool, given = pools.pool_of_client(asks.get("ClientId", "")), asks.get("ChallengeResponses") or {}
        if pool is None:
            return self._moto(request)
        session, challenged = asks.get("Session", ""), asks.get("ChallengeName")
        if challenged == CUSTOM:
            asked = self._asked(pool, given.get("USERNAME", ""), {"ClientId": asks["ClientId"]})
            challenge = self._challenges.respond(session, asked, given.get("ANSWER", ""))
            return self._challenged(pool, asked.user.name, asks, challenge)
        if challenged == PASSWORD_VERIFIER:
            session = given.get("PASSWORD_CLAIM_SECRET_BLOCK", "")  # it is the session to moto
        owner = pools.owner_of_session(session)
        name = given.get("USERNAME") or owner
        _check_same(pool, owner, name)
        if challenged == PASSWORD_VERIFIER:
            self._proofs.check(given)
        is_first = challenged == "NEW_PASSWORD_REQUIRED"
        point = "NewPasswordChallenge" if is_first else "Authentication"
        return self._with_tokens(request, pool, name, asks, f"TokenGeneration_{point}")

    def _challenged(
        self, pool: Pool, name: str, asks: dict[str, Any], challenge: dict[str, Any] | None
    ) -> Response:
        """Ask the next CHALLENGE; without one NAME is signed in."""
        if challenge is not None:
            return _json(200, challenge)
        told = pools.sign_in(pool.id, asks["ClientId"], name)
        return _json(200, self._changed(told, pool, name, asks, "TokenGeneration_Authentication"))

    def _migrate(self, pool: Pool, name: str, given: Mapping[str, str], asks: dict[str, Any]) -> None:
        """Ask for a user whom the pool does not know, and take over who is found elsewhere."""
        if "UserMigration" not in pool.triggers or pools.user(pool.id, name) is not None:
            return
        asked = Asked(pool, User(name, "", {}), asks["ClientId"])
        password = given.get("PASSWORD", "")
        told = {"password": password, "validationData": asks.get("ClientMetadata")}
        found = self._triggers.ask(asked, "UserMigration_Authentication", told, _NOBODY)
        if attributes := texts_by_name(found.get("userAttributes")):
            status = found.get("finalUserStatus") or "RESET_REQUIRED"
            pools.migrate(pool.id, name, password, attributes, status)

    def _with_tokens(
        self,
        request: Request,
        pool: Pool,
        name: str,
        asks: dict[str, Any],
        source: str = "TokenGeneration_Authentication",
    ) -> Response:
        """Let moto sign NAME in; if it gives out tokens, ask what shall be in them."""
        answer = self._moto(request)
        told = json.loads(answer.body or b"{}")
        if answer.status != 200 or not told.get("AuthenticationResult"):
            return answer
        return _json(200, self._changed(told, pool, name, asks, source))

    def _changed(
        self, told: dict[str, Any], pool: Pool, name: str, asks: dict[str, Any], source: str
    ) -> dict[str, Any]:
        """Return what a client is TOLD with tokens as the functions want them; a refusal revokes them."""
        tokens = told["AuthenticationResult"]
        asked = self._asked(pool, name, asks)
        try:
            if not source.endswith("_RefreshTokens"):
                self._triggers.ask(asked, "PostAuthentication_Authentication", {"newDeviceUsed": False})
            return {**told, "AuthenticationResult": {**tokens, **self._tokens(asked, source, tokens)}}
        except ServiceError:
            pools.revoke(pool.id, tokens)
            raise

    def _tokens(self, asked: Asked, source: str, tokens: Mapping[str, str]) -> dict[str, str]:
        pool = asked.pool
        if "PreTokenGeneration" not in pool.triggers:
            return {}
        groups = {"groupsToOverride": [*asked.user.groups], "iamRolesToOverride": [], "preferredRole": None}
        request: dict[str, Any] = {"groupConfiguration": groups}
        version = pool.token_event_version
        id_claims, access_claims = (pools.claims_of(tokens[name]) for name in ("IdToken", "AccessToken"))
        if version > 1:
            request["scopes"] = str(access_claims.get("scope", "")).split()
        response = self._triggers.ask(asked, source, request, response_of(version), version)
        for_id, for_access = changed(version, response, id_claims, access_claims)
        return {
            "IdToken": pools.reissue(pool.id, tokens["IdToken"], for_id),
            "AccessToken": pools.reissue(pool.id, tokens["AccessToken"], for_access),
        }

    def _asked(self, pool: Pool, name: str, asks: Mapping[str, Any]) -> Asked:
        """What a trigger is told of a user whom the pool knows."""
        user = pools.user(pool.id, name) or User(name, "", {})
        shown = {"sub": user.attributes.get("sub", ""), "cognito:user_status": user.status}
        known = User(user.name, user.status, {**shown, **user.attributes}, user.groups)
        client_id = asks.get("ClientId") or _NO_CLIENT
        return Asked(pool, known, client_id, asks.get("ClientMetadata") or {})


_NOBODY = {
    "userAttributes": None,
    "forceAliasCreation": None,
    "enableSMSMFA": None,
    "finalUserStatus": None,
    "messageAction": None,
    "desiredDeliveryMediums": None,
}


def _by_name(listed: list[dict[str, str]] | None) -> dict[str, str]:
    """Read a list of names and values.

    >>> _by_name([{"Name": "email", "Value": "ada@example.org"}])
    {'email': 'ada@example.org'}
    """
    return {each["Name"]: each.get("Value", "") for each in listed or ()}


def _check_may_sign_in(user: User | None) -> None:
    if user is None:
        raise ServiceError(400, "UserNotFoundException", "User does not exist.")
    if user.status == "UNCONFIRMED":
        raise ServiceError(400, "UserNotConfirmedException", "User is not confirmed.")


def _check_same(pool: Pool, owner: str, name: str) -> None:
    """Raise AWS's error unless the OWNER of a session answers by NAME; moto knows what to say of no owner."""
    if owner and owner != name:
        began, answers = pools.user(pool.id, owner), pools.user(pool.id, name)
        if began is None or answers is None or began.name != answers.name:
            raise not_their_session()


def _check_unconfirmed(user: User) -> None:
    if user.status != "UNCONFIRMED":
        text = f"User cannot be confirmed. Current status is {user.status}"
        raise ServiceError(400, "NotAuthorizedException", text)


def _delivery(user: User) -> dict[str, Any]:
    """Tell where a code went, without the whole address.

    >>> _delivery(User("ada", "", {"email": "ada@example.org"}))["CodeDeliveryDetails"]["Destination"]
    'a***@e***'
    """
    if email := user.attributes.get("email"):
        name, _, domain = email.partition("@")
        shown, medium, attribute = f"{name[:1]}***@{domain[:1]}***", "EMAIL", "email"
    elif phone := user.attributes.get("phone_number"):
        shown, medium, attribute = f"+*******{phone[-4:]}", "SMS", "phone_number"
    else:
        return {}
    details = {"Destination": shown, "DeliveryMedium": medium, "AttributeName": attribute}
    return {"CodeDeliveryDetails": details}


def _verified(decided: Mapping[str, Any]) -> tuple[str, ...]:
    names = {"email": "autoVerifyEmail", "phone_number": "autoVerifyPhone"}
    return tuple(attribute for attribute, name in names.items() if decided.get(name) is True)


def _without(answer: Response, left_out: str, **changes: Any) -> Response:
    told = {name: value for name, value in json.loads(answer.body).items() if name != left_out}
    return _json(200, {**told, **changes})


def _refusal(error: ServiceError) -> Response:
    return _json(error.status, {"__type": error.code, "message": error.message})


def _json(status: int, told: Mapping[str, Any]) -> Response:
    return Response(status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(told).encode())
