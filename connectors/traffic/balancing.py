"""Which balancer a service has, and what it needs to know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from connectors.traffic.balancers.balancer import Balancer
from connectors.traffic.balancers.consistent_hash import ConsistentHash
from connectors.traffic.balancers.least_connections import LeastConnections
from connectors.traffic.balancers.power_of_two import PowerOfTwo
from connectors.traffic.balancers.round_robin import RoundRobin
from connectors.traffic.balancers.weighted import SmoothWeighted
from connectors.traffic.balancers.zone_preference import ZonePreference


class BalancerKind(Enum):
    """The balancers, as the configuration calls them."""

    LEAST_CONNECTIONS = "least_connections"
    ROUND_ROBIN = "round_robin"
    WEIGHTED = "weighted"
    POWER_OF_TWO = "power_of_two"
    CONSISTENT_HASH = "consistent_hash"


@dataclass(frozen=True, slots=True)
class Balancing:
    """How endpoints are chosen: in `zone` first, where one is given; by the value of a header or argument, if hashed.

    The header is one that is sent to the service, the argument one of the field or the key of the entity.
    """

    kind: BalancerKind = BalancerKind.LEAST_CONNECTIONS
    zone: str = ""
    header: str | None = None
    argument: str | None = None


_MAKE: Mapping[BalancerKind, Callable[[], Balancer]] = {
    BalancerKind.LEAST_CONNECTIONS: LeastConnections,
    BalancerKind.ROUND_ROBIN: RoundRobin,
    BalancerKind.WEIGHTED: SmoothWeighted,
    BalancerKind.POWER_OF_TWO: PowerOfTwo,
    BalancerKind.CONSISTENT_HASH: ConsistentHash,
}


def make_balancer(balancing: Balancing) -> Balancer:
    """A balancer for one service."""
    chosen = _MAKE[balancing.kind]()
    return ZonePreference(balancing.zone, chosen) if balancing.zone else chosen


def argument_key(name: str, *places: Mapping[str, Any] | None) -> str | None:
    """The value of an argument, from the first place that has one; None when none does."""
    for place in places:
        value = place.get(name) if place else None
        if value is not None:
            return str(value)
    return None
