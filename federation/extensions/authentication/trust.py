"""What outlives a snapshot: the keys of issuers, fetched in the background, and what was revoked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import time

from federation.extensions.authentication.fetch_keys import KeyFetcher
from federation.extensions.authentication.keys import RemoteKeys
from federation.extensions.authentication.revocations import Revocations
from federation.extensions.stores.store import Store
from federation.task_group import task_group


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where the keys of an issuer are had, and for which algorithms; without a `jwks_url` the issuer is asked."""

    issuer: str
    jwks_url: str | None
    algorithms: tuple[str, ...]


@dataclass(slots=True)
class _Followed:
    keys: RemoteKeys
    task: asyncio.Task[None]
    users: int = 0


class Trust:
    """Keeps the keys of the issuers that somebody uses, and one list of revocations.

    A snapshot that takes the place of another finds the keys that the other had: also when the issuer is away then.
    """

    def __init__(self, group: asyncio.TaskGroup, revocations: Revocations) -> None:
        self.revocations = revocations
        self._group = group
        self._followed: dict[KeySource, _Followed] = {}

    def use(self, source: KeySource) -> RemoteKeys:
        """The keys of an issuer, kept fresh until every user has released them."""
        followed = self._followed.get(source)
        if followed is None:
            keys = RemoteKeys(source.issuer, KeyFetcher(source.issuer, source.jwks_url, source.algorithms).fetch)
            followed = self._followed[source] = _Followed(keys, self._group.create_task(keys.run()))
        followed.users += 1
        return followed.keys

    def release(self, source: KeySource) -> None:
        """One user less."""
        followed = self._followed[source]
        followed.users -= 1
        if not followed.users:
            followed.task.cancel()
            del self._followed[source]

    def close(self) -> None:
        """Stop all fetches."""
        for followed in self._followed.values():
            followed.task.cancel()


@asynccontextmanager
async def open_trust(
    store: Store | None, keep: float, *, refuse_when_away: bool, now: Callable[[], float] = time
) -> AsyncIterator[Trust]:
    """Trust while the block runs; revocations are kept for `keep` seconds, and shared by the `store`."""
    revocations = Revocations(now, keep, store, refuse_when_away=refuse_when_away)
    async with task_group() as group:
        trust = Trust(group, revocations)
        deafen = revocations.listen()
        try:
            yield trust
        finally:
            deafen()
            trust.close()
