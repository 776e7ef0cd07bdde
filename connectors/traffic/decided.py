"""What operators decided by hand about one service: it holds until they take it back, whatever else happens."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.traffic.breaker import BreakerMode


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decides about the circuit (None: what is configured), which endpoints get no calls, and what others weigh.

    Endpoints are named by `place_of` their addresses, and need not be there yet.
    """

    mode: BreakerMode | None = None
    drained: frozenset[str] = frozenset()
    weights: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is decided."""
        return self.mode is not None or bool(self.drained) or bool(self.weights)


NOTHING_DECIDED = Decided()


def place_of(address: str) -> str:
    """The `host:port` of an endpoint's address, by which people name it."""
    return address.rpartition("://")[2].partition("/")[0]
