"""Where an endpoint is."""

from typing import NamedTuple


class Placed(NamedTuple):
    """An address (a base URL, or `host:port` for gRPC), how many calls it gets beside others, and its zone."""

    address: str
    weight: float = 1.0
    zone: str = ""


def placed(place: "Placed | str") -> Placed:
    """A place of which only the address may be known."""
    return Placed(place) if isinstance(place, str) else place
