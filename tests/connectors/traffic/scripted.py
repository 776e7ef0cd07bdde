"""Links that answer as a test says, in driven time, and services over them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from connectors.errors import TimedOut
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.policy import TrafficPolicy
from connectors.traffic.service import Service, Surroundings
from tests.connectors.traffic.driven_loop import now


@dataclass
class Scripted:
    """Answers with its name; before that it waits for `seconds`, and raises what `failure` gives, if it gives any."""

    name: str
    failure: Callable[[], Exception | None] = lambda: None
    seconds: Callable[[], float] = lambda: 0.0
    calls: int = 0
    cancelled_at: list[float] = field(default_factory=list)
    closed: int = 0

    async def ask(self, until: float) -> str:
        self.calls += 1
        try:
            async with asyncio.timeout_at(until):
                await asyncio.sleep(self.seconds())
        except TimeoutError:
            raise TimedOut("the service did not answer in time") from None
        except asyncio.CancelledError:
            self.cancelled_at.append(now())
            raise
        failure = self.failure()
        if failure is not None:
            raise failure
        return self.name

    async def close(self) -> None:
        self.closed += 1


def service_of(*links: Scripted, policy: TrafficPolicy | None = None, seed: int = 1) -> Service[Any, str]:
    """A service whose chance is always the same; to be made in the running loop, whose time it has."""
    surroundings = Surroundings(asyncio.get_running_loop().time, Random(seed).random)
    endpoints = [Endpoint(link.name, link) for link in links]
    return Service("users", endpoints, policy=policy or TrafficPolicy(), surroundings=surroundings)
