"""Endpoints from a real etcd."""

import asyncio
from collections.abc import Iterator

import pytest

from connectors.discovery.etcd import EtcdRegistry
from connectors.discovery.found import FoundEndpoint
from tests.connectors.discovery.collecting import addresses, listening
from tests.etcd_server import PROGRAM, EtcdServer, running_etcd

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="etcd is not installed")


@pytest.fixture(scope="module")
def etcd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EtcdServer]:
    with running_etcd(tmp_path_factory.mktemp("etcd")) as server:
        yield server


async def test_values_below_the_prefix_are_endpoints(etcd: EtcdServer) -> None:
    await etcd.put("/one/users/a", "10.0.0.1:80")
    await etcd.put("/one/users/b", '{"address": "10.0.0.2:80", "weight": 4, "zone": "eu"}')
    await etcd.put("/one/usersX", "10.0.0.3:80")
    async with listening(EtcdRegistry(etcd.url, "/one/users/")) as heard:
        found = await heard.until(bool)

    assert found == (FoundEndpoint("10.0.0.1:80"), FoundEndpoint("10.0.0.2:80", 4, "eu"))


async def test_changes_are_heard_while_watching(etcd: EtcdServer) -> None:
    await etcd.put("/two/a", "10.0.0.1:80")
    async with listening(EtcdRegistry(etcd.url, "/two/")) as heard:
        await heard.until(bool)
        await etcd.put("/two/b", "10.0.0.2:80")
        await heard.until(lambda found: addresses(found) == {"10.0.0.1:80", "10.0.0.2:80"})
        await etcd.delete("/two/a")
        await heard.until(lambda found: addresses(found) == {"10.0.0.2:80"})


async def test_compaction_loses_nothing(etcd: EtcdServer) -> None:
    await etcd.put("/three/a", "10.0.0.1:80")
    async with listening(EtcdRegistry(etcd.url, "/three/")) as heard:
        await heard.until(bool)
        revision = await etcd.put("/three/a", "10.0.0.7:80")
        await etcd.post("/v3/kv/compaction", {"revision": str(revision), "physical": True})
        await etcd.put("/three/b", "10.0.0.8:80")
        await heard.until(lambda found: addresses(found) == {"10.0.0.7:80", "10.0.0.8:80"})


async def test_a_value_that_is_no_endpoint_is_said(etcd: EtcdServer) -> None:
    await etcd.put("/four/a", '{"host": "x"}')
    async with listening(EtcdRegistry(etcd.url, "/four/")) as heard:
        assert "has no `address`" in await heard.until_away()


async def test_it_is_an_empty_answer_that_there_is_nothing(etcd: EtcdServer) -> None:
    async with listening(EtcdRegistry(etcd.url, "/none/")) as heard:
        async with asyncio.timeout(10):
            assert await heard.until(lambda found: True) == ()
