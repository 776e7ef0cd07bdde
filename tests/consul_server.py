"""Run a real Consul agent for a test, on free ports of loopback."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.server_process import ServerProcess, free_port

PROGRAM = shutil.which("consul")


class ConsulServer(ServerProcess):
    """A single server without files, which can be paused, and ended."""

    def __init__(self) -> None:
        ports = {name: free_port() for name in ("http", "server", "serf-lan", "serf-wan")}
        self.url = f"http://127.0.0.1:{ports['http']}"
        written = [part for name, port in ports.items() for part in (f"-{name}-port", str(port))]
        others = ("-bind", "127.0.0.1", "-dns-port", "-1", "-log-level", "err", "-hcl", "ports { grpc = -1 }")
        super().__init__((PROGRAM or "consul", "agent", "-dev", *written, *others))

    def answers(self) -> bool:
        try:
            return bool(httpx.get(f"{self.url}/v1/status/leader", timeout=5).json())
        except (httpx.HTTPError, ValueError):
            return False

    async def put(self, path: str, body: Any = None) -> None:
        """Ask its HTTP interface to change something."""
        async with httpx.AsyncClient(base_url=self.url) as client:
            (await client.put(path, json=body)).raise_for_status()

    async def register(self, id_: str, port: int, *, weight: int = 1, **more: Any) -> None:
        """Register an instance of the service `users`."""
        weights = {"Passing": weight, "Warning": 1}
        body = {"ID": id_, "Name": "users", "Address": "127.0.0.1", "Port": port, "Weights": weights, **more}
        await self.put("/v1/agent/service/register", body)

    async def deregister(self, id_: str) -> None:
        """Take an instance away."""
        await self.put(f"/v1/agent/service/deregister/{id_}")


@contextmanager
def running_consul() -> Iterator[ConsulServer]:
    server = ConsulServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()
