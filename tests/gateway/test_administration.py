"""`interlace serve` with two workers under one administration, as processes."""

import asyncio
import os
import re
import signal
import socket
from pathlib import Path
from typing import Any

import httpx

from examples.storefront.run import Storefront
from tests.gateway.conftest import STOREFRONT
from tests.gateway.test_served import serving

TOKEN = "of-an-operator-0123456789abcdef"
USERS = {"query": "{ users(first: 1) { name } }"}


async def test_one_port_acts_on_all_workers_and_on_those_that_take_their_place(
    shop: Storefront, tmp_path: Path
) -> None:
    port = free_port()
    async with (
        serving(shop, "--workers", "2", config=under_administration(tmp_path, port)) as served,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {TOKEN}"}, timeout=20
        ) as operator,
    ):
        url = str(served.http.base_url)
        await until_workers_answer(operator, 2)
        for _ in range(8):
            await asked(url)
        counted = await calls_of(operator)
        forced = (await operator.post("/services/users/force", json={"mode": "open"})).json()
        refused = [await asked(url) for _ in range(8)]
        workers = (await operator.get("/status")).json()["workers"]
        os.kill(workers[0]["pid"], signal.SIGKILL)
        status = await until_workers_answer(operator, 2, but=workers[0]["pid"])
        still = [await asked(url) for _ in range(8)]
        after = await calls_of(operator)
        reloaded = (await operator.post("/reload")).json()

    assert counted == after >= 8
    assert forced["workers"] == {"done": [0, 1], "missing": []}
    assert {answer["errors"][0]["extensions"]["code"] for answer in refused} == {"CIRCUIT_OPEN"}
    assert {answer["errors"][0]["extensions"]["code"] for answer in still} == {"CIRCUIT_OPEN"}
    assert (status["restarts"], {worker["worker"] for worker in status["workers"]}) == (1, {0, 1})
    assert reloaded["versions"] == [status["version"]]


def under_administration(folder: Path, port: int) -> Path:
    """The storefront's configuration, with an administration on the port."""
    text = (STOREFRONT / "interlace.yaml").read_text(encoding="utf-8")
    text = re.sub(r"\$\{INTERLACE_ADMIN_TOKEN:-\}", TOKEN, text)
    text = re.sub(r"\$\{INTERLACE_ADMIN_PORT:-9901\}", str(port), text)
    for name in ("subgraphs", "operations"):
        text = text.replace(f" {name}/", f" {STOREFRONT / name}/")
    config = folder / "interlace.yaml"
    config.write_text(text)
    return config


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


async def asked(url: str) -> Any:
    """The answer on a connection of its own, so that either worker may give it."""
    async with httpx.AsyncClient(base_url=url, timeout=20) as client:
        return (await client.post("/graphql", json=USERS)).json()


async def calls_of(operator: httpx.AsyncClient) -> float:
    """How many attempts at the endpoints of users the metrics count."""
    text = (await operator.get("/metrics")).text
    found = re.findall(r'^interlace_endpoint_calls_total\{[^}]*service="users"\} (\S+)$', text, re.MULTILINE)
    return sum(map(float, found))


async def until_workers_answer(operator: httpx.AsyncClient, count: int, but: int = 0) -> Any:
    """The status, when so many workers answer and none of them is the one of this process."""
    async with asyncio.timeout(60):
        while True:
            status = (await operator.get("/status")).json()
            pids = {worker["pid"] for worker in status.get("workers", ())}
            if len(pids) == count and but not in pids:
                return status
            await asyncio.sleep(0.1)
