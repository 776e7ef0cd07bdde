"""What outlives snapshots: a reload must forget neither whom to trust nor what was counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from federation.assembly.authentication import trust_of
from federation.assembly.caching import open_configured_cache
from federation.assembly.open_store import open_store
from federation.config.sections import Config
from federation.extensions.authentication.trust import Trust
from federation.extensions.caching.cache import Cache
from federation.extensions.stores.redis import RedisStore


@dataclass(frozen=True, slots=True)
class Lasting:
    """`store` is what replicas share by, None where they share nothing; `trust` has issuers' keys and revocations.

    In the `cache` is what is kept of answers.
    """

    store: RedisStore | None
    trust: Trust
    cache: Cache


@asynccontextmanager
async def open_lasting(config: Config) -> AsyncIterator[Lasting]:
    """What lasts as long as the gateway, while the block runs; a later configuration does not change it."""
    async with (
        open_store(config.redis) as store,
        trust_of(config.authentication, store) as trust,
        open_configured_cache(config, store) as cache,
    ):
        yield Lasting(store, trust, cache)
