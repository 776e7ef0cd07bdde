"""Take tokens back before they expire: one token, or all that a subject has."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from typing import Literal

import orjson

from federation.extensions.authentication.refusals import AuthenticationUnavailable, Reason, Unauthenticated
from federation.extensions.authentication.remembered_tokens import RememberedTokens, VerifiedToken
from federation.extensions.stores.store import Store, StoreAway

log = logging.getLogger(__name__)

CHANNEL = "revocations"
MOST_HEARD = 100_000

Kind = Literal["token", "token_id", "subject"]


@dataclass(frozen=True, slots=True)
class Revocation:
    """What is taken back: a `token` (SHA-256 of its text, in hexadecimal), or of an issuer the token with a `token_id`
    (its `jti`) or every token of a `subject` that was issued up to now.
    """

    kind: Kind
    value: str
    issuer: str = ""

    @property
    def key(self) -> str:
        """What it is kept under; all are on one node of a cluster, so that one trip asks for several."""
        text = orjson.dumps([self.kind, self.issuer, self.value])
        return f"{{revoked}}:{blake2b(text, digest_size=16).hexdigest()}"


class Revocations:
    """What was revoked, kept for `keep` seconds: at least as long as any token lives.

    Every replica remembers what it hears. Where there is a `store`, it tells the others, and those that start later;
    when it is away, tokens not seen before are refused if `refuse_when_away`, else judged by what was heard. `now` is
    Unix time. Belongs to one event loop.
    """

    def __init__(
        self, now: Callable[[], float], keep: float, store: Store | None = None, *, refuse_when_away: bool = False
    ) -> None:
        self._now = now
        self._keep = keep
        self._store = store
        self._refuse_when_away = refuse_when_away
        self._heard: dict[str, float] = {}
        self._remembered: list[RememberedTokens] = []

    def watch(self, remembered: RememberedTokens) -> None:
        """Let these tokens be forgotten as soon as they are revoked, until `leave`."""
        self._remembered.append(remembered)

    def leave(self, remembered: RememberedTokens) -> None:
        """These tokens are remembered no more."""
        self._remembered.remove(remembered)

    def listen(self) -> Callable[[], None]:
        """Hear from now on what other replicas revoke. Gives the function that ends it."""
        if self._store is None:
            return lambda: None
        return self._store.listen(CHANNEL, self._hear_message, self._forget_all)

    async def revoke(self, revocation: Revocation) -> None:
        """Take back; every replica that can be told knows within a second. Raises StoreAway when none could be."""
        at = self._now()
        self.hear(revocation, at)
        await self.share(revocation, at)

    async def share(self, revocation: Revocation, at: float) -> bool:
        """Tell other replicas of what was taken back at a time; says whether there are any to be told.

        Raises StoreAway.
        """
        if self._store is None:
            return False
        await self._store.put({revocation.key: str(at).encode()}, self._keep)
        message = [revocation.kind, revocation.value, revocation.issuer, at]
        await self._store.publish(CHANNEL, orjson.dumps(message))
        return True

    async def check(self, token: VerifiedToken) -> None:
        """Raise Unauthenticated when the token was revoked, AuthenticationUnavailable when that cannot be known."""
        meant = _all_that_mean(token)
        keys = [each.key for each in meant]
        stored = await self._stored(keys, self._store) if self._store is not None else ()
        # What was heard is looked at last: it may have come while the store was asked.
        heard = [self._heard.get(key) for key in keys]
        for each, at in chain(zip(meant, stored, strict=False), zip(meant, heard, strict=True)):
            if at is not None and _means(each, token, at):
                raise Unauthenticated(Reason.REVOKED, each.kind)

    async def _stored(self, keys: Sequence[str], store: Store) -> Sequence[float | None]:
        try:
            return [None if value is None else float(value) for value in await store.get(keys)]
        except StoreAway as error:
            if self._refuse_when_away:
                raise AuthenticationUnavailable("it cannot be checked now whether the token was revoked") from error
            log.warning("a token is not checked against the shared revocations", extra={"problem": str(error)})
            return ()

    def _hear_message(self, message: bytes) -> None:
        try:
            kind, value, issuer, at = orjson.loads(message)
            self.hear(Revocation(kind, str(value), str(issuer)), float(at))
        except (ValueError, TypeError):
            log.warning("a message about a revocation cannot be read")

    def hear(self, revocation: Revocation, at: float) -> None:
        """Take note of what was taken back at a time; nobody else is told."""
        at = max(at, self._heard.pop(revocation.key, at))
        self._heard[revocation.key] = at
        self._let_go_of_old(at)
        for remembered in self._remembered:
            remembered.forget(lambda token: revocation in _all_that_mean(token) and _means(revocation, token, at))

    def _forget_all(self) -> None:
        # Something may have been revoked unheard: every token is verified anew, and looked up in the store.
        for remembered in self._remembered:
            remembered.forget_all()

    def _let_go_of_old(self, now: float) -> None:
        while self._heard:
            key, at = next(iter(self._heard.items()))
            if at + self._keep > now and len(self._heard) <= MOST_HEARD:
                return
            del self._heard[key]


def _all_that_mean(token: VerifiedToken) -> list[Revocation]:
    found = [Revocation("token", token.hash.hex())]
    if token.token_id is not None:
        found.append(Revocation("token_id", token.token_id, token.issuer))
    if token.identity.subject is not None:
        found.append(Revocation("subject", token.identity.subject, token.issuer))
    return found


def _means(revocation: Revocation, token: VerifiedToken, at: float) -> bool:
    """Whether it was already revoked when the token was issued; one that does not say when is taken for an old one."""
    return revocation.kind != "subject" or token.issued is None or token.issued <= at
