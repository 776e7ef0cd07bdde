"""Run a real etcd for a test, on free ports of loopback."""

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.server_process import ServerProcess, free_port

PROGRAM = shutil.which("etcd")


class EtcdServer(ServerProcess):
    """One member, which can be paused, ended and started again on the same ports with the same keys."""

    def __init__(self, folder: Path) -> None:
        self.url, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        names = ("--listen-client-urls", self.url, "--advertise-client-urls", self.url, "--listen-peer-urls", peer)
        cluster = ("--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}")
        super().__init__((PROGRAM or "etcd", "--data-dir", str(folder / "etcd"), *names, *cluster, "--unsafe-no-fsync"))

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=5).is_success
        except httpx.HTTPError:
            return False

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask its JSON gateway."""
        async with httpx.AsyncClient(base_url=self.url) as client:
            response = await client.post(path, json=body)
            answer: dict[str, Any] = response.raise_for_status().json()
            return answer

    async def put(self, key: str, value: str) -> int:
        """Write a key; gives the revision."""
        answer = await self.post("/v3/kv/put", {"key": encoded(key), "value": encoded(value)})
        return int(answer["header"]["revision"])

    async def delete(self, key: str) -> None:
        """Take a key away."""
        await self.post("/v3/kv/deleterange", {"key": encoded(key)})


def encoded(text: str) -> str:
    """As the JSON gateway wants keys and values."""
    return base64.b64encode(text.encode()).decode()


@contextmanager
def running_etcd(folder: Path) -> Iterator[EtcdServer]:
    server = EtcdServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
