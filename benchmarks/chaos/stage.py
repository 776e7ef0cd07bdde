"""What is on stage while a scenario plays: the shop, a gateway over it on a core of its own, Redis, a registry."""

import asyncio
import math
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import httpx

from benchmarks.measuring import GATEWAY_CORE
from benchmarks.running import ROOT, free_port
from examples.storefront.run import SERVICES, Storefront
from tests.etcd_server import EtcdServer
from tests.redis_server import RedisServer

STOREFRONT = ROOT / "examples" / "storefront"
RUN = "import sys; from federation.cli import main; sys.exit(main())"
START_SECONDS = 60
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
        children = Path(f"/proc/{self.gateway.pid}/task/{self.gateway.pid}/children").read_text(encoding="ascii")
        return sorted(int(each) for each in children.split() if _is_worker(int(each)))

    async def register(self, service: str, instance: int) -> None:
        """Let the registry name an instance."""
        await self.registry.put(f"/{service}/{instance}", self.shop.program(service, instance).address)

    async def deregister(self, service: str, instance: int) -> None:
        """Let the registry forget an instance."""
        await self.registry.delete(f"/{service}/{instance}")

    @asynccontextmanager
    async def gateway_with(self, setting: Setting, folder: Path) -> AsyncIterator[str]:
        """A gateway process over the shop; gives its address."""
        port = free_port()
        file = _write(folder, setting, self)
        self.gateway = await asyncio.create_subprocess_exec(
            *("taskset", "-c", GATEWAY_CORE, sys.executable, "-c", RUN, "serve", "-c", str(file)),
            *("--port", str(port), "--workers", str(setting.workers)),
            env={**os.environ, **self.shop.environment(), "PYTHONPATH": str(ROOT)},
            stderr=DEVNULL,
        )
        try:
            await _until_ready(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            if self.gateway.returncode is None:
                self.gateway.terminate()
            await self.gateway.wait()
            self.returned_after = None


def _write(folder: Path, setting: Setting, stage: Stage) -> Path:
    """The example's configuration with what the setting adds."""
    for name in ("subgraphs", "operations"):
        copytree(STOREFRONT / name, folder / name, dirs_exist_ok=True)
    text = (STOREFRONT / "interlace.yaml").read_text(encoding="utf-8")
    for service in SERVICES:
        own = setting.of_services.replace("REGISTRY", stage.registry.url).replace("SERVICE", service)
        text = text.replace(f"  {service}:\n    endpoints:", f"  {service}:\n{own}    endpoints:")
    file = folder / "interlace.yaml"
    file.write_text(f"{text}\n{setting.more.replace('REDIS', stage.redis.url)}", encoding="utf-8")
    return file


def _is_worker(pid: int) -> bool:
    """Not the process by which multiprocessing keeps track of what is shared."""
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


async def _until_ready(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client, asyncio.timeout(START_SECONDS):
        while True:
            try:
                if (await client.get("/health/ready")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
