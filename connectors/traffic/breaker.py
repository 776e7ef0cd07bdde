"""Give a service that fails time to recover: after too many failures it is not called, then tried by a few calls."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from random import random

from connectors.errors import CircuitOpen
from connectors.traffic.circuit_news import CircuitNews
from connectors.traffic.rate_window import RateWindow


class Circuit(Enum):
    """Closed lets every call through, open none, half-open a few that try the service."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class BreakerMode(Enum):
    """Who decides: the breaker, an operator, or the breaker without effect, to see what it would do."""

    AUTOMATIC = "automatic"
    FORCED_OPEN = "forced_open"
    FORCED_CLOSED = "forced_closed"
    METRICS_ONLY = "metrics_only"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When the circuit opens, and how it closes again; times in seconds.

    It opens after `failures_in_a_row`, or when of at least `least_calls` in the last `window_seconds` the share
    `failure_share` failed. A call that takes longer than `slow_after` counts as a failure. It stays open for
    `open_seconds`, which double each time that it opens again without having closed, up to `most_open_seconds`; a
    random part of up to `jitter` is added, so that not all gateways try at once. Then `probes` calls must succeed.
    """

    failures_in_a_row: int = 5
    failure_share: float = 0.5
    least_calls: int = 20
    window_seconds: int = 10
    slow_after: float | None = None
    open_seconds: float = 30.0
    most_open_seconds: float = 300.0
    jitter: float = 0.1
    probes: int = 3
    mode: BreakerMode = BreakerMode.AUTOMATIC


class Breaker:
    """The breaker of one service; whoever calls the service tells it first, and afterwards how the call ended.

    `passes` says that every call may be made without asking `admit`. `admit` gives a number that is to be handed back:
    0 for an ordinary call, another for one that tries the service. `news`, where given, is told when it opens or closes
    the circuit itself. `draw` gives numbers from 0 to below 1.
    """

    def __init__(self, policy: BreakerPolicy, draw: Callable[[], float] = random) -> None:
        self._policy = policy
        self._draw = draw
        self._window = RateWindow(policy.window_seconds)
        self._failures_in_a_row = 0
        self._openings_in_a_row = 0
        self._open_until = 0.0
        # Counts the times it became half-open: what a call that began in an earlier one tells is of no interest.
        self._trial = 0
        self._permits = 0
        self._successes = 0
        self.circuit = Circuit.CLOSED
        self.mode = policy.mode
        self.opened = 0
        self.opened_because = ""  # why it opened the last time
        self.refused = 0
        self.passes = True
        self.news: CircuitNews | None = None
        self.force(policy.mode)

    @property
    def opens_again_at(self) -> float | None:
        """Until when no call is let through; None where that is not known."""
        return self._open_until if self.circuit is Circuit.OPEN else None

    def force(self, mode: BreakerMode) -> None:
        """Let somebody else decide from now on; back in automatic mode, the circuit begins closed."""
        self.mode = mode
        self.circuit = Circuit.CLOSED
        self._failures_in_a_row = self._openings_in_a_row = 0
        self._window.clear()
        self.passes = mode is not BreakerMode.FORCED_OPEN

    def admit(self, now: float) -> int:
        """Let a call through. Raises CircuitOpen."""
        if self.passes:
            return 0
        if self.mode is BreakerMode.FORCED_OPEN:
            self.refused += 1
            raise CircuitOpen("the service is not called: its circuit was opened by hand")
        if self.circuit is Circuit.OPEN and now >= self._open_until:
            self.circuit = Circuit.HALF_OPEN
            self._trial += 1
            self._permits = self._policy.probes
            self._successes = 0
        if self.circuit is Circuit.HALF_OPEN and self._permits > 0:
            self._permits -= 1
            return self._trial
        self.refused += 1
        if self.mode is BreakerMode.METRICS_ONLY:
            return 0
        raise CircuitOpen("the service failed too often of late: it is not called for a while")

    def succeeded(self, permit: int, now: float) -> None:
        """A call was answered well, and in time."""
        if permit:
            self._probe_succeeded(permit)
        elif self.circuit is Circuit.CLOSED:
            self._failures_in_a_row = 0
            self._window.add(now, failed=False)

    def failed(self, permit: int, now: float, *, in_a_row: bool = True) -> None:
        """A call failed; `in_a_row` says whether it speaks against the whole service, and not one endpoint of it."""
        if permit:
            if self._is_current(permit):
                self._open(now, "it failed again when it was tried")
            return
        if self.circuit is not Circuit.CLOSED or self.mode is BreakerMode.FORCED_CLOSED:
            return
        policy = self._policy
        self._failures_in_a_row = self._failures_in_a_row + 1 if in_a_row else 0
        self._window.add(now, failed=True)
        calls, failures = self._window.sums(now)
        is_often = calls >= policy.least_calls and failures >= policy.failure_share * calls
        if self._failures_in_a_row >= policy.failures_in_a_row:
            self._open(now, f"{self._failures_in_a_row} calls in a row failed")
        elif is_often:
            self._open(now, f"{failures} of the last {calls} calls failed")

    def gave_up(self, permit: int) -> None:
        """A call ended without telling anything of the service, as its caller left: another may take its place."""
        if permit and self._is_current(permit):
            self._permits += 1

    def hear_opened(self, seconds: float, openings: int, now: float) -> None:
        """Another breaker of the same service opened for so long: open too, unless that is decided by hand."""
        if self.mode is not BreakerMode.AUTOMATIC:
            return
        until = now + seconds * (1 + self._policy.jitter * self._draw())
        if self.circuit is not Circuit.OPEN:
            self.opened += 1
            self.opened_because = "another replica found that it fails"
            self._open_until = until
        self._open_until = max(self._open_until, until)
        self._openings_in_a_row = max(self._openings_in_a_row, openings)
        self.circuit = Circuit.OPEN
        self.passes = False

    def hear_closed(self, now: float) -> None:
        """Another breaker found the service well: try it too, and not only when the time is up."""
        if self.circuit is Circuit.OPEN:
            self._open_until = min(self._open_until, now)

    def was_slow(self, seconds: float) -> bool:
        """Whether a call that took so long counts as a failure."""
        slow_after = self._policy.slow_after
        return slow_after is not None and seconds > slow_after

    def _is_current(self, permit: int) -> bool:
        return self.circuit is Circuit.HALF_OPEN and permit == self._trial

    def _probe_succeeded(self, permit: int) -> None:
        if not self._is_current(permit):
            return
        self._successes += 1
        if self._successes >= self._policy.probes:
            self.circuit = Circuit.CLOSED
            self.passes = True
            self._failures_in_a_row = self._openings_in_a_row = 0
            self._window.clear()
            if self.news is not None:
                self.news.closed()

    def _open(self, now: float, because: str) -> None:
        policy = self._policy
        self.opened_because = because
        seconds = min(policy.open_seconds * 2.0**self._openings_in_a_row, policy.most_open_seconds)
        self._openings_in_a_row = min(self._openings_in_a_row + 1, 30)
        self._open_until = now + seconds * (1 + policy.jitter * self._draw())
        self.circuit = Circuit.OPEN
        self.opened += 1
        self.passes = False
        if self.news is not None and self.mode is BreakerMode.AUTOMATIC:
            self.news.opened(seconds, self._openings_in_a_row)
