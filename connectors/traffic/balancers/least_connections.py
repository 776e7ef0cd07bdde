"""Choose the endpoint with the fewest calls on their way."""

from collections.abc import Sequence

from connectors.traffic.balancers.balancer import Unlearning
from connectors.traffic.endpoint import Endpoint, LinkT


class LeastConnections(Unlearning):
    """The endpoint with the fewest calls in flight for its weight; equals take turns.

    What hangs gets no more calls than the others have on their way, before anybody knows that it hangs.
    """

    def __init__(self) -> None:
        self._next = -1

    def choose(self, candidates: Sequence[Endpoint[LinkT]], _now: float, _key: str | None) -> Endpoint[LinkT]:
        """The least busy one; the search starts one further each time, so that equals take turns."""
        count = len(candidates)
        start = self._next = (self._next + 1) % count
        chosen = candidates[start]
        least = (chosen.in_flight + 1) / chosen.share
        for offset in range(1, count):
            endpoint = candidates[start - offset]
            load = (endpoint.in_flight + 1) / endpoint.share
            if load < least:
                chosen, least = endpoint, load
        return chosen
