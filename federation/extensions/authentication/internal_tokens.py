"""Short-lived tokens by which services believe the gateway about who asks, and need not believe anybody else."""

from collections.abc import Callable
from dataclasses import dataclass
from time import time

from federation.extensions.authentication.signing_key import SigningKey
from federation.identity import Identity

MOST_KEPT = 10_000
KEPT_SHARE = 0.75  # of a token's life


@dataclass(frozen=True, slots=True)
class TokenTerms:
    """What tokens say beside who asks: who says so, for how long (seconds), and which claims are handed on."""

    issuer: str = "interlace"
    lifetime: float = 60.0
    claims: tuple[str, ...] = ()


class InternalTokens:
    """Signs one token for each identity and service, and gives the same until a quarter of its life is left.

    So calls for the same client can be one call, and signing costs little. `now` is Unix time.
    """

    def __init__(self, key: SigningKey, terms: TokenTerms, *, now: Callable[[], float] = time) -> None:
        self._key = key
        self._terms = terms
        self._now = now
        self._kept: dict[tuple[str, str], tuple[str, float]] = {}

    def token(self, identity: Identity, audience: str) -> str:
        """A token that tells the audience who asks."""
        key, now = (audience, identity.answer_scope), self._now()
        token, until = self._kept.pop(key, ("", 0.0))
        if now >= until:
            token, until = self._sign(identity, audience, now), now + self._terms.lifetime * KEPT_SHARE
        self._kept[key] = token, until
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return token

    def _sign(self, identity: Identity, audience: str, now: float) -> str:
        claims = {name: identity.claims[name] for name in self._terms.claims if name in identity.claims}
        if identity.subject is not None:
            claims["sub"] = identity.subject
        return self._key.sign(
            claims
            | {
                "iss": self._terms.issuer,
                "aud": audience,
                "iat": int(now),
                "exp": int(now + self._terms.lifetime),
                "roles": sorted(identity.roles),
                "scope": " ".join(sorted(identity.scopes)),
            }
        )
