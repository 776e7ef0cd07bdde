"""The counts of one quota in memory; those that nobody has asked for during a whole window leave together."""

from typing import TypeAlias

from federation.extensions.rate_limits.quota import Quota

State: TypeAlias = bytes | int

# A key (48), its place in a dict (42, more while that grows), and the head of a state (49).
ENTRY_BYTES = 140
SHARED_COUNTS = 4096
SWEPT_AT_ONCE = 4


class Table:
    """States by numbers, in two generations: `young` has what was asked for since the last turn, `old` that before.

    A turn comes after each window, so that nothing counts any more in what a turn finds still old. It is taken apart
    little by little, since freeing a million objects at once would stall the loop. `shared` has the counts of those who
    get none of their own.
    """

    def __init__(self, quota: Quota, now: int) -> None:
        self._period = quota.step * (quota.burst + quota.limit) if quota.burst else quota.window + quota.step
        self._next_turn = now + self._period
        self._young: dict[int, State] = {}
        self._old: dict[int, State] = {}
        self._dropped: dict[int, State] = {}
        self.shared: dict[int, State] = {}
        self.used_bytes = 0

    def find(self, number: int) -> State | None:
        """The state under a number, which is young again by this."""
        state = self._young.get(number)
        if state is None:
            state = self._old.pop(number, None)
            if state is not None:
                self._young[number] = state
        return state

    def put(self, number: int, state: State) -> None:
        """Keep a state that `find` has just looked for."""
        before = self._young.get(number)
        self._young[number] = state
        if before is None:
            self.used_bytes += _size(state)
        elif isinstance(state, bytes) and isinstance(before, bytes):
            self.used_bytes += len(state) - len(before)

    def turn(self, now: int) -> None:
        """Let the generations move on when it is time, and free some of what has left."""
        if now >= self._next_turn:
            self._dropped.update(self._old)
            self._old, self._young = self._young, {}
            if now >= self._next_turn + self._period:  # nobody has asked for so long that these are over too
                self._dropped.update(self._old)
                self._old = {}
            self._next_turn = now + self._period
        if self._dropped:
            for _ in range(min(SWEPT_AT_ONCE, len(self._dropped))):
                self.used_bytes -= _size(self._dropped.popitem()[1])


def _size(state: State) -> int:
    return ENTRY_BYTES + (len(state) if isinstance(state, bytes) else 0)
