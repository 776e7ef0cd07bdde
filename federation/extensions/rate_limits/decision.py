"""Decide at once what all buckets of an operation let pass; the same in memory and in Redis."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from federation.extensions.rate_limits.quota import Quota

NEVER = -1


class Bucket(NamedTuple):
    """One count: that of a rule's window for one principal. Keys of one decision have one hash tag."""

    key: str
    quota: Quota


class Charge(NamedTuple):
    """What one call costs a bucket, which is named by its place in the decision."""

    bucket: int
    amount: int


class Ask(NamedTuple):
    """Some calls alike, each of which takes all of its charges or none.

    `needs` is the place of an ask before it without which there is nothing to ask: when nothing of that is let pass,
    nothing of this is, and nothing is charged.
    """

    calls: int
    charges: tuple[Charge, ...]
    needs: int = -1


class Verdict(NamedTuple):
    """What is let pass, at `now` (microseconds of the store's clock).

    For each ask: how many of its calls, the first ones, may be made, and after how many microseconds those refused, and
    all refused before them, can be had; NEVER when they cost more than is ever allowed, 0 for what was not even asked
    since what it needs was refused. For each bucket: what remains,
    and in how many microseconds all of it is there again.
    """

    now: int
    admitted: Sequence[int]
    waits: Sequence[int]
    remaining: Sequence[int]
    resets: Sequence[int]


class Settlement(NamedTuple):
    """A charge of `charged` at the time `at` turned out to be `actual`."""

    bucket: Bucket
    at: int
    charged: int
    actual: int


class Counts(Protocol):
    """Counts for all who share it."""

    async def decide(self, buckets: Sequence[Bucket], asks: Sequence[Ask]) -> Verdict:
        """Let pass, ask by ask, what fits into all its buckets, and charge that. Atomic. Raises StoreAway."""

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Charge what calls really cost: give back what was charged too much, take what was too little."""


class Count(Protocol):
    """One bucket at the time of a decision; `most` is the most that can ever be had of it at once."""

    @property
    def most(self) -> int: ...

    def room(self) -> int:
        """How much more it lets pass now."""

    def take(self, amount: int) -> None:
        """Count that much more."""

    def wait(self, amount: int) -> int:
        """Microseconds until that much fits, if nothing else is taken; NEVER if it never does."""

    def reset(self) -> int:
        """Microseconds until all of it is there again."""


def admit(counts: Sequence[Count], asks: Sequence[Ask], now: int) -> Verdict:
    """Go through the asks in their order, and take what fits into all buckets of each."""
    admitted: list[int] = []
    wanted = [0] * len(counts)
    for calls, charges, needs in asks:
        fits = calls if needs < 0 or admitted[needs] else 0
        for bucket, amount in charges:
            if amount * fits > counts[bucket].room():
                fits = max(0, counts[bucket].room() // amount)
        admitted.append(fits)
        for bucket, amount in charges:
            if fits:
                counts[bucket].take(amount * fits)
    remaining, resets = [each.room() for each in counts], [each.reset() for each in counts]
    if admitted == [calls for calls, _, _ in asks]:  # nothing waits
        return Verdict(now, admitted, [0] * len(asks), remaining, resets)
    waits: list[int] = []
    for (calls, charges, needs), fits in zip(asks, admitted, strict=True):
        is_refused = fits < calls and (needs < 0 or admitted[needs])
        waits.append(_wait(counts, charges, calls - fits, wanted) if is_refused else 0)
    return Verdict(now, admitted, waits, remaining, resets)


def _wait(counts: Sequence[Count], charges: Sequence[Charge], refused: int, wanted: list[int]) -> int:
    """How long until the refused fit, with all refused before them; as much of them as can ever be had at once."""
    longest = 0
    for bucket, amount in charges:
        wanted[bucket] += amount * refused
        wait = counts[bucket].wait(amount)
        if wait == NEVER:
            return NEVER
        longest = max(longest, wait, counts[bucket].wait(min(wanted[bucket], counts[bucket].most)))
    return longest
