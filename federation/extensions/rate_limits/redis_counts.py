"""Counts of all replicas: one script decides about an operation, where its buckets are and by the clock of Redis."""

from collections.abc import Callable, Sequence
from importlib.resources import files

from federation.extensions.rate_limits.decision import Ask, Bucket, Settlement, Verdict
from federation.extensions.stores.redis import RedisStore, Script
from federation.extensions.stores.redis_link import Argument

_TEXTS = files("federation.extensions.rate_limits")
DECIDE = Script((_TEXTS / "decide.lua").read_text(encoding="utf-8"))
SETTLE = Script((_TEXTS / "settle.lua").read_text(encoding="utf-8"))


class RedisCounts:
    """Counts in Redis; the keys of one decision have one hash tag. `clock` (microseconds) takes the place of Redis'."""

    def __init__(self, store: RedisStore, clock: Callable[[], int] | None = None) -> None:
        self._store = store
        self._clock = clock or (lambda: 0)

    async def decide(self, buckets: Sequence[Bucket], asks: Sequence[Ask]) -> Verdict:
        """Let pass, ask by ask, what fits into all its buckets, and charge that. Raises StoreAway."""
        arguments: list[Argument] = [self._clock()]
        for _, quota in buckets:
            arguments += (quota.limit, quota.window, quota.step, quota.burst)
        arguments.append(len(asks))
        for calls, charges, needs in asks:
            arguments += (calls, needs, len(charges))
            for charge in charges:
                arguments += charge
        reply = await self._store.run(DECIDE, [key for key, _ in buckets], arguments)
        middle = 1 + 2 * len(asks)
        return Verdict(reply[0], reply[1:middle:2], reply[2:middle:2], reply[middle::2], reply[middle + 1 :: 2])

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Charge what calls really cost. Raises StoreAway."""
        arguments: list[Argument] = [self._clock()]
        for (_, quota), at, charged, actual in settlements:
            arguments += (quota.limit, quota.window, quota.step, quota.burst, at, actual - charged)
        await self._store.run(SETTLE, [bucket.key for bucket, *_ in settlements], arguments)
