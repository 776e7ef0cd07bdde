"""How cost grows: with the answer, the plan's depth, services, connections and workers; and what memory does.

    python -m benchmarks.growth [--quick]

The services cost next to nothing (`benchmarks.growth_service`), so that what is seen is the gateway. No calls are
shared.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.growth_service import subgraph
from benchmarks.measuring import GATEWAY_CORE, LOAD_CORE, CannotMeasure, Figures, Load, measure, memory_mb, warm_up
from benchmarks.rounds import Plan, keep
from benchmarks.running import ROOT, Program, Programs, ask, free_port, wait_for_port, without_traceback
from federation.assembly.open_gateway import open_gateway
from federation.cli.server import run_in_loop
from federation.config.read import read_config
from federation.request import ClientRequest

SERVICES = 8
MOST_ITEMS = 10_000
SIZES = (1, 10, 100, 1_000, 10_000)
DEPTHS = (1, 2, 4, 6, 8)
WIDTHS = (1, 2, 4, 6, 8)
CONNECTIONS = (1, 4, 16, 64, 256)
USUAL = "{ items(first: 20) { id g1 g2 } }"
BIG = "{ items(first: 10000) { id big1 } }"
TRIVIAL = "{ __typename }"
BOTH_CORES = "0,1"


@dataclass(frozen=True, slots=True)
class Point:
    """One place on a curve: the program under this load."""

    label: int
    program: Program
    load: Load


class Graph:
    """The services, running, and gateways over them."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.port = free_port()
        command = [sys.executable, "-m", "benchmarks.growth_service", str(self.port), str(MOST_ITEMS)]
        wait_for_port(self.port, programs.start("services", command, LOAD_CORE))
        for number in range(SERVICES + 1):
            (programs.folder / f"s{number}.graphql").write_text(subgraph(number))

    @property
    def service(self) -> str:
        """Where the services answer."""
        return f"http://127.0.0.1:{self.port}/"

    def config(self) -> str:
        """The gateway's configuration."""
        subgraphs = "".join(
            f"  s{each}:\n    sdl: {self.programs.folder}/s{each}.graphql\n    url: {self.service}s{each}\n"
            for each in range(SERVICES + 1)
        )
        services = "".join(
            f"  s{each}:\n    endpoints: ['127.0.0.1:{self.port}']\n    share_calls: false\n    max_answer_size: 64MB\n"
            for each in range(SERVICES + 1)
        )
        return f"server:\n  share_requests: false\nsubgraphs:\n{subgraphs}services:\n{services}"

    def gateway(self, name: str, *, workers: int = 1) -> Program:
        """A gateway with so many workers; one has a core to itself, more share what there is."""
        core = GATEWAY_CORE if workers == 1 else BOTH_CORES
        return self.programs.interlace(name, self.config(), core, "--workers", str(workers))


def curve(points: Sequence[Point], plan: Plan) -> list[dict[str, float]]:
    """The medians of every point, measured in turn."""
    found: dict[int, list[Figures]] = {point.label: [] for point in points}
    for point in points:
        answer = ask(point.program.url, point.load.query)
        if answer.get("errors") or not answer.get("data"):
            raise CannotMeasure(f"{point.load.query} fails: {str(answer)[:300]}")
        warm_up(point.program.url, Load(point.load.query, point.load.connections, 1))
    for _ in range(plan.rounds):
        for point in points:
            load = Load(point.load.query, point.load.connections, plan.seconds)
            found[point.label].append(measure(point.program.url, point.program.pid, load))
    return [
        {
            "at": label,
            **{name: median(getattr(each, name) for each in rounds) for name in ("cpu", "per_second", "p50", "p99")},
        }
        for label, rounds in found.items()
    ]


def curves(graph: Graph, gateway: Program, plan: Plan) -> dict[str, list[dict[str, float]]]:
    """Everything that grows."""
    wide = {width: " ".join(f"g{number + 1}" for number in range(width)) for width in WIDTHS}
    queries: Mapping[str, Mapping[int, str]] = {
        "entities": {size: f"{{ items(first: {size}) {{ id g1 }} }}" for size in SIZES},
        "depth": {depth: f"{{ items(first: 20) {{ id f{depth} }} }}" for depth in DEPTHS},
        "services": {width: f"{{ items(first: 20) {{ id {names} }} }}" for width, names in wide.items()},
    }
    found = {}
    for name, by_label in queries.items():
        _say(f"measuring {name}")
        found[name] = curve([Point(label, gateway, Load(query, 1, 0)) for label, query in by_label.items()], plan)
    _say("measuring connections")
    found["connections"] = curve([Point(each, gateway, Load(USUAL, each, 0)) for each in CONNECTIONS], plan)
    _say("measuring workers")
    both = {workers: graph.gateway(f"workers {workers}", workers=workers) for workers in (1, 2)}
    found["workers"] = curve([Point(workers, each, Load(USUAL, 64, 0)) for workers, each in both.items()], plan)
    return found


