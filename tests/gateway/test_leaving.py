"""Gateways that are restarted one after the other, under load."""

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path
from shutil import copytree

import httpx

from examples.storefront.run import Storefront
from tests.gateway.conftest import STOREFRONT
from tests.gateway.test_served import Served, is_ready, serving

QUERY = {"query": "{ user(id: 1) { name } }"}


async def test_no_request_fails_while_one_of_two_gateways_leaves(shop: Storefront, tmp_path: Path) -> None:
    for folder in ("subgraphs", "operations"):
        copytree(STOREFRONT / folder, tmp_path / folder)
    text = (STOREFRONT / "interlace.yaml").read_text(encoding="utf-8")
    config = tmp_path / "interlace.yaml"
    config.write_text(text.replace("server:\n", "server:\n  shutdown: { notice: 700ms }\n"), encoding="utf-8")
    async with (
        serving(shop, "--workers", "2", config=config) as leaving,
        serving(shop, config=config) as staying,
    ):
        ready = {leaving.http.base_url: leaving, staying.http.base_url: staying}
        seen: Counter[object] = Counter()
        has_begun, has_left = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(_ask(ready, has_begun, has_left, seen))
            watch = group.create_task(_leave_out_what_is_not_ready(ready))
            await has_begun.wait()
            leaving.process.send_signal(signal.SIGTERM)
            await leaving.process.communicate()
            has_left.set()
            watch.cancel()

    assert leaving.process.returncode == 0
    assert set(seen) == {200}
    assert list(ready.values()) == [staying]


async def _ask(
    ready: dict[httpx.URL, Served], has_begun: asyncio.Event, has_left: asyncio.Event, seen: Counter[object]
) -> None:
    """A client that keeps its connections, and sends each request to one of those that are ready."""
    number = 0
    while not has_left.is_set():
        number += 1
        served = list(ready.values())[number % len(ready)]
        try:
            seen[(await served.http.post("/graphql", json=QUERY)).status_code] += 1
        except httpx.TransportError as error:
            seen[repr(error)] += 1
        if number == 2:
            has_begun.set()  # each of them has answered on a connection that stays


async def _leave_out_what_is_not_ready(ready: dict[httpx.URL, Served]) -> None:
    """What a load balancer does."""
    while True:
        for url in list(ready):
            async with httpx.AsyncClient(base_url=url) as probe:
                if (await probe.get("/health/ready")).status_code != 200:
                    del ready[url]
        await asyncio.sleep(0.05)


async def test_a_worker_that_is_killed_is_replaced(shop: Storefront) -> None:
    async with serving(shop, "--workers", "2") as served:
        before = _workers(served.process.pid)
        while len(before) < 2:
            before = _workers(served.process.pid)

        os.kill(before[0], signal.SIGKILL)

        while not set(_workers(served.process.pid)) - set(before):
            await is_ready(served.http)
        assert (await served.http.post("/graphql", json=QUERY)).status_code == 200


def _workers(pid: int) -> list[int]:
    """Those of its children that work: the others keep track of shared resources."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]
