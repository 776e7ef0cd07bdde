"""CPU time of composing and planning: the public workload, the recorded audit queries, and a large graph.

    python -m benchmarks.planning [ROUNDS]

Each figure is the least of some rounds, in milliseconds, as other work on the machine only adds.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson

from benchmarks.large_graph import large_graph, wide_query
from connectors.protocol import Answer, CallRequest, Fetch
from federation.composition.compose import compose
from federation.execution.compile import CompiledPlan
from federation.execution.graph_connector import GraphConnector
from federation.operations.limits import OperationLimits
from federation.operations.prepare import prepare_operation
from federation.planning.plan import placed_fetches
from federation.planning.planner import Planner
from schemas.read_supergraph import read_supergraph
from schemas.supergraph import Supergraph

HERE = Path(__file__).parent
AUDIT = HERE.parent / "tests" / "conformance" / "audit"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of parsing, validating and normalising, of planning, of compiling; and the number of fetches."""

    name: str
    prepare: float
    plan: float
    compile: float
    fetches: int


class Nowhere:
    """A connector that only prepares."""

    def prepare(self, fetch: Fetch) -> Fetch:
        return fetch

    async def call(self, _: CallRequest) -> Answer:
        return Answer(None)

    async def close(self) -> None:
        pass


def least(rounds: int, work: Callable[[], Result]) -> tuple[float, Result]:
    """The least CPU time of some rounds, in milliseconds, and the result."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        best = min(best, (time.process_time() - start) * 1000)
    return best, result


def measure(name: str, supergraph: Supergraph, query: str, rounds: int) -> Figures:
    """The figures of one query."""
    planner = Planner(supergraph)
    graphs = {each: GraphConnector(Nowhere(), each) for each in supergraph.graphs}
    prepare, operation = least(rounds, lambda: prepare_operation(query, None, supergraph.api, OperationLimits()))
    planning, plan = least(rounds, lambda: planner.plan(operation))
    compiling, _ = least(rounds, lambda: CompiledPlan(plan, operation, supergraph.api, graphs))
    return Figures(name, prepare, planning, compiling, len([*placed_fetches(plan)]))


def audit_queries() -> Iterator[tuple[str, Supergraph, str]]:
    """All recorded queries with their supergraphs."""
    for path in sorted(AUDIT.glob("*.json")):
        group: dict[str, Any] = orjson.loads(path.read_bytes())
        if "tests" not in group:
            continue
        supergraph = read_supergraph(group["supergraph"])
        for number, test in enumerate(group["tests"]):
            if test["expected"].get("data") is not None:
                yield f"{path.stem} {number}", supergraph, test["query"]


def main(rounds: int) -> None:
    """Measure and print."""
    subgraphs = large_graph()
    composing, result = least(2, lambda: compose(subgraphs))
    assert not result.errors, result.errors[:3]
    reading, large = least(2, lambda: read_supergraph(result.supergraph_sdl))
    indexing, _ = least(2, lambda: Planner(large))
    found = [
        measure(
            "public workload",
            read_supergraph((HERE / "federation" / "supergraph.graphql").read_text(encoding="utf-8")),
            orjson.loads((HERE / "federation" / "query.json").read_bytes())["query"],
            rounds,
        )
    ]
    audit = [measure(*each, 3) for each in audit_queries()]
    found.append(max(audit, key=lambda item: item.plan))
    found.append(measure("large graph", large, wide_query(), 3))
    sys.stdout.write(
        f"large graph: {len(subgraphs)} subgraphs, {len(large.schema.type_map)} types; "
        f"composing {composing:.0f} ms, reading {reading:.0f} ms, indexing {indexing:.0f} ms\n\n"
        "| query | parse, validate, normalise | plan | compile | fetches |\n|---|---|---|---|---|\n"
    )
    for each in found:
        sys.stdout.write(
            f"| {each.name} | {each.prepare:.1f} | {each.plan:.1f} | {each.compile:.1f} | {each.fetches} |\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
