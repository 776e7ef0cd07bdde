"""Count evenly (the generic cell rate algorithm): one number a bucket, the time at which all of it is there again."""

from federation.extensions.rate_limits.decision import NEVER
from federation.extensions.rate_limits.quota import Quota


class PacedCount:
    """One paced count at the time of a decision."""

    __slots__ = ("_full", "_now", "_quota")

    def __init__(self, full: int, quota: Quota, now: int) -> None:
        self._full = max(full, now)
        self._quota = quota
        self._now = now

    @property
    def most(self) -> int:
        """The most that can ever be had at once."""
        return self._quota.burst

    def room(self) -> int:
        """How much more it lets pass now; less than nothing when more was counted than is allowed."""
        return self._quota.burst - -(-(self._full - self._now) // self._quota.step)

    def take(self, amount: int) -> None:
        """Count that much more."""
        self._full += amount * self._quota.step

    def owe(self, amount: int) -> None:
        """Count that much more, whether it fits or not; a debt is never longer than a window."""
        quota = self._quota
        self._full = min(self._full + amount * quota.step, self._now + (quota.burst + quota.limit) * quota.step)

    def give_back(self, amount: int, _at: int) -> None:
        """Count that much less, but never less than nothing."""
        self._full = max(self._now, self._full - amount * self._quota.step)

    def wait(self, amount: int) -> int:
        """Microseconds until that much fits, if nothing else is taken; NEVER if it never does."""
        if amount > self._quota.burst:
            return NEVER
        return max(0, self._full - self._now - (self._quota.burst - amount) * self._quota.step)

    def reset(self) -> int:
        """Microseconds until all of it is there again."""
        return self._full - self._now

    def packed(self) -> int:
        """What to remember."""
        return self._full
