"""What is on stage while a scenario plays: the shop, a gateway over it, Redis, a registry."""

import asyncio
import math
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.shop_gateway import shop_gateway, workers_of, write_config
from examples.storefront.run import Storefront
from tests.etcd_server import EtcdServer
from tests.redis_server import RedisServer

RETURN_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Setting:
    """How the gateway is configured: lines for each service, lines of its own, and how many workers it has."""

    of_services: str = ""
    more: str = ""
    workers: int = 1


@dataclass
class Stage:
    """What scenarios may disturb. `returned_after` is how long (seconds) what was disturbed then got no call."""

    shop: Storefront
    redis: RedisServer
    registry: EtcdServer
    gateway: Process | None = None
    returned_after: float | None = None

    async def note_return(self, service: str, instance: int) -> None:
        """Find out how long it takes until an instance, which is well from now on, is called."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with httpx.AsyncClient(base_url=f"http://{self.shop.program(service, instance).admin}") as admin:
            (await admin.post("/calls/reset")).raise_for_status()
            while loop.time() < began + RETURN_SECONDS:
                if (await admin.get("/calls")).json():
                    self.returned_after = loop.time() - began
                    return
                await asyncio.sleep(0.1)
        self.returned_after = math.inf

    def send_shop(self, number: signal.Signals, service: str, *instances: int) -> None:
        """Send a signal to instances of a service."""
        for instance in instances:
            self.shop.program(service, instance).process.send_signal(number)

    def workers(self) -> list[int]:
        """The worker processes of the gateway, oldest first."""
        assert self.gateway is not None
        return workers_of(self.gateway)

    async def register(self, service: str, instance: int) -> None:
        """Let the registry name an instance."""
        await self.registry.put(f"/{service}/{instance}", self.shop.program(service, instance).address)

    async def deregister(self, service: str, instance: int) -> None:
        """Let the registry forget an instance."""
        await self.registry.delete(f"/{service}/{instance}")

    @asynccontextmanager
    async def gateway_with(self, setting: Setting, folder: Path) -> AsyncIterator[str]:
        """A gateway process over the shop; gives its address."""
        of_services = setting.of_services.replace("REGISTRY", self.registry.url)
        file = write_config(folder, of_services, setting.more.replace("REDIS", self.redis.url))
        async with shop_gateway(self.shop, file, setting.workers) as (self.gateway, address):
            yield address
