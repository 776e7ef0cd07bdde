"""Services that are found in a registry: endpoints come and go while queries are answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config, read_config
from federation.errors import ConfigurationError
from federation.reload.reloading_gateway import Origin, reloading_gateway
from tests.connectors.discovery.consul_double import Consul, Instance
from tests.gateway.conftest import Client
from tests.gateway.served_subgraph import served
from tests.serving import serving

PATIENCE_SECONDS = 20.0
CONFIG = """
subgraphs: {{shop: {{sdl: shop.graphql, url: http://shop.invalid/graphql}}}}
services:
  shop:
    discover: {{consul: {{url: "{consul}", service: shop}}}}
    share_calls: false
    balancer: round_robin
    ejection: {{slow_start: 1ms}}
server: {{share_requests: false}}
"""


class Instances:
    """Instances of one subgraph, each of which answers with its own name."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def start(self, name: str, weight: int = 1) -> Instance:
        async def execute(_body: dict[str, Any], _headers: object) -> dict[str, Any]:
            return {"data": {"name": name}}

        address = await self._stack.enter_async_context(served(execute))
        return Instance(name, urlsplit(address).port or 0, weight=weight)


@asynccontextmanager
async def gateway(folder: Path, consul: Consul) -> AsyncIterator[Client]:
    (folder / "shop.graphql").write_text("type Query { name: String }")
    async with serving(consul) as url:
        config = parse_config(CONFIG.format(consul=url), folder / "interlace.yaml")
        async with open_gateway(config) as opened:
            yield Client(opened)


async def names(client: Client, count: int) -> set[str]:
    return {(await client.data("{ name }"))["name"] for _ in range(count)}


async def until_names(client: Client, wanted: set[str]) -> None:
    """Ask until just these instances answer; an answer with errors fails the test."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await names(client, 20) != wanted:
            pass


async def test_calls_go_where_the_registry_says(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        consul, instances = Consul(), Instances(stack)
        consul.register(await instances.start("a"), await instances.start("b"))
        async with gateway(tmp_path, consul) as client:
            await until_names(client, {"a", "b"})


async def test_endpoints_come_and_go_and_no_query_fails(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        consul, instances = Consul(), Instances(stack)
        consul.register(await instances.start("a"))
        async with gateway(tmp_path, consul) as client:
            await until_names(client, {"a"})
            consul.register(await instances.start("b"))
            await until_names(client, {"a", "b"})
            consul.deregister("a")
            await until_names(client, {"b"})
            service = client.gateway.traffic[0]

            assert len(service.endpoints) == 1


async def test_a_service_that_nobody_has_registered_is_a_clear_error_and_comes_by_itself(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        consul, instances = Consul(), Instances(stack)
        async with gateway(tmp_path, consul) as client:
            answer = await client.ask("{ name }")
            consul.register(await instances.start("a"))
            async with asyncio.timeout(PATIENCE_SECONDS):
                while "errors" in await client.ask("{ name }"):  # noqa: ASYNC110 - nothing tells when it is there
                    await asyncio.sleep(0.01)  # a refusal waits for nothing, and would let nobody else run

    assert answer["errors"][0]["extensions"] == {"code": "NO_HEALTHY_ENDPOINT", "service": "shop"}


async def test_while_the_registry_is_away_queries_are_answered(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        consul, instances = Consul(), Instances(stack)
        consul.register(await instances.start("a"))
        (tmp_path / "shop.graphql").write_text("type Query { name: String }")
        registry = AsyncExitStack()
        url = await registry.enter_async_context(serving(consul))
        config = parse_config(CONFIG.format(consul=url), tmp_path / "interlace.yaml")
        async with open_gateway(config) as opened:
            client = Client(opened)
            await until_names(client, {"a"})
            await registry.aclose()

            assert await names(client, 5) == {"a"}


async def test_a_reload_while_the_registry_is_away_goes_on_with_what_it_said_last(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        consul, instances = Consul(), Instances(stack)
        consul.register(await instances.start("a"))
        schema, path = tmp_path / "shop.graphql", tmp_path / "interlace.yaml"
        schema.write_text("type Query { name: String }")
        registry = AsyncExitStack()
        path.write_text(CONFIG.format(consul=await registry.enter_async_context(serving(consul))))
        origin = Origin(lambda: read_config(path), path)
        async with reloading_gateway(origin, origin.read()) as (opened, reloader):
            await registry.aclose()
            schema.write_text("type Query { name: String other: String }")
            outcome = await reloader.reload("a test")

            assert outcome.changed
            assert await names(Client(opened), 5) == {"a"}


async def test_a_registry_that_is_away_at_start_leaves_the_configured_endpoints(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        instance = await Instances(stack).start("a")
        (tmp_path / "shop.graphql").write_text("type Query { name: String }")
        text = CONFIG.format(consul="http://127.0.0.1:1").replace(
            "    discover:", f"    endpoints: [127.0.0.1:{instance.port}]\n    discover:"
        )
        config = parse_config(text, tmp_path / "interlace.yaml")
        async with open_gateway(config) as opened:
            assert await names(Client(opened), 2) == {"a"}


async def test_a_configuration_that_is_wrong_beside_it_leaves_nobody_following(tmp_path: Path) -> None:
    (tmp_path / "shop.graphql").write_text("type Query { name: String }")
    async with serving(Consul()) as url:
        text = CONFIG.format(consul=url) + "extensions: {requests: [nowhere:Class]}\n"
        before = asyncio.all_tasks()
        with pytest.raises(ConfigurationError, match="nowhere"):
            async with open_gateway(parse_config(text, tmp_path / "interlace.yaml")):
                pass

        assert asyncio.all_tasks() == before
