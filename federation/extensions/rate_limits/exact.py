"""Count exactly: no interval as long as the window ever holds more than the limit.

A count is remembered as bytes: the total, then pairs of a step and what was counted in it, the oldest first. That is
small (a million principals with one call each), and quick to cut at the front and to add to at the end.
"""

from struct import Struct

from federation.extensions.rate_limits.decision import NEVER
from federation.extensions.rate_limits.quota import Quota

TOTAL = Struct("<q")
PAIR = Struct("<qq")
EMPTY = TOTAL.pack(0)


class ExactCount:
    """One exact count at the time of a decision."""

    __slots__ = ("_begin", "_last", "_now", "_quota", "_state", "_taken", "_used")

    def __init__(self, state: bytes, quota: Quota, now: int) -> None:
        self._state = state
        self._quota = quota
        self._now = now
        self._taken = 0
        self._used: int = TOTAL.unpack_from(state)[0]
        at, end = TOTAL.size, len(state)
        # The last step counts as such also when it is over: a clock may have been put back.
        self._last: tuple[int, int] | None = PAIR.unpack_from(state, end - PAIR.size) if at < end else None
        # What began in this step or before it is over.
        over = (now + 1 - quota.window) // quota.step - 1
        while at < end:
            step, count = PAIR.unpack_from(state, at)
            if step > over:
                break
            self._used -= count
            at += PAIR.size
        self._begin = at

    @property
    def most(self) -> int:
        """The most that can ever be had at once."""
        return self._quota.limit

    def room(self) -> int:
        """How much more it lets pass now; less than nothing when more was counted than is allowed."""
        return self._quota.limit - self._used

    def take(self, amount: int) -> None:
        """Count that much more."""
        self._used += amount
        self._taken += amount

    def owe(self, amount: int) -> None:
        """Count that much more, whether it fits or not."""
        self.take(amount)

    def give_back(self, amount: int, at: int) -> None:
        """Count that much less of what was taken at a time, but never less than nothing."""
        step = at // self._quota.step
        for place in range(self._begin, len(self._state), PAIR.size):
            found, count = PAIR.unpack_from(self._state, place)
            if found == step:
                less = min(amount, count)
                self._used -= less
                changed = PAIR.pack(step, count - less)
                self._state = self._state[:place] + changed + self._state[place + PAIR.size :]
                self._last = PAIR.unpack_from(self._state, len(self._state) - PAIR.size)
                return

    def wait(self, amount: int) -> int:
        """Microseconds until that much fits, if nothing else is taken; NEVER if it never does."""
        needed = self._used + amount - self._quota.limit
        if needed <= 0:
            return 0
        if amount > self._quota.limit:
            return NEVER
        for place in range(self._begin, len(self._state), PAIR.size):
            step, count = PAIR.unpack_from(self._state, place)
            needed -= count
            if needed <= 0:
                return self._end(step) - self._now
        return self._end(self._step_now()) - self._now

    def reset(self) -> int:
        """Microseconds until nothing counts any more."""
        if self._used <= 0:
            return 0
        step = self._last[0] if self._last is not None and not self._taken else self._step_now()
        return self._end(step) - self._now

    def packed(self) -> bytes:
        """What to remember; empty when nothing counts."""
        if self._used <= 0 and not self._taken:
            return EMPTY
        kept = self._state[self._begin :]
        if self._taken:
            step, count = self._step_now(), self._taken
            if kept and self._last is not None and self._last[0] == step:
                return TOTAL.pack(self._used) + kept[: -PAIR.size] + PAIR.pack(step, count + self._last[1])
            return TOTAL.pack(self._used) + kept + PAIR.pack(step, count)
        return TOTAL.pack(self._used) + kept

    def _step_now(self) -> int:
        """The step of this moment; a clock that was put back counts as standing still."""
        step = self._now // self._quota.step
        if self._last is not None and self._begin < len(self._state) and self._last[0] > step:
            return self._last[0]
        return step

    def _end(self, step: int) -> int:
        """When what was counted in a step no longer counts."""
        return (step + 1) * self._quota.step - 1 + self._quota.window
