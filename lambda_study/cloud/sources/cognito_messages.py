"""The messages of a user pool: codes that users type in to confirm who they are."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from copy import copy
from random import Random
from typing import Any

from lambda_study.cloud.sources.cognito_triggers import Asked, Triggers
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import ServiceError

CODE, LINK, NAME = "{####}", "{##Click Here##}", "{username}"


class Messages:
    """Sends codes, in the words of the CustomMessage trigger if there is one: they are in the trace.

    Unlike AWS: nothing leaves this machine, and a code does not expire.
    """

    def __init__(self, wiring: Wiring, triggers: Triggers) -> None:
        self._wiring = wiring
        self._triggers = triggers
        self._random = Random(copy(wiring.random).getrandbits(64))  # so that a code draws from nothing else
        self._codes: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def send(self, asked: Asked, trigger_source: str, code: str = "") -> None:
        """Send a new code, or CODE, to the user by email or SMS; for nobody's address it does nothing.

        TRIGGER_SOURCE is such as "CustomMessage_SignUp".
        """
        medium = "emailMessage" if asked.user.attributes.get("email") else "smsMessage"
        address = asked.user.attributes.get("email") or asked.user.attributes.get("phone_number")
        if not address:
            return
        by_admin = trigger_source.endswith("_AdminCreateUser")
        request = {
            "codeParameter": CODE,
            "linkParameter": LINK,
            "usernameParameter": NAME if by_admin else None,
        }
        empty = {"smsMessage": None, "emailMessage": None, "emailSubject": None}
        custom = self._triggers.ask(asked, trigger_source, request, empty)
        code = code or self._new_code(asked)
        text = self._text(asked, custom, medium, code)
        self._wiring.trace.add("delivery", source=asked.pool.arn, target=address, detail=text)

    def check(self, pool_id: str, name: str, code: str) -> None:
        """Raise AWS's error unless CODE is the one that was sent last; the right one is used up.

        Unlike AWS: a user who was sent no code can confirm with any.
        """
        with self._lock:
            sent = self._codes.get((pool_id, name))
            if sent not in (None, code):
                text = "Invalid verification code provided, please try again."
                raise ServiceError(400, "CodeMismatchException", text)
            self._codes.pop((pool_id, name), None)

    def _new_code(self, asked: Asked) -> str:
        with self._lock:
            code = f"{self._random.randrange(1_000_000):06d}"
            self._codes[asked.pool.id, asked.user.name] = code
        return code

    def _text(self, asked: Asked, custom: Mapping[str, Any], medium: str, code: str) -> str:
        body = custom.get(medium) or asked.pool.message
        subject = f"{custom.get('emailSubject') or asked.pool.subject}: " if medium == "emailMessage" else ""
        return f"{subject}{body}".replace(CODE, code).replace(NAME, asked.user.name).strip()
