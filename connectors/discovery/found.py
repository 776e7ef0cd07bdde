"""What a registry says of a service: its endpoints, complete, each time something changes."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from connectors.errors import ConnectorError

MOST_ENDPOINTS = 1_000
MOST_WEIGHT = 65_535  # what SRV records can say


@dataclass(frozen=True, slots=True, order=True)
class FoundEndpoint:
    """One endpoint (`host:port`), the share of the calls that it should get beside others, and where it stands."""

    address: str
    weight: int = 1
    zone: str = ""


Found: TypeAlias = tuple[FoundEndpoint, ...]


class RegistryAway(ConnectorError):
    """A registry gave no usable answer; what it said before goes on to hold."""

    code = "REGISTRY_AWAY"


class Registry(Protocol):
    """Watches one service in one registry."""

    def watch(self) -> AsyncIterator[Found]:
        """Every endpoint that may be called, again whenever that may have changed.

        It ends by RegistryAway, and may end at any time; then it is watched anew.
        """
        ...

    async def close(self) -> None:
        """Close all connections. Safe to call twice."""


def complete(endpoints: Iterable[FoundEndpoint]) -> Found:
    """The endpoints in an order of their own, each address once, so that equal answers are equal."""
    by_address = {endpoint.address: endpoint for endpoint in endpoints}
    if len(by_address) > MOST_ENDPOINTS:
        raise RegistryAway(f"the registry names {len(by_address)} endpoints, and {MOST_ENDPOINTS} are allowed")
    return tuple(sorted(by_address.values()))


def host_and_port(host: str, port: int) -> str:
    """`10.0.0.1:80`, `[::1]:80`."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def read_weight(value: object) -> int:
    """A weight as a registry gives it; 1 where it gives none that can be used."""
    return value if type(value) is int and 1 <= value <= MOST_WEIGHT else 1
