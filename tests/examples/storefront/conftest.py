"""The running shop for all tests here, and a client of it."""

import inspect
import ssl
from collections.abc import AsyncIterator

import grpc
import httpx
import pytest
import pytest_asyncio

from examples.storefront.run import Storefront

# Making a real TLS context takes longer than any call here.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_storefront() -> AsyncIterator[Storefront]:
    async with Storefront() as storefront:
        yield storefront


@pytest_asyncio.fixture(loop_scope="session")
async def storefront(running_storefront: Storefront) -> Storefront:
    """The shop with nothing counted and nothing wrong."""
    await running_storefront.reset()
    return running_storefront


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A client for whole addresses."""
    async with httpx.AsyncClient() as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def users(storefront: Storefront) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{storefront.endpoints('users')[0]}", verify=NO_TLS) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def preferences(storefront: Storefront) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{storefront.endpoints('preferences')[0]}", verify=NO_TLS) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def orders(storefront: Storefront) -> AsyncIterator[grpc.aio.Channel]:
    async with grpc.aio.insecure_channel(storefront.endpoints("orders")[0]) as channel:
        yield channel


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every async test here on the loop on which the shop was started."""
    for item in items:
        if not isinstance(item, pytest.Function) or "tests/examples/storefront/" not in item.path.as_posix():
            continue
        if inspect.iscoroutinefunction(item.function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture
def storefront_address(storefront: Storefront) -> str:
    """Where the orders service answers, for tests that bring a client of their own."""
    return storefront.endpoints("orders")[0]
