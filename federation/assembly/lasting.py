"""What outlives snapshots: a reload must forget neither whom to trust nor what was counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connectors.discovery.found import Found
from connectors.traffic.history import TrafficHistory
from connectors.traffic.standing import Standing
from federation.assembly.authentication import trust_of
from federation.assembly.caching import open_configured_cache
from federation.assembly.open_store import open_store
from federation.config.discovery_sections import DiscoverySection
from federation.config.rate_limits_section import RateLimitsSection
from federation.config.sections import Config
from federation.extensions.authentication.trust import Trust
from federation.extensions.caching.cache import Cache
from federation.extensions.circuits.shared_circuits import SharedCircuits, open_circuits
from federation.extensions.decisions import Decisions
from federation.extensions.rate_limits.memory_counts import MemoryCounts
from federation.extensions.stores.redis import RedisStore


@dataclass(frozen=True, slots=True)
class Lasting:
    """`store` is what replicas share by, None where they share nothing; `trust` has issuers' keys and revocations.

    In the `cache` is what is kept of answers; `own_counts` are what this process counts for rate limits. `decisions`
    counts what policies decided. By `circuits` replicas tell each other which services fail. `standing` is what
    operators decided about services, `traffic` what these counted. What registries said last is in `found`.
    """

    store: RedisStore | None
    trust: Trust
    cache: Cache
    own_counts: MemoryCounts
    decisions: Decisions = field(default_factory=Decisions)
    circuits: SharedCircuits | None = None
    standing: Standing = field(default_factory=Standing)
    traffic: TrafficHistory = field(default_factory=TrafficHistory)
    found: dict[DiscoverySection, Found] = field(default_factory=dict)


@asynccontextmanager
async def open_lasting(config: Config) -> AsyncIterator[Lasting]:
    """What lasts as long as the gateway, while the block runs; a later configuration does not change it."""
    async with (
        open_store(config.redis) as store,
        trust_of(config.authentication, store) as trust,
        open_configured_cache(config, store) as cache,
        open_circuits(store) as circuits,
    ):
        own_counts = MemoryCounts((config.rate_limits or RateLimitsSection()).memory)
        yield Lasting(store, trust, cache, own_counts, circuits=circuits)
