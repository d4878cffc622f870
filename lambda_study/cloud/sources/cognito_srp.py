"""Signing in by a proof that one knows the password, which itself is not sent: SRP-6a as Cognito has it."""

from __future__ import annotations

import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as keyed_hash
from typing import Any

from lambda_study.cloud.seam import cognito as pools
from lambda_study.cloud.seam.cognito import Pool
from lambda_study.cloud.sources.cognito_challenges import not_their_session
from lambda_study.engine import ServiceError

FLOW, CHALLENGE = "USER_SRP_AUTH", "PASSWORD_VERIFIER"
# The prime of 3,072 bits of RFC 3526, and its generator.
PRIME = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f"
    "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510"
    "15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7"
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c"
    "bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
    16,
)
GENERATOR = 2
_PURPOSE = b"Caldera Derived Key\x01"
_KEY_LENGTH = 16


def padded(number: int) -> bytes:
    """Return NUMBER as bytes that begin with a zero bit, which is how it is hashed.

    >>> padded(0x7f), padded(0x80)
    (b'\\x7f', b'\\x00\\x80')
    """
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def hashed(*parts: bytes) -> int:
    """Return the SHA-256 of PARTS as a number."""
    return int.from_bytes(sha256(b"".join(parts)).digest(), "big")


MULTIPLIER = hashed(padded(PRIME), padded(GENERATOR))


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody who claims to know a password: the name of the pool behind "_", and who they are to it."""

    pool: str
    user_id: str
    verifier: int  # what a server keeps in the place of a password
    public_of_client: int
    secret: int

    @property
    def public(self) -> int:
        """What the client is told."""
        return (MULTIPLIER * self.verifier + pow(GENERATOR, self.secret, PRIME)) % PRIME

    def signature(self, secret_block: str, timestamp: str) -> str:
        """Return what a client signs who knows the password."""
        scramble = hashed(padded(self.public_of_client), padded(self.public))
        shared = pow(self.public_of_client * pow(self.verifier, scramble, PRIME), self.secret, PRIME)
        key = keyed_hash(keyed_hash(padded(scramble), padded(shared), "sha256"), _PURPOSE, "sha256")
        said = f"{self.pool}{self.user_id}".encode() + b64decode(secret_block) + timestamp.encode()
        return b64encode(keyed_hash(key[:_KEY_LENGTH], said, "sha256")).decode()


class Proofs:
    """The sign-ins whose proof is awaited, for one answer each. IDS makes what is random in them.

    Unlike AWS: the time stamp is signed, but not held against the clock, and devices are not remembered.
    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
    (read 2026-11-23); https://datatracker.ietf.org/doc/html/rfc5054 (read 2026-11-23).
    """

    def __init__(self, ids: Callable[[], str]) -> None:
        self._ids = ids
        self._awaited: dict[str, Claim] = {}
        self._lock = threading.Lock()

    def begin(self, told: Mapping[str, Any], pool: Pool, public_of_client: str) -> dict[str, Any]:
        """Return what the client is TOLD, with a salt and a number that follow from the user's password."""
        parameters = told["ChallengeParameters"]
        name, user_id = pool.id.partition("_")[2], parameters["USER_ID_FOR_SRP"]
        salt, secret = (hashed(self._ids().encode()) for _ in range(2))
        password = pools.password_of(pool.id, parameters["USERNAME"])
        inner = sha256(f"{name}{user_id}:{password}".encode()).digest()
        verifier = pow(GENERATOR, hashed(padded(salt), inner), PRIME)
        claim = Claim(name, user_id, verifier, _number(public_of_client), secret)
        session = pools.renamed_session(parameters["SECRET_BLOCK"])
        with self._lock:
            self._awaited[session] = claim
        drawn = {"SALT": f"{salt:x}", "SRP_B": f"{claim.public:x}", "SECRET_BLOCK": session}
        return {**told, "Session": session, "ChallengeParameters": {**parameters, **drawn}}

    def check(self, given: Mapping[str, str]) -> None:
        """Raise AWS's error unless the answers GIVEN to a challenge prove that the password is known."""
        block = given.get("PASSWORD_CLAIM_SECRET_BLOCK", "")
        with self._lock:
            claim = self._awaited.pop(block, None)
        if claim is None:
            raise not_their_session()
        right = claim.signature(block, given.get("TIMESTAMP", ""))
        if not compare_digest(right.encode(), given.get("PASSWORD_CLAIM_SIGNATURE", "").encode()):
            raise ServiceError(400, "NotAuthorizedException", "Incorrect username or password.")


def _number(given: str) -> int:
    """Read what a client sends; 0 and its like would make every proof right."""
    try:
        number = int(given, 16)
    except ValueError:
        number = 0
    if number % PRIME == 0:
        raise ServiceError(400, "InvalidParameterException", "SRP_A is no number that can be used.")
    return number
