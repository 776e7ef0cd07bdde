"""One address of a service, and what is known of it."""

from typing import Generic, Protocol, TypeVar


class Link(Protocol):
    """What reaches an address: a pool of connections, a channel."""

    async def close(self) -> None:
        """Close all connections; calls on them fail. Safe to call twice."""


LinkT = TypeVar("LinkT", bound=Link)


class Endpoint(Generic[LinkT]):
    """One address and the link to it; `in_flight`, which only its service changes, counts the calls on their way."""

    __slots__ = ("address", "in_flight", "link")

    def __init__(self, address: str, link: LinkT) -> None:
        self.address = address
        self.link = link
        self.in_flight = 0
