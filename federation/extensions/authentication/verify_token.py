"""From the text of a token to whose it is, or to why it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from federation.extensions.authentication.claims import ClaimRules, check_audience, check_times, read_identity
from federation.extensions.authentication.keys import Keys
from federation.extensions.authentication.read_token import UnverifiedToken, read_token
from federation.extensions.authentication.refusals import Reason, Unauthenticated
from federation.extensions.authentication.remembered_tokens import VerifiedToken, hash_token

UNENDING_SECONDS = 600.0  # for so long a token without an end is remembered


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody whose tokens are trusted: `name` is their `iss`."""

    name: str
    keys: Keys
    rules: ClaimRules


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Verifies tokens of its issuers, by their names; tokens without `iss` are of `unnamed`, where there is one."""

    issuers: Mapping[str, Issuer]
    unnamed: Issuer | None = None

    async def verify(self, text: str, now: float) -> VerifiedToken:
        """What a token proves at this time (Unix). Raises Unauthenticated, KeysUnavailable."""
        token = read_token(text)
        issuer = self._issuer(token)
        # What costs little is looked at first: no signature is verified, and no key fetched, for a token of no use.
        until = check_times(token.claims, issuer.rules, now)
        check_audience(token.claims, issuer.rules)
        await _check_signature(token, issuer.keys)
        token_hash = hash_token(text)
        return VerifiedToken(
            read_identity(token.claims, issuer.rules, token_hash),
            now + UNENDING_SECONDS if until is None else until,
            token_hash,
            issuer.name,
            token.claims.get("jti"),
            token.claims.get("iat"),
        )

    def _issuer(self, token: UnverifiedToken) -> Issuer:
        if token.issuer is None:
            if self.unnamed is None:
                raise Unauthenticated(Reason.BAD_CLAIMS, "'iss' is missing")
            return self.unnamed
        issuer = self.issuers.get(token.issuer)
        if issuer is None:
            raise Unauthenticated(Reason.UNKNOWN_ISSUER)
        return issuer


async def _check_signature(token: UnverifiedToken, keys: Keys) -> None:
    known = await keys.for_kid(token.kid)
    candidates = known.candidates(token.kid, token.algorithm)
    if not candidates:
        raise Unauthenticated(Reason.WRONG_ALGORITHM if known.knows(token.kid) else Reason.UNKNOWN_KEY)
    if not any(key.verifies(token.signed, token.signature) for key in candidates):
        raise Unauthenticated(Reason.BAD_SIGNATURE)
