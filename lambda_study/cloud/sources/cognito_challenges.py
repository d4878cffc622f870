"""Custom challenges: three functions that sign somebody in without a password."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lambda_study.cloud.sources.cognito_triggers import Asked, Triggers, object_of, unreadable
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

    def is_by(self, asked: Asked) -> bool:
        """Return whether the same user has begun it, in the same pool and through the same app client."""
        mine = self.asked
        return (mine.pool.id, mine.client_id, mine.user.name) == (
            asked.pool.id,
            asked.client_id,
            asked.user.name,
        )


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

    def respond(self, session: str, asked: Asked, answer: str) -> dict[str, Any] | None:
        """Return the next challenge after the ANSWER of who is ASKED; None if tokens are due.

        ServiceError if somebody else has begun the session, and if the functions end the sign-in.
        """
        sign_in = self._taken(session, asked)
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

    def _taken(self, session: str, asked: Asked) -> _SignIn:
        with self._lock:
            sign_in = self._open.get(session)
            if sign_in is None or not sign_in.is_by(asked):
                raise not_their_session()
            return self._open.pop(session)

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
        session, public = self._ids(), object_of(made.get("publicChallengeParameters"))
        private, metadata = made.get("privateChallengeParameters"), made.get("challengeMetadata")
        with self._lock:
            self._open[session] = replace(sign_in, private=private, metadata=metadata)
        shown = {"USERNAME": sign_in.asked.user.name, **public}
        return {"ChallengeName": CUSTOM, "Session": session, "ChallengeParameters": shown}


def not_their_session() -> ServiceError:
    """Return AWS's error for an answer in a session that is not there, or that somebody else has begun."""
    return ServiceError(400, "NotAuthorizedException", "Invalid session for the user.")
