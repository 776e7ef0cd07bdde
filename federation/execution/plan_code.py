"""Print the code that a plan is compiled to, for people."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLSchema

from federation.execution.collect import collecting_code
from federation.execution.collect_fields import conditions_of
from federation.execution.fast_shape import shaping_code
from federation.execution.places import PlanPlaces
from federation.execution.source_code import SourceCode
from federation.operations.operation import Operation
from federation.planning.explain import path_as_text
from federation.planning.plan import FetchNode, Path, Plan, placed_fetches


def plan_code(plan: Plan, operation: Operation, schema: GraphQLSchema) -> str:
    """The functions that find the entities of each fetch, and the one that shapes the answer when all goes well.

    Each has a heading that names its fetch as the printed plan does. Where fields depend on conditions, the shape is
    the one for when all of them hold.
    """
    places = PlanPlaces(plan)
    fetches = sorted(placed_fetches(plan), key=lambda placed: placed[0].id)
    parts = [part for node, paths in fetches if node.fetch.representations for part in _collecting(node, paths, places)]
    held = frozenset(conditions_of(plan.answer))
    shape = shaping_code(schema, operation.root_type, plan.answer, held, places.shared_slots)
    parts.append(_titled("the answer, when all conditions hold" if held else "the answer", shape))
    return "\n\n".join(parts)


def _collecting(node: FetchNode, paths: tuple[Path, ...], places: PlanPlaces) -> Iterator[str]:
    place = places.of(node, paths)
    title = f"fetch {node.id} from {node.fetch.graph}: the entities at {', '.join(map(path_as_text, paths))}"
    known = place.start_paths if place.start is not None else frozenset()
    code = None
    if place.may_share:
        rest = tuple(path for path in paths if path not in known)
        code = collecting_code(rest, node.fetch.representations, place.shared, place.are_alike)
    if code is None:
        yield f"# {title}\n# found without generated code: its keys are nested, or it takes values from contexts\n"
    elif known:
        yield _titled(f"{title}\n# `found` are those at {_listed(known)}, from fetch {place.start}", code)
    else:
        yield _titled(f"{title}\n# `found` is empty", code)


def _listed(paths: frozenset[Path]) -> str:
    return ", ".join(sorted(map(path_as_text, paths)))


def _titled(title: str, code: SourceCode) -> str:
    constants = "".join(f"{name} = {_shown(value)}\n" for name, value in code.constants.items())
    return f"# {title}\n{constants}\n{code.text}"


def _shown(value: Any) -> str:
    if isinstance(value, frozenset):
        return f"frozenset({{{', '.join(sorted(map(repr, value)))}}})"
    return getattr(value, "__qualname__", None) or repr(value)
