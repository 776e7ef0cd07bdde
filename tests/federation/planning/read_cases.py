"""Planning cases as text: subgraphs, then queries with their plans."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from federation.composition.compose import compose
from federation.operations.limits import OperationLimits
from federation.operations.prepare import prepare_operation
from federation.planning.explain import plan_as_text
from federation.planning.planner import NO_LABELS, Planner
from schemas.read_supergraph import read_supergraph
from schemas.subgraph import Subgraph
from schemas.supergraph import Supergraph

CASES = Path(__file__).parent / "cases"
SECTION = re.compile(r"^=== (subgraph|query|plan) ?(.*)$", re.MULTILINE)
LABELS = re.compile(r"# labels: (.*)")
FEDERATION = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@requires", "@provides", '
    '"@external", "@shareable", "@override", "@inaccessible", "@interfaceObject", "@context", "@fromContext"])\n'
)


@dataclass(frozen=True, slots=True)
class PlanningCase:
    """A query against the subgraphs of a file; `name` is its claim."""

    file: str
    name: str
    query: str
    plan: str


def sections(file: str) -> list[tuple[str, str, str]]:
    """The kind, name and text of each section of a file."""
    text = (CASES / f"{file}.txt").read_text(encoding="utf-8")
    found = list(SECTION.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    return [(match[1], match[2], text[match.end() : end].strip()) for match, end in zip(found, ends, strict=True)]


def read_cases() -> Iterator[PlanningCase]:
    """All cases of all files."""
    for path in sorted(CASES.glob("*.txt")):
        parts = sections(path.stem)
        for number, (kind, name, text) in enumerate(parts):
            if kind == "query":
                yield PlanningCase(path.stem, name, text, parts[number + 1][2])


@cache
def supergraph_of(file: str) -> Supergraph:
    """The composition of a file's subgraphs."""
    subgraphs = [
        Subgraph(name, FEDERATION + text, f"http://{name}") for kind, name, text in sections(file) if kind == "subgraph"
    ]
    result = compose(subgraphs)
    assert not result.errors, result.errors
    return read_supergraph(result.supergraph_sdl)


def planned(file: str, query: str) -> str:
    """The plan of a query, as text, while the override labels hold that its first line names (`# labels: a b`)."""
    supergraph = supergraph_of(file)
    operation = prepare_operation(query, None, supergraph.api, OperationLimits())
    labels = LABELS.match(query)
    active = frozenset(labels[1].split()) if labels else NO_LABELS
    return plan_as_text(Planner(supergraph).plan(operation, active)).strip()
