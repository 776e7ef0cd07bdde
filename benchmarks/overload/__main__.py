"""What clients notice when more requests come than one worker can answer: at the knee, and at multiples of it.

    python -m benchmarks.overload [--seconds 8]

Requests come at random times whether or not others have been answered (open loop). The knee is the highest rate of
those tried at which at least 99 % are answered. The gateway has a core to itself; services, which cost next to
nothing, and the load share the other.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.growth import Graph
from benchmarks.measuring import LOAD_CORE, CannotMeasure, memory_mb
from benchmarks.overload.open_loop import Outcome
from benchmarks.running import ROOT, Program, Programs, without_traceback

QUERY = "{ items(first: 100) { id g1 g2 g3 } }"
TOO_MUCH = 6_000.0
SEARCH_SECONDS = 3.0
STEP = 1.08
MULTIPLES = (1.0, 1.5, 2.0, 3.0)
COLUMNS = (
    *("load", "offered/s", "answered/s", "refused/s", "failed"),
    *("p50 ms", "p99 ms", "refused p99 ms", "probes p99 ms", "MB"),
)
UNBOUNDED = "overload: { enabled: false }\n"


def load(gateway: Program, rate: float, seconds: float) -> Outcome:
    """What became of so many requests a second. Raises CannotMeasure."""
    port = gateway.url.split(":")[2].partition("/")[0]
    command = ["taskset", "-c", LOAD_CORE, sys.executable, "-m", "benchmarks.overload.open_loop"]
    command += [port, str(rate), str(seconds), json.dumps({"query": QUERY})]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise CannotMeasure(f"the load failed: {done.stderr[-500:]}")
    return Outcome(**json.loads(done.stdout))


def find_knee(gateway: Program) -> float:
    """The highest rate at which nearly all are answered, sought from below."""
    load(gateway, 100, 2)
    most = len(load(gateway, TOO_MUCH, SEARCH_SECONDS).answered) / SEARCH_SECONDS
    rate = knee = most * 0.7
    while rate < most * 1.5:
        seen = load(gateway, rate, SEARCH_SECONDS)
        if len(seen.answered) < 0.99 * (len(seen.answered) + len(seen.refused) + seen.failed):
            break
        knee, rate = rate, rate * STEP
    return knee


def row(name: str, gateway: Program, rate: float, seconds: float) -> str:
    """One line of the table."""
    seen = load(gateway, rate, seconds)
    times = (_quantile(seen.answered, 0.5), _quantile(seen.answered, 0.99), _quantile(seen.refused, 0.99))
    shown = " | ".join(f"{each:.1f}" for each in (*times, _quantile(seen.probed, 0.99)))
    counts = f"{rate:.0f} | {len(seen.answered) / seconds:.0f} | {len(seen.refused) / seconds:.0f} | {seen.failed}"
    return f"| {name} | {counts} | {shown} | {memory_mb(gateway.pid):.0f} |"


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overload", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="of each load (default: %(default)s)")
    options = parser.parse_args()
    with (
        without_traceback(),
        tempfile.TemporaryDirectory(prefix="overload-") as folder,
        Programs(Path(folder)) as programs,
    ):
        graph = Graph(programs)
        gateway = graph.programs.interlace("gateway", graph.config(), "0")
        knee = find_knee(gateway)
        print(
            "| | offered/s | answered/s | refused/s | failed | p50 ms | p99 ms | refused p99 ms | probes p99 ms | MB |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
        for multiple in MULTIPLES:
            print(row(f"{multiple:g} times the knee", gateway, multiple * knee, options.seconds), flush=True)
        open_to_all = graph.programs.interlace("without", UNBOUNDED + graph.config(), "0")
        load(open_to_all, 100, 2)
        print(
            row("1.5 times the knee, `overload.enabled: false`", open_to_all, 1.5 * knee, options.seconds), flush=True
        )


main()
