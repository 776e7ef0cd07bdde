"""What every balancer can do."""

from collections.abc import Sequence
from typing import Protocol

from connectors.traffic.endpoint import Endpoint, LinkT


class Balancer(Protocol):
    """Decides which endpoint gets a call; at once, as every call waits for it.

    One service owns it. `learns` says whether it wants to be told how long calls took.
    """

    learns: bool

    def choose(self, candidates: Sequence[Endpoint[LinkT]], now: float, key: str | None) -> Endpoint[LinkT]:
        """Choose one of at least one candidate, at the time `now`; calls of one `key` belong together."""
        ...

    def learn(self, endpoint: Endpoint[LinkT], seconds: float, now: float) -> None:
        """Take note that a call to the endpoint was answered, and after how long."""
        ...


class Unlearning:
    """The part of balancers that do not look at how long calls took."""

    learns = False

    def learn(self, endpoint: Endpoint[LinkT], seconds: float, now: float) -> None:
        """Nothing is remembered."""
