"""A gateway over the running shop, served on loopback, and a browser that looks at it."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from examples.storefront.run import Storefront
from federation.cli.admin_server import administering_alone
from federation.cli.listen import address_of, listen
from federation.cli.server import serve
from federation.config.read import read_config
from federation.reload.reloading_gateway import Origin
from tests.browser.devtools import CHROMIUM, Page, run_browser

CONFIG = Path(__file__).parents[2] / "examples" / "storefront" / "interlace.yaml"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="no Chromium is installed: pages are not looked at")
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(skip)


async def _serve(config_environment: dict[str, str], listener: socket.socket, ready: asyncio.Event) -> None:
    origin = Origin(lambda: read_config(CONFIG, {**os.environ, **config_environment}), CONFIG)
    config = origin.read()
    await serve(origin, config, listener, ready.set, partial(administering_alone, config, None))


@pytest_asyncio.fixture
async def address() -> AsyncIterator[str]:
    async with Storefront() as shop, asyncio.TaskGroup() as group:
        with listen("127.0.0.1", 0) as listener:
            ready = asyncio.Event()
            serving = group.create_task(_serve(shop.environment(), listener, ready))
            await ready.wait()
            yield address_of(listener)
            serving.cancel()


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    async with run_browser() as browser:
        yield await browser.new_page()
