"""What the counting has to give, written in the plainest way: what was let pass is remembered for ever."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from federation.extensions.rate_limits.decision import Ask, Bucket
from federation.extensions.rate_limits.quota import Quota


@dataclass(slots=True)
class ExactOracle:
    """Counts what was let pass in the last window; a call counts from the end of the step in which it was."""

    quota: Quota
    passed: list[tuple[int, int]] = field(default_factory=list)

    def fits(self, amount: int, now: int) -> bool:
        return amount + sum(each for time, each in self.passed if self._counts(time, now)) <= self.quota.limit

    def take(self, amount: int, now: int) -> None:
        remember(self.passed, now, amount)

    def _counts(self, time: int, now: int) -> bool:
        last_moment = time - time % self.quota.step + self.quota.step - 1
        return now - last_moment < self.quota.window


@dataclass(slots=True)
class PacedOracle:
    """A bucket that leaks one call in each step and holds `burst` of them."""

    quota: Quota
    passed: list[tuple[int, int]] = field(default_factory=list)
    level: int = 0
    at: int = 0

    def fits(self, amount: int, now: int) -> bool:
        return self._level(now) + amount * self.quota.step <= self.quota.burst * self.quota.step

    def take(self, amount: int, now: int) -> None:
        remember(self.passed, now, amount)
        self.level = self._level(now) + amount * self.quota.step
        self.at = now

    def _level(self, now: int) -> int:
        return max(0, self.level - (now - self.at))


def remember(passed: list[tuple[int, int]], now: int, amount: int) -> None:
    if passed and passed[-1][0] == now:
        amount += passed.pop()[1]
    passed.append((now, amount))


class Oracle:
    """Decides call by call."""

    def __init__(self) -> None:
        self.counts: dict[str, ExactOracle | PacedOracle] = {}

    def decide(self, buckets: Sequence[Bucket], asks: Sequence[Ask], now: int) -> list[int]:
        admitted: list[int] = []
        for calls, charges, needs in asks:
            passed = 0
            for _ in range(calls if needs < 0 or admitted[needs] else 0):
                wanted = [(self._count(buckets[charge.bucket]), charge.amount) for charge in charges]
                if all(count.fits(amount, now) for count, amount in wanted):
                    passed += 1
                    for count, amount in wanted:
                        count.take(amount, now)
            admitted.append(passed)
        return admitted

    def _count(self, bucket: Bucket) -> ExactOracle | PacedOracle:
        if bucket.key not in self.counts:
            self.counts[bucket.key] = (PacedOracle if bucket.quota.burst else ExactOracle)(bucket.quota)
        return self.counts[bucket.key]


def most_in_any(passed: Sequence[tuple[int, int]], window: int) -> int:
    """The most that was let pass in any interval as long as the window."""
    most = inside = first = 0
    for time, amount in passed:
        inside += amount
        while passed[first][0] <= time - window:
            inside -= passed[first][1]
            first += 1
        most = max(most, inside)
    return most
