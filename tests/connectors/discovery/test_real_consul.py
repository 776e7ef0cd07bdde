"""Endpoints from a real Consul agent, where one is installed; the double says the same where none is."""

from collections.abc import Iterator

import pytest

from connectors.discovery.consul import ConsulQuery, ConsulRegistry
from connectors.discovery.found import FoundEndpoint
from tests.connectors.discovery.collecting import addresses, listening
from tests.consul_server import PROGRAM, ConsulServer, running_consul

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="consul is not installed")


@pytest.fixture
def consul() -> Iterator[ConsulServer]:
    with running_consul() as server:
        yield server


async def test_instances_are_found_with_weights_and_zones_and_changes_are_heard(consul: ConsulServer) -> None:
    await consul.register("a", 1, weight=3, Meta={"zone": "eu-1"}, Tags=["v2"])
    await consul.register("b", 2, Tags=["v1"])
    query = ConsulQuery("users", ("v2",))
    async with listening(ConsulRegistry(consul.url, query)) as heard:
        found = await heard.until(bool)
        await consul.register("c", 3, Tags=["v2"])
        await heard.until(lambda found: addresses(found) == {"127.0.0.1:1", "127.0.0.1:3"})
        await consul.deregister("a")
        await heard.until(lambda found: addresses(found) == {"127.0.0.1:3"})

    assert found == (FoundEndpoint("127.0.0.1:1", 3, "eu-1"),)


async def test_an_instance_whose_check_fails_is_left_out_and_comes_back(consul: ConsulServer) -> None:
    await consul.register("a", 1)
    await consul.register("b", 2, Check={"CheckID": "b", "TTL": "60s", "Status": "passing"})
    async with listening(ConsulRegistry(consul.url, ConsulQuery("users"))) as heard:
        await heard.until(lambda found: len(found) == 2)
        await consul.put("/v1/agent/check/fail/b")
        await heard.until(lambda found: addresses(found) == {"127.0.0.1:1"})
        await consul.put("/v1/agent/check/pass/b")
        await heard.until(lambda found: len(found) == 2)


async def test_an_agent_that_ends_and_begins_anew_is_heard_again(consul: ConsulServer) -> None:
    await consul.register("a", 1)
    async with listening(ConsulRegistry(consul.url, ConsulQuery("users"))) as heard:
        await heard.until(bool)
        consul.stop()
        await heard.until_away()
        consul.start()  # its index begins anew, and it has forgotten everything
        await consul.register("b", 2)
        await heard.until(lambda found: addresses(found) == {"127.0.0.1:2"})
