"""Call a service at one of its endpoints, and at the next where no connection can be made."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

from connectors.errors import BindingInvalid, NotConnected
from connectors.traffic.endpoint import Endpoint, LinkT
from connectors.traffic.round_robin import RoundRobin

Result = TypeVar("Result")


class Balancer(Protocol):
    """Decides which endpoint gets a call."""

    def choose(self, candidates: Sequence[Endpoint[LinkT]]) -> Endpoint[LinkT]:
        """Choose one of at least one candidate; at once, as every call waits for it."""
        ...


class Service(Generic[LinkT]):
    """One service and its endpoints; it alone changes them, on the loop in which it is called.

    `name` is what operators call it; it stands in the log only.
    """

    def __init__(self, name: str, endpoints: Sequence[Endpoint[LinkT]], balancer: Balancer | None = None) -> None:
        if not endpoints:
            raise BindingInvalid(f"the service '{name}' has no endpoint: give its source an address, or list endpoints")
        self.name = name
        self._endpoints = tuple(endpoints)
        self._balancer = balancer or RoundRobin()

    @property
    def endpoints(self) -> tuple[Endpoint[LinkT], ...]:
        """The endpoints, in the order in which they were configured."""
        return self._endpoints

    async def call(self, attempt: Callable[[LinkT], Awaitable[Result]]) -> Result:
        """Run the attempt on the link of one endpoint.

        Where it raises NotConnected, the service surely has not seen the call, and another endpoint is tried. Raises
        what the attempt raises; NotConnected when none of the endpoints can be reached.
        """
        candidates: Sequence[Endpoint[LinkT]] = self._endpoints
        refusals: list[NotConnected] = []
        while candidates:
            endpoint = self._balancer.choose(candidates)
            endpoint.in_flight += 1
            try:
                return await attempt(endpoint.link)
            except NotConnected as refusal:
                refusals.append(refusal)
            finally:
                endpoint.in_flight -= 1
            candidates = [candidate for candidate in candidates if candidate is not endpoint]
        detail = "; ".join(refusal.detail for refusal in refusals)
        raise NotConnected("the service cannot be reached", detail=f"{self.name}: {detail}") from refusals[-1]

    async def close(self) -> None:
        """Close all endpoints; calls in flight fail. Safe to call twice."""
        await asyncio.gather(*(endpoint.link.close() for endpoint in self._endpoints))
