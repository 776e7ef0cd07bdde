"""Which endpoints of a service get calls: those that fail are out for a while, then tried again by single calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic

from connectors.traffic.endpoint import Endpoint, LinkT

# A weight grows in steps this far apart (seconds) while an endpoint is new.
_WARMING_STEP = 0.5


@dataclass(frozen=True, slots=True)
class EjectionPolicy:
    """When an endpoint is taken out of rotation, and how it comes back; times in seconds.

    After `failures_in_a_row` it gets no calls for `seconds`, which double with each ejection up to `most_seconds`, and
    are forgotten after as long a time without one. No more than `most_share` of the endpoints are out, and never the
    last. Who is new or comes back starts with `first_share` of its weight, and has all of it after `warming_seconds`.
    A call that may not be repeated tries an ejected endpoint only `patience` after its time, when no other has done so.
    """

    failures_in_a_row: int = 5
    seconds: float = 30.0
    most_seconds: float = 300.0
    most_share: float = 0.5
    warming_seconds: float = 30.0
    first_share: float = 0.1
    patience: float = 10.0


class Rotation(Generic[LinkT]):
    """The endpoints of one service and who of them may be called; only the service uses it.

    `candidates` get calls. Until `next_change` nothing happens by itself: from then on `turn` must be asked.
    """

    def __init__(self, endpoints: Sequence[Endpoint[LinkT]], policy: EjectionPolicy) -> None:
        self._policy = policy
        self.endpoints: tuple[Endpoint[LinkT], ...] = tuple(endpoints)
        self.candidates: tuple[Endpoint[LinkT], ...] = ()
        self.next_change = inf
        self.ejections = 0
        self._arrange()

    @property
    def callable_at_need(self) -> tuple[Endpoint[LinkT], ...]:
        """The endpoints that may be called if no better one is there: all that neither leave nor are set aside."""
        return tuple(endpoint for endpoint in self.endpoints if endpoint.takes_calls)

    def add(self, endpoint: Endpoint[LinkT], now: float) -> None:
        """Take in an endpoint, which starts with a small share."""
        self.endpoints = (*self.endpoints, endpoint)
        self._warm(endpoint, now)
        self._arrange()

    def weigh(self, endpoint: Endpoint[LinkT], weight: float, now: float) -> None:
        """Change an endpoint's weight."""
        endpoint.weight = weight
        self._set_share(endpoint, now)

    def drain(self, endpoint: Endpoint[LinkT]) -> None:
        """Give an endpoint no more calls."""
        endpoint.is_draining = True
        self._arrange()

    def set_aside(self, endpoint: Endpoint[LinkT], *, is_aside: bool, now: float) -> None:
        """Give an endpoint no calls for as long as that is wanted; who comes back starts with a small share."""
        if endpoint.is_set_aside == is_aside:
            return
        endpoint.is_set_aside = is_aside
        if not is_aside:
            self._warm(endpoint, now)
        self._arrange()

    def remove(self, endpoint: Endpoint[LinkT]) -> None:
        """Forget an endpoint."""
        self.endpoints = tuple(each for each in self.endpoints if each is not endpoint)
        self._arrange()

    def set_health(self, endpoint: Endpoint[LinkT], *, is_healthy: bool, now: float) -> None:
        """Take note of what health checks say; who becomes healthy starts with a small share."""
        if endpoint.is_healthy == is_healthy:
            return
        endpoint.is_healthy = is_healthy
        if is_healthy:
            self._warm(endpoint, now)
        self._arrange()

    def turn(self, now: float, *, may_repeat: bool) -> Endpoint[LinkT] | None:
        """Let pass what is due; gives an ejected endpoint if this call shall try it: then `probing` is set."""
        for endpoint in self.endpoints:
            if endpoint.warming_since is not None:
                self._set_share(endpoint, now)
        self._set_next_change(now)
        for endpoint in self.endpoints:
            until = endpoint.ejected_until
            if until is None or endpoint.probing or not endpoint.takes_calls or not endpoint.is_healthy:
                continue
            if now >= (until if may_repeat else until + self._policy.patience):
                endpoint.probing = True
                self._set_next_change(now)
                return endpoint
        return None

    def succeeded(self, endpoint: Endpoint[LinkT], now: float, *, was_probe: bool) -> None:
        """Take note of a success of an endpoint that had failed before, or was being tried."""
        endpoint.failures_in_a_row = 0
        if was_probe:
            self.readmit(endpoint, now)

    def failed(self, endpoint: Endpoint[LinkT], now: float, *, was_probe: bool) -> None:
        """Take note of a failure."""
        endpoint.failures_in_a_row += 1
        if was_probe:
            endpoint.probing = False
            self._eject(endpoint, now)
            return
        is_enough = endpoint.failures_in_a_row >= self._policy.failures_in_a_row
        if is_enough and endpoint.ejected_until is None and self._may_lose(endpoint):
            self._eject(endpoint, now)

    def gave_up(self, endpoint: Endpoint[LinkT], now: float) -> None:
        """A call that tried the endpoint ended without telling anything: another may try it."""
        endpoint.probing = False
        self._set_next_change(now)

    def readmit(self, endpoint: Endpoint[LinkT], now: float) -> None:
        """Let an ejected endpoint come back."""
        endpoint.probing = False
        endpoint.failures_in_a_row = 0
        if endpoint.ejected_until is not None:
            endpoint.ejected_until = None
            self._warm(endpoint, now)
            self._arrange()

    def _may_lose(self, endpoint: Endpoint[LinkT]) -> bool:
        staying = [each for each in self.endpoints if each.takes_calls]
        out = sum(each.ejected_until is not None for each in staying)
        others = [each for each in self.candidates if each is not endpoint]
        return bool(others) and out + 1 <= len(staying) * self._policy.most_share

    def _eject(self, endpoint: Endpoint[LinkT], now: float) -> None:
        policy = self._policy
        if endpoint.ejected_until is None and now - endpoint.warmed_at > policy.most_seconds:
            endpoint.ejections = 0
        seconds = min(policy.seconds * 2.0**endpoint.ejections, policy.most_seconds)
        endpoint.ejections = min(endpoint.ejections + 1, 30)
        endpoint.ejected_until = now + seconds
        self.ejections += 1
        self._arrange()

    def _warm(self, endpoint: Endpoint[LinkT], now: float) -> None:
        endpoint.warming_since = endpoint.warmed_at = now
        self._set_share(endpoint, now)

    def _set_share(self, endpoint: Endpoint[LinkT], now: float) -> None:
        since, policy = endpoint.warming_since, self._policy
        if since is None or now - since >= policy.warming_seconds:
            endpoint.warming_since = None
            endpoint.share = endpoint.weight
            return
        grown = policy.first_share + (1 - policy.first_share) * (now - since) / policy.warming_seconds
        endpoint.share = endpoint.weight * grown

    def _arrange(self) -> None:
        self.candidates = tuple(
            endpoint
            for endpoint in self.endpoints
            if endpoint.ejected_until is None and endpoint.is_healthy and endpoint.takes_calls
        )
        self.next_change = 0.0  # whoever is next looks

    def _set_next_change(self, now: float) -> None:
        due = inf
        for endpoint in self.endpoints:
            if endpoint.warming_since is not None:
                due = min(due, now + _WARMING_STEP)
            if endpoint.ejected_until is not None and not endpoint.probing:
                due = min(due, endpoint.ejected_until)
        self.next_change = due
