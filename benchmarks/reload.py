"""What clients notice of reloads, what reloads leave behind in memory, and how soon all workers serve the same.

    python -m benchmarks.reload [load] [memory] [workers]

The gateway is that of the storefront, on a core of its own; services and load share the other. Each reload changes
the schema, so that everything is made anew.
"""

import argparse
import asyncio
import os
import signal
import tempfile
from asyncio.subprocess import Process
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import httpx
import uvloop

from benchmarks.chaos.load import Seen, send_load
from benchmarks.chaos.scenarios import WHOLE
from benchmarks.measuring import LOAD_CORE, memory_mb
from benchmarks.shop_gateway import shop_gateway, workers_of, write_config
from examples.storefront.run import Storefront

RATE = 200.0
ROUNDS, ROUND_SECONDS, RELOADS_OF_A_ROUND = 5, 10.0, 20
RELOADS, EVERY = 1_000, 250
WORKERS, CHANGES = 4, 10
PARTS = ("load", "memory", "workers")


class Graph:
    """The files of one gateway; each `change` makes another version of them."""

    def __init__(self, folder: Path, *, watched: bool) -> None:
        self.file = write_config(folder)
        text = self.file.read_text(encoding="utf-8")
        self.file.write_text(text.replace("server:\n", f"server:\n  watch: {str(watched).lower()}\n"), encoding="utf-8")
        self._schema = folder / "subgraphs" / "user.graphql"
        self._text = self._schema.read_text(encoding="utf-8")
        self._number = 0

    def change(self) -> None:
        """Write another schema."""
        self._number += 1
        text = self._text.replace('"A customer."', f'"A customer, version {self._number}."')
        self._schema.write_text(text, encoding="utf-8")


async def reload(process: Process, graph: Graph, health: httpx.AsyncClient) -> None:
    """Change the schema, and wait until another version is served."""
    before = (await health.get("/health/ready")).json()["version"]
    graph.change()
    process.send_signal(signal.SIGHUP)
    while (await health.get("/health/ready")).json()["version"] == before:  # noqa: ASYNC110 - nothing tells when
        await asyncio.sleep(0.01)


async def show_load(shop: Storefront) -> None:
    """The same load without and with reloads, in turn."""
    calm, disturbed = Seen(), Seen()
    with tempfile.TemporaryDirectory() as folder:
        graph = Graph(Path(folder), watched=False)
        async with (
            shop_gateway(shop, graph.file) as (process, address),
            httpx.AsyncClient(base_url=address) as health,
        ):
            await send_load(address, (WHOLE,), RATE / 2, 2)

            async def reload_often() -> None:
                pause = ROUND_SECONDS / RELOADS_OF_A_ROUND
                began = asyncio.get_running_loop().time()
                for number in range(RELOADS_OF_A_ROUND):
                    await asyncio.sleep(began + number * pause - asyncio.get_running_loop().time())
                    await reload(process, graph, health)

            for _ in range(ROUNDS):
                calm.asked += (await send_load(address, (WHOLE,), RATE, ROUND_SECONDS))[WHOLE].asked
                async with asyncio.TaskGroup() as group:
                    group.create_task(reload_often())
                    disturbed.asked += (await send_load(address, (WHOLE,), RATE, ROUND_SECONDS))[WHOLE].asked
    print("| | requests | failed | p50 ms | p99 ms |\n|---|---|---|---|---|")
    for name, seen in (("no reload", calm), (f"{ROUNDS * RELOADS_OF_A_ROUND} reloads", disturbed)):
        bad = ", ".join(f"{count} {code}" for code, count in sorted(seen.bad.items())) or "0"
        print(f"| {name} | {len(seen.asked)} | {bad} | {seen.quantile(0.5):.1f} | {seen.quantile(0.99):.1f} |")


async def show_memory(shop: Storefront) -> None:
    """Resident memory as reloads go on."""
    with tempfile.TemporaryDirectory() as folder:
        graph = Graph(Path(folder), watched=False)
        async with (
            shop_gateway(shop, graph.file) as (process, address),
            httpx.AsyncClient(base_url=address) as health,
        ):
            print("| reloads | MB |\n|---|---|")
            for number in range(RELOADS + EVERY + 1):
                if number % EVERY == 0:
                    await send_load(address, (WHOLE,), RATE / 2, 1)
                    print(f"| {number} | {memory_mb(process.pid):.1f} |", flush=True)
                await reload(process, graph, health)


async def show_workers(shop: Storefront) -> None:
    """How long after a file was written, or after SIGHUP, the last of several workers serves the new version."""
    for name, watched in (("a file is written", True), ("SIGHUP", False)):
        with tempfile.TemporaryDirectory() as folder:
            graph = Graph(Path(folder), watched=watched)
            async with shop_gateway(shop, graph.file, WORKERS) as (process, address):
                assert len(workers_of(process)) == WORKERS
                took = [await _spread(process, graph, address, signals=not watched) for _ in range(CHANGES)]
        print(f"{name}: {WORKERS} workers serve it after {median(took):.2f} s (most: {max(took):.2f} s)", flush=True)


async def _spread(process: Process, graph: Graph, address: str, *, signals: bool) -> float:
    """Seconds until nobody serves the old version any more."""
    before = await _versions(address)
    assert len(before) == 1, before
    await asyncio.sleep(0.3)  # so that changes come at any moment between two looks at the files
    loop = asyncio.get_running_loop()
    graph.change()
    if signals:
        process.send_signal(signal.SIGHUP)
    began = loop.time()
    while len(found := await _versions(address)) != 1 or found == before:
        if loop.time() > began + 20:
            raise SystemExit(f"the workers never agreed: {found}")
    return loop.time() - began


async def _versions(address: str) -> set[str]:
    """What is served on so many new connections that every worker has some of them."""

    async def ask() -> str:
        async with httpx.AsyncClient(base_url=address) as client:
            return str((await client.get("/health/ready")).json()["version"])

    return set(await asyncio.gather(*(ask() for _ in range(6 * WORKERS))))


async def run(parts: Sequence[str]) -> None:
    async with Storefront() as shop:
        for part in parts or PARTS:
            print(f"{part}:")
            await {"load": show_load, "memory": show_memory, "workers": show_workers}[part](shop)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reload", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="|".join(PARTS), help="what to measure (default: everything)")
    os.sched_setaffinity(0, {int(LOAD_CORE)})
    uvloop.run(run(parser.parse_args().parts))


if __name__ == "__main__":
    main()
