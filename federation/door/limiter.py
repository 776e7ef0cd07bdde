"""Decide how many requests may be in flight, by how long the event loop takes for one turn.

A worker has one thread, so what is too much for it queues before its event loop: in sockets that are readable and in
tasks that are ready, where no semaphore sees it. Each of them waits for one turn of the loop, so a turn that stays long
is that queue. A turn is long for one reason, too much to compute: requests that wait for a slow service are not in it.
So a slow service does not lower the limit, however many requests wait for it, and a busy processor does, however fast
services are; the time that requests take would tell neither from the other.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LimitPolicy:
    """How the limit moves, between `least` and `most`; times in seconds.

    Every `interval` a short one of its turns, than which three quarters are longer, is compared with the `target`: a
    queue that stays makes nearly all turns long, while answers that come in bunches leave idle ones between them. Where
    it is longer, the limit becomes that part of
    what was in flight that would meet the target, but not less than half; where it is shorter and the limit was
    nearly reached, the limit grows by up to half. Where it is not, it sinks slowly to `first`, at which it starts, or
    to twice of what is in flight: a limit that nobody needs would let in too many when they come at once.
    """

    target: float = 0.001
    interval: float = 0.1
    least: int = 16
    first: int = 64
    most: int = 1_000


# A limit that is so nearly reached grows before anybody is refused.
NEAR = 0.75
DEFAULT_LIMIT = LimitPolicy()


class Limiter:
    """The requests of one worker: whoever is admitted has to leave; the loop's turns are told by `observe`.

    `limit` is how many may be in flight, `turn` a short one of the turns that were last looked at, in seconds.
    `admitted` and `refused` only grow.
    """

    __slots__ = (
        "_began",
        "_most_in_flight",
        "_policy",
        "_turns",
        "admitted",
        "in_flight",
        "limit",
        "refused",
        "turn",
    )

    def __init__(self, policy: LimitPolicy = DEFAULT_LIMIT) -> None:
        self._policy = policy
        self._turns: list[float] = []
        self._began: float | None = None
        self._most_in_flight = 0
        self.limit = float(min(policy.first, policy.most))
        self.in_flight = 0
        self.admitted = 0
        self.refused = 0
        self.turn = 0.0

    def admit(self) -> bool:
        """Let a request in, or not."""
        if self.in_flight >= self.limit:
            self.refuse()
            return False
        self.in_flight += 1
        self.admitted += 1
        self._most_in_flight = max(self._most_in_flight, self.in_flight)
        return True

    def refuse(self) -> None:
        """Take note of a request that is refused."""
        self.refused += 1

    def leave(self) -> None:
        """A request that was admitted has been answered, or given up."""
        self.in_flight -= 1

    def observe(self, turn: float, now: float) -> None:
        """Take note of how long a turn took, which ended at `now`."""
        if self._began is None:
            self._began = now
        self._turns.append(turn)
        if now - self._began >= self._policy.interval:
            self._adapt(sorted(self._turns)[len(self._turns) // 4])
            self._turns.clear()
            self._began = now
            self._most_in_flight = self.in_flight

    def pause(self) -> None:
        """Nothing was in flight for a while: what was seen before says nothing of what comes."""
        self._turns.clear()
        self._began = None

    def _adapt(self, turn: float) -> None:
        policy = self._policy
        self.turn = turn
        if turn > policy.target:
            loaded = min(self.limit, self._most_in_flight)
            self.limit = max(float(policy.least), loaded * max(policy.target / turn, 0.5))
        elif self._most_in_flight > self.limit * NEAR:
            self.limit = min(float(policy.most), self.limit * (1.5 - turn / policy.target / 2))
        else:
            needed = max(policy.first, 2 * self._most_in_flight)
            self.limit = max(min(self.limit, needed), self.limit * 0.98)