def added_latency(graph: Graph, gateway: Program, plan: Plan) -> dict[str, float]:
    """The median time of a query of one call, asked of the service itself and of the gateway, at one connection."""
    load = Load("{ items(first: 20) { id } }", 1, plan.seconds)
    direct, through = [], []
    for _ in range(plan.rounds):
        direct.append(measure(f"{graph.service}0", gateway.pid, load).p50)
        through.append(measure(gateway.url, gateway.pid, load).p50)
    return {"service_ms": median(direct), "gateway_ms": median(through)}


def cold_start(graph: Graph) -> dict[str, float]:
    """How long a gateway takes until it answers, and its first and second answer to a query it has to plan."""
    begun = time.perf_counter()
    gateway = graph.gateway("cold")
    started = time.perf_counter()
    ask(gateway.url, USUAL)
    first = time.perf_counter()
    ask(gateway.url, USUAL)
    second = time.perf_counter()
    seconds = {"start_ms": started - begun, "first_ms": first - started, "second_ms": second - first}
    return {name: value * 1e3 for name, value in seconds.items()}


def look_up(graph: Graph) -> float:
    """The CPU time (in microseconds) of a whole answer that needs no call: looking up its plan is a part of it."""
    path = graph.programs.folder / "in-process.yaml"
    path.write_text(graph.config())
    found: list[float] = []

    async def run() -> None:
        async with open_gateway(read_config(path, {})) as gateway:
            for _ in range(9):
                before = time.process_time()
                for _ in range(2_000):
                    await gateway.answer(ClientRequest(TRIVIAL))
                found.append((time.process_time() - before) / 2_000 * 1e6)

    run_in_loop(run())
    return min(found)


def memory(gateway: Program, requests: int) -> dict[str, float]:
    """Resident memory at first, after many requests, and around answers of 10 MB."""
    found = {"at_first": memory_mb(gateway.pid)}
    done = 0
    while done < requests:
        done += measure(gateway.url, gateway.pid, Load(USUAL, 16, 10)).requests
        found.setdefault("warm", memory_mb(gateway.pid))
    found |= {"requests": done, "after_requests": memory_mb(gateway.pid)}
    for _ in range(3):
        answer = ask(gateway.url, BIG, timeout=60)
        if len(answer.get("data", {}).get("items", ())) != MOST_ITEMS:
            raise CannotMeasure("the answer of 10 MB is not whole")
    found["after_large"] = memory_mb(gateway.pid)
    measure(gateway.url, gateway.pid, Load(USUAL, 16, 3))
    found["after_more"] = memory_mb(gateway.pid)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes instead of ten")
    options = parser.parse_args()
    plan = Plan(1, 2, 1) if options.quick else Plan(3, 3, 1)
    with (
        without_traceback(),
        tempfile.TemporaryDirectory(prefix="growth-") as folder,
        Programs(Path(folder)) as programs,
    ):
        graph = Graph(programs)
        gateway = graph.gateway("gateway")
        found: dict[str, Any] = {"curves": curves(graph, gateway, plan)}
        _say("measuring latency, start and look-up")
        found["latency"] = added_latency(graph, gateway, plan)
        found["start"] = cold_start(graph)
        found["look_up_us"] = look_up(graph)
        _say("measuring memory")
        found["memory"] = memory(graph.gateway("memory"), 10_000 if options.quick else 200_000)
    _tell(found)
    print(f"\nkept in {keep('growth', found).relative_to(ROOT)}")


def _tell(found: Mapping[str, Any]) -> None:
    for name, points in found["curves"].items():
        print(f"\n| {name} | CPU ms/request | requests/s | p50 ms | p99 ms |\n|---|---|---|---|---|")
        for point in points:
            figures = f"{point['cpu']:.3f} | {point['per_second']:,.0f} | {point['p50']:.2f} | {point['p99']:.2f}"
            print(f"| {point['at']:,} | {figures} |")
    latency, start, memory_ = found["latency"], found["start"], found["memory"]
    through = f"{latency['gateway_ms']:.2f} through the gateway"
    print(f"\none call, one connection: {latency['service_ms']:.2f} ms at the service, {through}")
    print(f"start {start['start_ms']:,.0f} ms, first answer {start['first_ms']:.0f}, second {start['second_ms']:.1f}")
    print(f"a whole answer that needs no call, its plan looked up: {found['look_up_us']:.1f} us")
    print("memory, MB: " + ", ".join(f"{name} {value:,.0f}" for name, value in memory_.items()))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
