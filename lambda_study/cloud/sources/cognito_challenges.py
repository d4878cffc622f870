"""Custom challenges: three functions that sign somebody in without a password."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lambda_study.cloud.sources.cognito_triggers import Asked, Triggers, unreadable
from lambda_study.engine import ServiceError

CUSTOM = "CUSTOM_CHALLENGE"
_DECISION = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
_CHALLENGE = {
    "publicChallengeParameters": None,
    "privateChallengeParameters": None,
    "challengeMetadata": None,
}


@dataclass(frozen=True, slots=True)
class _SignIn:
    """A sign-in that is not done: what was asked and answered before, and the challenge that is open."""

    asked: Asked
    history: tuple[Mapping[str, Any], ...] = ()
    private: Mapping[str, str] | None = None
    metadata: str | None = None


class Challenges:
    """Signs users in by DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse.

    IDS makes the names of sessions; a session is good for one answer.

    Unlike AWS: a session does not expire, and passwords and custom challenges cannot be mixed.
    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html
    (read 2026-11-23).
    """

    def __init__(self, triggers: Triggers, ids: Callable[[], str]) -> None:
        self._triggers = triggers
        self._ids = ids
        self._open: dict[str, _SignIn] = {}
        self._lock = threading.Lock()

    def begin(self, asked: Asked) -> dict[str, Any] | None:
        """Return the first challenge as the client gets it; None if tokens are due at once."""
        if "DefineAuthChallenge" not in asked.pool.triggers:
            text = "Custom auth lambda trigger is not configured for the user pool."
            raise ServiceError(400, "InvalidParameterException", text)
        return self._go_on(_SignIn(asked))

    def respond(self, session: str, answer: str) -> dict[str, Any] | None:
        """Return the next challenge after ANSWER to the one that is open; None if tokens are due.

        ServiceError if the functions end the sign-in.
        """
        with self._lock:
            sign_in = self._open.pop(session, None)
        if sign_in is None:
            raise ServiceError(400, "NotAuthorizedException", "Invalid session for the user.")
        request = {"privateChallengeParameters": sign_in.private, "challengeAnswer": answer}
        verified = self._triggers.ask(
            sign_in.asked, "VerifyAuthChallengeResponse_Authentication", request, {"answerCorrect": None}
        )
        entry = {
            "challengeName": CUSTOM,
            "challengeResult": verified.get("answerCorrect") is True,
            "challengeMetadata": sign_in.metadata,
        }
        return self._go_on(replace(sign_in, history=(*sign_in.history, entry)))

    def _go_on(self, sign_in: _SignIn) -> dict[str, Any] | None:
        """Ask what comes next, and return the challenge if it is one."""
        history = [dict(entry) for entry in sign_in.history]
        decided = self._triggers.ask(
            sign_in.asked,
            "DefineAuthChallenge_Authentication",
            {"session": history, "userNotFound": False},
            _DECISION,
        )
        if decided.get("failAuthentication") is True:
            raise ServiceError(400, "NotAuthorizedException", "Incorrect username or password.")
        if decided.get("issueTokens") is True:
            return None
        if decided.get("challengeName") != CUSTOM:
            raise unreadable()
        request = {"challengeName": CUSTOM, "session": history}
        made = self._triggers.ask(sign_in.asked, "CreateAuthChallenge_Authentication", request, _CHALLENGE)
        return self._opened(sign_in, made)

    def _opened(self, sign_in: _SignIn, made: Mapping[str, Any]) -> dict[str, Any]:
        session = self._ids()
        private, metadata = made.get("privateChallengeParameters"), made.get("challengeMetadata")
        with self._lock:
            self._open[session] = replace(sign_in, private=private, metadata=metadata)
        shown = {"USERNAME": sign_in.asked.user.name, **(made.get("publicChallengeParameters") or {})}
        return {"ChallengeName": CUSTOM, "Session": session, "ChallengeParameters": shown}
