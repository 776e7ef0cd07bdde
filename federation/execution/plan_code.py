"""Print the code that a plan is compiled to, for people."""

from collections.abc import Iterator, Sequence
from typing import Any

from graphql import GraphQLSchema

from federation.execution.collect import Collector
from federation.execution.collect_fields import conditions_of
from federation.execution.collect_together import on_one_way
from federation.execution.collecting_code import Wanted, collecting_code
from federation.execution.fast_shape import shaping_code
from federation.execution.places import PlanPlaces
from federation.execution.source_code import SourceCode
from federation.operations.operation import Operation
from federation.planning.explain import path_as_text
from federation.planning.plan import (
    ConditionNode,
    FetchNode,
    ParallelNode,
    Path,
    Plan,
    PlanNode,
    SequenceNode,
    TogetherNode,
    placed_fetches,
)


def plan_code(plan: Plan, operation: Operation, schema: GraphQLSchema) -> str:
    """The functions that find the entities of each fetch, and the one that shapes the answer when all goes well.

    Each has a heading that names its fetch as the printed plan does. Where fields depend on conditions, the shape is
    the one for when all of them hold. Where some objects lack what others have, members are read by `get`.
    """
    places = PlanPlaces(plan)
    fetches = sorted(placed_fetches(plan), key=lambda placed: placed[0].id)
    parts = [part for node, paths in fetches if node.fetch.representations for part in _collecting(node, paths, places)]
    parts += _collecting_together(plan, places)
    held = frozenset(conditions_of(plan.answer))
    shape = shaping_code(schema, operation.root_type, plan.answer, held, places.shared_slots)
    parts.append(_titled("the answer, when all conditions hold" if held else "the answer", shape))
    return "\n\n".join(parts)


def _collecting(node: FetchNode, paths: tuple[Path, ...], places: PlanPlaces) -> Iterator[str]:
    place = places.of(node, paths)
    title = f"fetch {node.id} from {node.fetch.graph}: the entities at {', '.join(map(path_as_text, paths))}"
    known = place.start_paths if place.start is not None else frozenset()
    rest = tuple(path for path in paths if path not in known)
    wanted = Wanted(rest, node.fetch.representations, place.are_alike)
    if not place.may_share or not Collector.can(wanted):
        yield f"# {title}\n# found without generated code: its keys are nested, or it takes values from contexts\n"
        return
    code = collecting_code((wanted,), place.shared, with_found=bool(known))
    if known:
        title += f"\n# `found` are those at {_listed(known)}, from fetch {place.start}"
    yield _titled(title, code)


def _collecting_together(plan: Plan, places: PlanPlaces) -> Iterator[str]:
    wanted: dict[int, Wanted] = {}
    for node, paths in placed_fetches(plan):
        place = places.of(node, paths)
        wants = Wanted(paths, node.fetch.representations, place.are_alike)
        if place.may_share and place.start is None and Collector.can(wants):
            wanted[node.id] = wants
    for nodes in _beginning_at_once(plan.root):
        near = on_one_way(nodes, lambda node: wanted.get(node.id))
        if near:
            numbers = " and ".join(str(node.id) for node in near)
            code = collecting_code([wanted[node.id] for node in near], places.shared)
            yield _titled(f"fetches {numbers}: the entities of all of them, as they begin at once", code)


def _beginning_at_once(node: PlanNode | None) -> Iterator[Sequence[PlanNode]]:
    match node:
        case TogetherNode():
            yield node.nodes
        case ParallelNode():
            yield node.nodes
            for each in node.nodes:
                yield from _beginning_at_once(each)
        case SequenceNode():
            for each in node.nodes:
                yield from _beginning_at_once(each)
        case ConditionNode():
            yield from _beginning_at_once(node.node)


def _listed(paths: frozenset[Path]) -> str:
    return ", ".join(sorted(map(path_as_text, paths)))


def _titled(title: str, code: SourceCode) -> str:
    constants = "".join(f"{name} = {_shown(value)}\n" for name, value in code.constants.items())
    return f"# {title}\n{constants}\n{code.text}"


def _shown(value: Any) -> str:
    if isinstance(value, frozenset):
        return f"frozenset({{{', '.join(sorted(map(repr, value)))}}})"
    return getattr(value, "__qualname__", None) or repr(value)
