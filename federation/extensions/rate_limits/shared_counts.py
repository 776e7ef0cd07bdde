"""Counts that go on, one way or another, while Redis is away."""

import logging
from collections.abc import Sequence
from enum import Enum

from federation.errors import RequestError
from federation.extensions.rate_limits.decision import Ask, Bucket, Counts, Settlement, Verdict
from federation.extensions.rate_limits.memory_counts import MemoryCounts
from federation.extensions.stores.store import StoreAway

log = logging.getLogger(__name__)

RETRY_SECONDS = 1


class WhenAway(Enum):
    """What holds while counts cannot be shared: everything passes, nothing does, or this process counts its share."""

    OPEN = "open"
    CLOSED = "closed"
    LOCAL = "local"


class RateLimitsUnavailable(RequestError):
    """Nothing passes that cannot be counted, and it cannot be."""

    code = "RATE_LIMITS_UNAVAILABLE"
    status = 503

    def __init__(self) -> None:
        super().__init__(
            "how often this was asked for cannot be counted now; try again",
            extensions={"retryAfterMs": RETRY_SECONDS * 1000},
        )


class SharedCounts:
    """Counts by `shared` as long as that answers; `processes` is how many share a limit."""

    def __init__(self, shared: Counts, local: MemoryCounts, when_away: WhenAway, processes: int) -> None:
        self._shared = shared
        self._local = local
        self._when_away = when_away
        self._processes = processes

    async def decide(self, buckets: Sequence[Bucket], asks: Sequence[Ask]) -> Verdict:
        """Decide. Raises RateLimitsUnavailable when nothing may pass uncounted."""
        try:
            return await self._shared.decide(buckets, asks)
        except StoreAway as error:
            log.debug("rate limits are not shared", exc_info=error)
        match self._when_away:
            case WhenAway.CLOSED:
                raise RateLimitsUnavailable
            case WhenAway.OPEN:
                everything = [bucket.quota.most for bucket in buckets]
                return Verdict(0, [ask.calls for ask in asks], [0] * len(asks), everything, [0] * len(buckets))
            case WhenAway.LOCAL:
                return self._local.decide_now([self._own(bucket) for bucket in buckets], asks)

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Settle; while Redis is away what was charged stays so."""
        try:
            await self._shared.settle(settlements)
        except StoreAway as error:
            log.debug("rate limits are not settled", exc_info=error)

    def _own(self, bucket: Bucket) -> Bucket:
        return Bucket(bucket.key, bucket.quota.share(self._processes))
