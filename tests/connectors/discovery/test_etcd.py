"""Endpoints from a real etcd."""

import asyncio
import base64
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.discovery.etcd import EtcdRegistry
from connectors.discovery.found import FoundEndpoint
from federation.cli.listen import listen
from tests.connectors.discovery.collecting import addresses, listening

PROGRAM = shutil.which("etcd")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="etcd is not installed")


def free_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assert PROGRAM is not None
    client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    folder = tmp_path_factory.mktemp("etcd")
    names = ["--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer]
    cluster = ["--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}"]
    with subprocess.Popen(
        [PROGRAM, "--data-dir", str(folder), *names, *cluster, "--unsafe-no-fsync"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        transport = httpx.HTTPTransport(retries=20)  # half a second, then one, two... until it listens
        with httpx.Client(transport=transport, timeout=20) as asking:
            asking.get(f"{client}/health")
        yield client
        process.terminate()


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def post(url: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=url) as client:
        response = await client.post(path, json=body)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer


async def put(url: str, key: str, value: str) -> int:
    answer = await post(url, "/v3/kv/put", {"key": encoded(key), "value": encoded(value)})
    return int(answer["header"]["revision"])


async def test_values_below_the_prefix_are_endpoints(url: str, tmp_path: Path) -> None:
    await put(url, "/one/users/a", "10.0.0.1:80")
    await put(url, "/one/users/b", '{"address": "10.0.0.2:80", "weight": 4, "zone": "eu"}')
    await put(url, "/one/usersX", "10.0.0.3:80")
    async with listening(EtcdRegistry(url, "/one/users/")) as heard:
        found = await heard.until(bool)

    assert found == (FoundEndpoint("10.0.0.1:80"), FoundEndpoint("10.0.0.2:80", 4, "eu"))


async def test_changes_are_heard_while_watching(url: str) -> None:
    await put(url, "/two/a", "10.0.0.1:80")
    async with listening(EtcdRegistry(url, "/two/")) as heard:
        await heard.until(bool)
        await put(url, "/two/b", "10.0.0.2:80")
        await heard.until(lambda found: addresses(found) == {"10.0.0.1:80", "10.0.0.2:80"})
        await post(url, "/v3/kv/deleterange", {"key": encoded("/two/a")})
        await heard.until(lambda found: addresses(found) == {"10.0.0.2:80"})


async def test_compaction_loses_nothing(url: str) -> None:
    await put(url, "/three/a", "10.0.0.1:80")
    async with listening(EtcdRegistry(url, "/three/")) as heard:
        await heard.until(bool)
        revision = await put(url, "/three/a", "10.0.0.7:80")
        await post(url, "/v3/kv/compaction", {"revision": str(revision), "physical": True})
        await put(url, "/three/b", "10.0.0.8:80")
        await heard.until(lambda found: addresses(found) == {"10.0.0.7:80", "10.0.0.8:80"})


async def test_a_value_that_is_no_endpoint_is_said(url: str) -> None:
    await put(url, "/four/a", '{"host": "x"}')
    async with listening(EtcdRegistry(url, "/four/")) as heard:
        assert "has no `address`" in await heard.until_away()


async def test_it_is_an_empty_answer_that_there_is_nothing(url: str) -> None:
    async with listening(EtcdRegistry(url, "/none/")) as heard:
        async with asyncio.timeout(10):
            assert await heard.until(lambda found: True) == ()
