"""Choose endpoints in turn."""

from collections.abc import Sequence

from connectors.traffic.balancers.balancer import Unlearning
from connectors.traffic.endpoint import Endpoint, LinkT


class RoundRobin(Unlearning):
    """Each call goes to the endpoint after the last one; of n calls to n endpoints each gets one."""

    def __init__(self) -> None:
        self._next = 0

    def choose(self, candidates: Sequence[Endpoint[LinkT]], _now: float, _key: str | None) -> Endpoint[LinkT]:
        """The next one, whatever its weight."""
        turn = self._next
        self._next = turn + 1
        return candidates[turn % len(candidates)]
