"""API keys: random secrets that are known here by their hash alone."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from federation.extensions.authentication.claims import digest
from federation.extensions.authentication.refusals import Reason, Unauthenticated
from federation.identity import Identity

PREFIX: Final = "ilk"
_ID_BYTES = 6
_SECRET_BYTES = 32
_MOST_CHARACTERS = 200
_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of one key: its SHA-256, whose it is, and until when (Unix time) it holds.

    A slow hash would add nothing: a key has 256 random bits, which nobody finds by trying, as one does with passwords.
    """

    hash: bytes
    subject: str
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    until: float | None = None


class ApiKeys:
    """The keys by their ids. An id is no secret: it tells which hash to compare with, and which key to take back."""

    def __init__(self, keys: Mapping[str, ApiKey]) -> None:
        self._keys = {key_id: (key, _identity(key_id, key)) for key_id, key in keys.items()}

    def identify(self, text: str, now: float) -> Identity:
        """Whose key it is. Raises Unauthenticated; an unknown id and a wrong secret are not told apart."""
        key, identity = self._keys.get(_id_of(text), (None, None))
        expected = _NOBODY if key is None else key.hash
        is_right = hmac.compare_digest(hash_api_key(text), expected)
        if key is None or identity is None or not is_right:
            raise Unauthenticated(Reason.UNKNOWN_KEY, "no such API key")
        if key.until is not None and now >= key.until:
            raise Unauthenticated(Reason.EXPIRED, "the API key has expired")
        return identity


def new_api_key() -> tuple[str, str]:
    """A new key and its id."""
    key_id = secrets.token_hex(_ID_BYTES)
    return f"{PREFIX}_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}", key_id


def hash_api_key(text: str) -> bytes:
    """What is kept of a key."""
    return sha256(text.encode("utf-8", "replace")).digest()


def _id_of(text: str) -> str:
    parts = text.split("_", 2)
    if len(text) > _MOST_CHARACTERS or len(parts) != 3 or parts[0] != PREFIX:
        raise Unauthenticated(Reason.MALFORMED, "not an API key of this gateway")
    return parts[1]


def _identity(key_id: str, key: ApiKey) -> Identity:
    return Identity(
        subject=key.subject,
        roles=key.roles,
        scopes=key.scopes,
        claims={"sub": key.subject, "key_id": key_id},
        method="api_key",
        scope_key=digest("api_key", key.subject),  # whoever changes keys stays the same principal, with the same limits
        variant=digest(key_id),
    )
