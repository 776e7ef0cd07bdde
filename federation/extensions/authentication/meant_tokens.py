"""Which tokens somebody means who takes them back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from federation.extensions.authentication.revocations import Revocation

SHA_256 = re.compile(r"[0-9a-f]{64}")


class MeansNothing(ValueError):
    """What was said names no tokens, or too many kinds of them."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody says: one of subject, token id and token hash, and whose tokens are meant."""

    issuer: str | None = None
    subject: str | None = None
    token_id: str | None = None
    token_hash: str | None = None

    def revocation(self, issuers: Sequence[str]) -> Revocation:
        """What is taken back, where these issuers are configured. Raises MeansNothing."""
        named = [each for each in (self.subject, self.token_id, self.token_hash) if each]
        if len(named) != 1:
            raise MeansNothing("say what is revoked by one of subject, token id and token hash")
        if self.token_hash:
            if not SHA_256.fullmatch(self.token_hash):
                raise MeansNothing("token-hash: expected the SHA-256 of the token, as 64 hexadecimal digits")
            return Revocation("token", self.token_hash)
        issuer = self._one_of(issuers)
        if self.token_id:
            return Revocation("token_id", self.token_id, issuer)
        return Revocation("subject", named[0], issuer)

    def _one_of(self, issuers: Sequence[str]) -> str:
        if self.issuer is None and len(issuers) == 1:
            return issuers[0]
        if self.issuer is None or self.issuer not in issuers:
            known = ", ".join(issuers) or "there is none"
            raise MeansNothing(f"issuer: name one of the configured issuers: {known}")
        return self.issuer
