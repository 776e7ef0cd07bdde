"""Counts of one process, in bounded memory, of which nobody gains a call when it is full."""

from collections.abc import Callable, Sequence
from time import time_ns
from typing import NamedTuple

from federation.extensions.rate_limits.decision import Ask, Bucket, Settlement, Verdict, admit
from federation.extensions.rate_limits.exact import EMPTY, ExactCount
from federation.extensions.rate_limits.memory_table import SHARED_COUNTS, State, Table
from federation.extensions.rate_limits.paced import PacedCount
from federation.extensions.rate_limits.quota import Quota

MOST_BYTES = 160 << 20


class _Place(NamedTuple):
    """Where a count is kept: under a number of a table, its own or shared with others."""

    table: Table
    number: int
    is_shared: bool
    state: State

    def put(self, state: State) -> None:
        if self.is_shared:
            self.table.shared[self.number] = state
        else:
            self.table.put(self.number, state)


def microseconds() -> int:
    """The time of day, as counting uses it."""
    return time_ns() // 1000


class MemoryCounts:
    """Counts for the tasks of one event loop.

    A bucket is kept as a number made of its key (64 bits) and its state. When `most_bytes` are used, buckets that have
    no count of their own share one of some with others until that is empty again: they may get less, never more.
    """

    def __init__(self, most_bytes: int = MOST_BYTES, clock: Callable[[], int] = microseconds) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._tables: dict[Quota, Table] = {}

    @property
    def used_bytes(self) -> int:
        """About how much memory the counts take."""
        return sum(table.used_bytes for table in self._tables.values())

    async def decide(self, buckets: Sequence[Bucket], asks: Sequence[Ask]) -> Verdict:
        """Let pass, ask by ask, what fits into all its buckets, and charge that."""
        return self.decide_now(buckets, asks)

    def decide_now(self, buckets: Sequence[Bucket], asks: Sequence[Ask]) -> Verdict:
        """As `decide`, which here waits for nothing."""
        now = self._clock()
        if len(buckets) == 1 and len(asks) == 1 and len(asks[0].charges) == 1:
            return self._decide_one(buckets[0], asks[0], now)
        places: list[_Place] = []
        counts: list[ExactCount | PacedCount] = []
        for bucket in buckets:
            place = self._place(bucket, now)
            places.append(place)
            counts.append(_count(place.state, bucket.quota, now))
        verdict = admit(counts, asks, now)
        for place, count in zip(places, counts, strict=True):
            place.put(count.packed())
        return verdict

    def _decide_one(self, bucket: Bucket, ask: Ask, now: int) -> Verdict:
        """The usual case: a limit that does not depend on others, and that lets pass."""
        place = self._place(bucket, now)
        count = _count(place.state, bucket.quota, now)
        amount = ask.calls * ask.charges[0].amount
        if amount <= count.room():
            if amount:
                count.take(amount)
            verdict = Verdict(now, (ask.calls,), (0,), (count.room(),), (count.reset(),))
        else:
            verdict = admit((count,), (ask,), now)
        place.put(count.packed())
        return verdict

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Charge what calls really cost."""
        now = self._clock()
        for bucket, at, charged, actual in settlements:
            place = self._place(bucket, now)
            count = _count(place.state, bucket.quota, now)
            if actual > charged:
                count.owe(actual - charged)
            else:
                count.give_back(charged - actual, at)
            place.put(count.packed())

    def _place(self, bucket: Bucket, now: int) -> _Place:
        quota = bucket.quota
        table = self._tables.get(quota)
        if table is None:
            table = self._tables[quota] = Table(quota, now)
        table.turn(now)
        number = hash(bucket.key)
        state = table.find(number)
        if state is not None:
            return _Place(table, number, False, state)
        shared = number % SHARED_COUNTS
        state = table.shared.get(shared)
        if state is not None and _count(state, quota, now).reset() > 0:
            return _Place(table, shared, True, state)
        return (
            _Place(table, shared, True, _nothing(quota))
            if self._is_full
            else _Place(table, number, False, _nothing(quota))
        )

    @property
    def _is_full(self) -> bool:
        return self.used_bytes >= self._most_bytes


def _nothing(quota: Quota) -> State:
    return 0 if quota.burst else EMPTY


def _count(state: State, quota: Quota, now: int) -> ExactCount | PacedCount:
    return ExactCount(state, quota, now) if isinstance(state, bytes) else PacedCount(state, quota, now)
