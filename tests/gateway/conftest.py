"""A gateway over the running shop, for all tests here."""

import inspect
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from examples.storefront.run import Storefront
from federation.assembly.open_gateway import open_gateway
from federation.config.read import read_config
from federation.gateway import Gateway
from federation.request import ClientRequest

STOREFRONT = Path(__file__).parents[2] / "examples" / "storefront"


@dataclass(frozen=True, slots=True)
class Client:
    """Asks the gateway, and gives its answers as they would be on the wire."""

    gateway: Gateway

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.gateway.answer(ClientRequest(query, variables=variables or {}))
        return orjson.loads(answer.body)

    async def data(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The data of an answer that must have no errors."""
        answer = await self.ask(query, variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_shop() -> AsyncIterator[Storefront]:
    async with Storefront() as storefront:
        yield storefront


@pytest_asyncio.fixture(loop_scope="session")
async def shop(running_shop: Storefront) -> Storefront:
    """The shop with nothing counted and nothing wrong."""
    await running_shop.reset()
    return running_shop


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def open_client(running_shop: Storefront) -> AsyncIterator[Client]:
    config = read_config(STOREFRONT / "interlace.yaml", {**os.environ, **running_shop.environment()})
    async with open_gateway(config) as gateway:
        yield Client(gateway)


@pytest.fixture
def client(open_client: Client, shop: Storefront) -> Client:
    for service in open_client.gateway.traffic:
        service.recover()  # what an earlier test did to it
    return open_client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every async test here on the loop on which the shop was started."""
    for item in items:
        if not isinstance(item, pytest.Function) or "tests/gateway/" not in item.path.as_posix():
            continue
        if inspect.iscoroutinefunction(item.function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
