"""Keep a running service's endpoints to what a registry says."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from connectors.discovery.found import Found, FoundEndpoint
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.placed import Placed
from connectors.traffic.service import Service

DRAIN_SECONDS = 30.0


class Kept(Protocol):
    """A service whose endpoints change while it is called."""

    @property
    def traffic(self) -> Service[Any, Any]:
        """The service as operators know it."""

    def add(self, place: Placed) -> None:
        """Take in a new endpoint."""


class KeepEndpoints:
    """Adds, weighs and drains the endpoints of one service.

    `place_of` says where a found endpoint is for this service (by its scheme). The endpoints that the service has in
    the beginning count as found.
    """

    def __init__(self, service: Kept, place_of: Callable[[FoundEndpoint], Placed]) -> None:
        self._service = service
        self._place_of = place_of
        self._wanted: dict[Placed, None] | None = None
        self._changed = asyncio.Event()
        self._present = {self._bare(each): each for each in service.traffic.endpoints}

    def publish(self, found: Found) -> None:
        """These are the endpoints from now on; `run` sees to it."""
        self._wanted = dict.fromkeys(map(self._place_of, found))
        self._changed.set()

    async def run(self) -> None:
        """Keep the endpoints, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._changed.wait()
                self._changed.clear()
                for endpoint in self._apply():
                    group.create_task(self._drain(endpoint))

    def _apply(self) -> list[Endpoint[Any]]:
        """Add and weigh what is wanted; gives what has to be drained."""
        wanted = {place.address.rstrip("/"): place for place in self._wanted or ()}
        for address, place in wanted.items():
            present = self._present.get(address)
            if present is None:
                self._service.add(place)
                self._present[address] = self._service.traffic.endpoints[-1]
            elif present.own_weight != place.weight and not present.is_draining:
                self._service.traffic.weigh(present.address, place.weight)
        return [each for address, each in self._present.items() if address not in wanted and not each.is_draining]

    async def _drain(self, endpoint: Endpoint[Any]) -> None:
        await self._service.traffic.drain(endpoint.address, DRAIN_SECONDS)
        del self._present[self._bare(endpoint)]
        self._changed.set()  # it may be wanted again by now

    @staticmethod
    def _bare(endpoint: Endpoint[Any]) -> str:
        return endpoint.address.rstrip("/")
