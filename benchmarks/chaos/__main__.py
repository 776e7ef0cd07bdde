"""Run the scenarios against a gateway over the storefront, and print what clients noticed as a table.

The gateway has core 0 to itself; the services, Redis, the registry and the load share core 1.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.chaos.load import Seen, send_load
from benchmarks.chaos.scenarios import SCENARIOS, SECONDS_BEFORE, SECONDS_DISTURBED, USERS_ONLY, Scenario
from benchmarks.chaos.stage import Stage
from benchmarks.measuring import LOAD_CORE
from benchmarks.rounds import keep, kept
from examples.storefront.run import INSTANCES, SERVICES, Storefront
from tests.etcd_server import running_etcd
from tests.redis_server import running_redis

STEP_SECONDS = 0.5
HEAD = "| scenario | requests | failed | p50 ms | p99 ms | back after s |\n|---|---|---|---|---|---|"


async def play(stage: Stage, scenario: Scenario, rate: float, seconds: float) -> tuple[dict[str, Seen], float | None]:
    """What clients saw while the scenario played, and how long it took until what had been disturbed was called."""
    with tempfile.TemporaryDirectory() as folder:
        for service in SERVICES:
            for instance in range(1, INSTANCES + 1):
                await stage.register(service, instance)
        async with stage.gateway_with(scenario.setting, Path(folder)) as address:
            await send_load(address, scenario.queries, rate / 2, 2)  # plans are made, connections opened

            async def disturb() -> None:
                await asyncio.sleep(SECONDS_BEFORE)
                await scenario.disturb(stage)

            async with asyncio.TaskGroup() as group:
                group.create_task(disturb())
                seen = await send_load(address, scenario.queries, rate, seconds)
            return seen, stage.returned_after


def row(name: str, seen: Seen, back: float | None) -> str:
    """One line of the table."""
    bad = ", ".join(f"{count} {code}" for code, count in sorted(seen.bad.items())) or "0"
    shown = "" if back is None else f"{back:.1f}"
    return f"| {name} | {len(seen.asked)} | {bad} | {seen.quantile(0.5):.1f} | {seen.quantile(0.99):.0f} | {shown} |"


def as_json(parts: Mapping[str, Seen]) -> dict[str, Any]:
    """What is drawn of a scenario."""
    return {name: [step._asdict() for step in seen.steps(STEP_SECONDS)] for name, seen in parts.items()}


def share(seen: Seen) -> float:
    """Good answers a second while something was wrong, of those a second before."""
    end = SECONDS_BEFORE + SECONDS_DISTURBED
    before = seen.answered(0, SECONDS_BEFORE) / SECONDS_BEFORE
    return seen.answered(SECONDS_BEFORE, end) / SECONDS_DISTURBED / before


async def run(numbers: list[int], rate: float, seconds: float) -> None:
    """Play the scenarios of these numbers, from 1, or all."""
    found: dict[str, Any] = kept("chaos") if numbers else {}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_redis(Path(folder)) as redis,
        running_etcd(Path(folder)) as registry,
    ):
        async with Storefront() as shop:
            print(HEAD)
            for number, scenario in enumerate(SCENARIOS, 1):
                if numbers and number not in numbers:
                    continue
                seen, back = await play(Stage(shop, redis, registry), scenario, rate, seconds)
                parts = {
                    "" if len(seen) == 1 else "users only" if query == USERS_ONLY else "with orders": each
                    for query, each in seen.items()
                }
                for part, each in parts.items():
                    print(row(f"{scenario.name}{': ' if part else ''}{part}", each, back), flush=True)
                    if part == "users only":
                        print(f"\nusers only: {share(each):.1%} of the answers a second before\n", flush=True)
                found[scenario.name] = as_json(parts)
    keep("chaos", found)


def main() -> None:
    """Play all scenarios, or those whose numbers are given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--rate", type=float, default=200, help="requests a second (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=14, help="of each scenario (default: %(default)s)")
    parser.add_argument("numbers", type=int, nargs="*", help="of scenarios, from 1 (default: all)")
    options = parser.parse_args()
    os.sched_setaffinity(0, {int(LOAD_CORE)})  # what is started stays there, unless it says otherwise
    uvloop.run(run(options.numbers, options.rate, options.seconds))


main()
