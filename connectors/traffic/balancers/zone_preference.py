"""Keep calls in the gateway's own zone, where they are fast and free, as long as somebody there can take them."""

from collections.abc import Sequence
from typing import Any

from connectors.traffic.balancers.balancer import Balancer
from connectors.traffic.endpoint import Endpoint, LinkT


class ZonePreference:
    """Gives another balancer the endpoints of one zone, or all of them when none of the zone may be called."""

    def __init__(self, zone: str, inner: Balancer) -> None:
        self._zone = zone
        self._inner = inner
        self.learns = inner.learns
        # Candidates are the same tuple for many calls; what was found for it is kept.
        self._seen: Sequence[Endpoint[Any]] = ()
        self._near: Sequence[Endpoint[Any]] = ()

    def choose(self, candidates: Sequence[Endpoint[LinkT]], now: float, key: str | None) -> Endpoint[LinkT]:
        """Choose among the near ones."""
        if candidates is not self._seen:
            near = tuple(endpoint for endpoint in candidates if endpoint.zone == self._zone)
            self._seen, self._near = candidates, near or candidates
        return self._inner.choose(self._near, now, key)

    def learn(self, endpoint: Endpoint[LinkT], seconds: float, now: float) -> None:
        """Let the inner balancer learn."""
        self._inner.learn(endpoint, seconds, now)
