"""Run the scenarios against a gateway over the storefront, and print what clients noticed as a table."""

import argparse
import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree

import httpx

from benchmarks.chaos.load import Seen, send_load
from benchmarks.chaos.scenarios import SCENARIOS, SECONDS_BEFORE, USERS_ONLY, Scenario
from examples.storefront.run import Storefront

ROOT = Path(__file__).parents[2]
STOREFRONT = ROOT / "examples" / "storefront"
RUN = "import sys; from federation.cli import main; sys.exit(main())"
# Short enough to see an instance come back within a scenario.
COMES_BACK = "    ejection: { time: 3s }\n"


@asynccontextmanager
async def gateway(shop: Storefront, settings: str) -> AsyncIterator[str]:
    """A gateway process over the shop, with these lines for each service; gives its address."""
    text = (STOREFRONT / "interlace.yaml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        for name in ("subgraphs", "operations"):
            copytree(STOREFRONT / name, Path(folder) / name)
        file = Path(folder) / "interlace.yaml"
        file.write_text(text.replace("    timeout: 2s\n", f"    timeout: 2s\n{COMES_BACK}{settings}"), encoding="utf-8")
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", RUN, "serve", "-c", str(file), "--port", str(port)),
            env={**os.environ, **shop.environment(), "PYTHONPATH": str(ROOT)},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await _until_ready(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            await process.wait()


async def _until_ready(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client, asyncio.timeout(60):
        while True:
            try:
                if (await client.get("/health/ready")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def play(scenario: Scenario, rate: float, seconds: float) -> dict[str, Seen]:
    """What clients saw while the scenario played."""
    async with Storefront() as shop, gateway(shop, scenario.settings) as address:
        await send_load(address, scenario.queries, rate / 4, 2)  # plans are made, connections opened

        async def disturb() -> None:
            await asyncio.sleep(SECONDS_BEFORE)
            await scenario.disturb(shop)

        async with asyncio.TaskGroup() as group:
            group.create_task(disturb())
            return await send_load(address, scenario.queries, rate, seconds)


def row(name: str, seen: Seen) -> str:
    """One line of the table."""
    bad = ", ".join(f"{count} {code}" for code, count in sorted(seen.bad.items())) or "0"
    return f"| {name} | {seen.sent} | {bad} | {seen.quantile(0.5):.0f} | {seen.quantile(0.99):.0f} |"


async def main() -> None:
    """Play all scenarios, or those whose numbers are given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--rate", type=float, default=200, help="requests a second (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="of each scenario (default: %(default)s)")
    parser.add_argument("numbers", type=int, nargs="*", help="of scenarios, from 1 (default: all)")
    options = parser.parse_args()
    print("| scenario | requests | failed | p50 ms | p99 ms |\n|---|---|---|---|---|")
    for number, scenario in enumerate(SCENARIOS, 1):
        if options.numbers and number not in options.numbers:
            continue
        for query, seen in (await play(scenario, options.rate, options.seconds)).items():
            part = "" if len(scenario.queries) == 1 else ": users only" if query == USERS_ONLY else ": with orders"
            print(row(scenario.name + part, seen), flush=True)


asyncio.run(main())
