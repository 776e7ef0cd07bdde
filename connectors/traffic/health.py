"""Ask the endpoints of a service whether they are well, whether or not anybody calls them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import random
from typing import Any, Generic, TypeVar

from connectors.errors import CallFailed
from connectors.traffic.endpoint import Endpoint, LinkT
from connectors.traffic.service import Service

log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class HealthPolicy:
    """How often to ask (seconds), how long to wait for an answer, and after how many equal answers to believe them."""

    interval: float = 5.0
    timeout: float = 1.0
    unhealthy_after: int = 3
    healthy_after: int = 2


class HealthChecks(Generic[LinkT]):
    """Asks all endpoints of one service, again and again; `ask` asks one until a deadline, and says how it is."""

    def __init__(
        self, service: Service[LinkT, Any], policy: HealthPolicy, ask: Callable[[LinkT, float], Awaitable[bool]]
    ) -> None:
        self._service = service
        self._policy = policy
        self._ask = ask
        # How many answers in a row differed from what is believed.
        self._against: dict[Endpoint[LinkT], int] = {}

    async def run(self) -> None:
        """Check until cancelled; rounds differ in length, so that not all gateways ask at once."""
        while True:
            async with asyncio.TaskGroup() as group:
                for endpoint in self._service.endpoints:
                    group.create_task(self._check(endpoint))
            await asyncio.sleep(self._policy.interval * (0.9 + 0.2 * random()))  # noqa: S311 - spreads load

    async def _check(self, endpoint: Endpoint[LinkT]) -> None:
        deadline = asyncio.get_running_loop().time() + self._policy.timeout
        try:
            async with asyncio.timeout_at(deadline + 0.05):  # should the link not keep its own deadline
                is_well = await self._ask(endpoint.link, deadline)
        except (CallFailed, TimeoutError):
            is_well = False
        self._believe(endpoint, is_well=is_well)

    def _believe(self, endpoint: Endpoint[LinkT], *, is_well: bool) -> None:
        if is_well == endpoint.is_healthy:
            self._against.pop(endpoint, None)
            return
        against = self._against[endpoint] = self._against.get(endpoint, 0) + 1
        if against < (self._policy.healthy_after if is_well else self._policy.unhealthy_after):
            return
        del self._against[endpoint]
        if endpoint in self._service.endpoints:  # else it has been removed meanwhile
            self._service.set_health(endpoint.address, is_healthy=is_well)
            fields = {"service": self._service.name, "endpoint": endpoint.address, "is_healthy": is_well}
            log.warning("the health of an endpoint has changed", extra=fields)
