"""Remember which tokens were verified, so that the next request with one costs a hash and not a signature."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from federation.identity import Identity


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What is known of a token whose signature and claims are right; it holds until `until` (Unix time).

    `hash` stands for its text, which is not kept. `issued` is when its issuer says that it was made.
    """

    identity: Identity
    until: float
    hash: bytes
    issuer: str
    token_id: str | None
    issued: float | None


def hash_token(text: str) -> bytes:
    """What a token is remembered and revoked by."""
    return sha256(text.encode("ascii", "replace")).digest()


class RememberedTokens:
    """At most `most` tokens, those used least recently forgotten first; tasks of one event loop use it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tokens: dict[bytes, VerifiedToken] = {}

    def find(self, token_hash: bytes, now: float) -> Identity | None:
        """Whose token it is, if it was verified before and still holds."""
        token = self._tokens.pop(token_hash, None)
        if token is None or now >= token.until:
            return None
        self._tokens[token_hash] = token  # to the end: it was used last
        return token.identity

    def keep(self, token: VerifiedToken) -> None:
        """Remember a token until it expires."""
        self._tokens[token.hash] = token
        if len(self._tokens) > self._most:
            del self._tokens[next(iter(self._tokens))]

    def forget(self, is_meant: Callable[[VerifiedToken], bool]) -> None:
        """Forget the tokens that are meant; whoever sends one has it verified anew."""
        for token in [token for token in self._tokens.values() if is_meant(token)]:
            del self._tokens[token.hash]

    def forget_all(self) -> None:
        """Forget every token."""
        self._tokens.clear()
