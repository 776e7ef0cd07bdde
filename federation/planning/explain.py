"""Show a plan to people (text) and to programs (JSON)."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, assert_never

from graphql import print_ast

from connectors.protocol import ContextVariable, Fetch, RepresentationField, RepresentationFragment
from federation.planning.plan import (
    ConditionNode,
    Each,
    FetchNode,
    FlattenNode,
    Key,
    ParallelNode,
    Plan,
    PlanNode,
    SequenceNode,
    Step,
    TogetherNode,
)
from schemas.selection import Condition, Field, Selection

INDENT = "  "
_NAMES: Mapping[type[PlanNode], str] = MappingProxyType(
    {SequenceNode: "sequence", ParallelNode: "parallel", TogetherNode: "together"}
)


def plan_as_text(plan: Plan) -> str:
    """The plan as an indented tree; equal plans give equal text."""
    lines = ["nothing is fetched"] if plan.root is None else _node_lines(plan.root, 0)
    return "\n".join(lines) + "\n"


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values."""
    return {"kind": plan.kind, "root": None if plan.root is None else _node_json(plan.root)}


def _node_lines(node: PlanNode, depth: int) -> list[str]:
    indent = INDENT * depth
    match node:
        case SequenceNode() | ParallelNode() | TogetherNode():
            name = _NAMES[type(node)]
            inner = [line for each in node.nodes for line in _node_lines(each, depth + 1)]
            return [f"{indent}{name} {{", *inner, f"{indent}}}"]
        case ConditionNode():
            return [f"{indent}{_condition(node.condition)} {{", *_node_lines(node.node, depth + 1), f"{indent}}}"]
        case FlattenNode():
            return _fetch_lines(node.node, depth, node.paths)
        case FetchNode():
            return _fetch_lines(node, depth)
        case _:
            assert_never(node)


def _fetch_lines(node: FetchNode, depth: int, paths: tuple[tuple[Step, ...], ...] = ()) -> list[str]:
    indent, inner = INDENT * depth, INDENT * (depth + 1)
    fetch = node.fetch
    where = f" at {', '.join(path_as_text(path) for path in paths)}" if paths else ""
    lines = [f"{indent}fetch {node.id} from {fetch.graph}{where} {{"]
    for item in fetch.representations:
        on = "" if not item.possible_types else f" for {' | '.join(sorted(item.possible_types))}"
        called = item.typename or "its own type"
        lines.append(f"{inner}by {called} {{ {_parts(item.fields)} }}{on}")
    lines.extend(f"{inner}with {_context(each, paths[0])}" for each in fetch.contexts)
    lines.extend(_selection_lines(fetch.selections, depth + 1))
    lines.append(f"{indent}}}")
    return lines


def _context(variable: ContextVariable, path: tuple[Step, ...]) -> str:
    above = path_as_text(path[: variable.steps])
    origin = f" of {above}" if above else ""
    return f"${variable.name}: {variable.type} = {{ {_parts(variable.selection)} }}{origin}"


def _selection_lines(selections: Iterable[Selection], depth: int) -> Iterator[str]:
    for item in selections:
        conditions = "".join(f" @{_condition(each)}" for each in item.conditions)
        head = f"{INDENT * depth}{_field(item) if isinstance(item, Field) else f'... on {item.on}'}{conditions}"
        if item.selections:
            yield f"{head} {{"
            yield from _selection_lines(item.selections, depth + 1)
            yield f"{INDENT * depth}}}"
        else:
            yield head


def _field(field: Field) -> str:
    alias = f"{field.alias}: " if field.alias else ""
    arguments = ", ".join(f"{item.name}: {print_ast(item.value)}" for item in field.arguments)
    return f"{alias}{field.name}({arguments})" if arguments else f"{alias}{field.name}"


def _parts(parts: Iterable[RepresentationField | RepresentationFragment]) -> str:
    texts = []
    for item in parts:
        if isinstance(item, RepresentationFragment):
            texts.append(f"... on {' | '.join(sorted(item.possible_types))} {{ {_parts(item.selections)} }}")
            continue
        inner = f" {{ {_parts(item.selections)} }}" if item.selections else ""
        texts.append((item.name if item.name == item.source else f"{item.name}: {item.source}") + inner)
    return " ".join(texts)


def _condition(condition: Condition) -> str:
    return f"{'skip' if condition.negated else 'include'}(if: ${condition.variable})"


def path_as_text(path: Iterable[Step]) -> str:
    """A path as `users.@.orders.@`; type conditions stand in brackets."""
    texts = []
    for step in path:
        match step:
            case Key():
                texts.append(step.name)
            case Each():
                texts.append("@")
            case _:
                texts.append(f"[{'|'.join(sorted(step.names))}]")
    return ".".join(texts)


def _node_json(node: PlanNode) -> dict[str, Any]:
    match node:
        case SequenceNode() | ParallelNode() | TogetherNode():
            name = _NAMES[type(node)]
            return {"node": name, "nodes": [_node_json(each) for each in node.nodes]}
        case ConditionNode():
            negated = node.condition.negated
            return {
                "node": "condition",
                "variable": node.condition.variable,
                "when": not negated,
                "then": _node_json(node.node),
            }
        case FlattenNode():
            return {
                "node": "flatten",
                "paths": [path_as_text(path) for path in node.paths],
                "fetch": _fetch_json(node.node),
            }
        case FetchNode():
            return _fetch_json(node)
        case _:
            assert_never(node)


def _fetch_json(node: FetchNode) -> dict[str, Any]:
    fetch: Fetch = node.fetch
    return {
        "node": "fetch",
        "id": node.id,
        "graph": fetch.graph,
        "kind": fetch.kind,
        "reason": node.reason,
        "representations": [
            {
                "typename": item.typename or None,
                "possibleTypes": sorted(item.possible_types),
                "fields": _parts(item.fields),
                "required": list(item.required),
            }
            for item in fetch.representations
        ],
        "selections": [line.strip() for line in _selection_lines(fetch.selections, 0)],
        "contexts": [
            {"variable": item.name, "type": item.type, "selection": _parts(item.selection)} for item in fetch.contexts
        ],
        "variables": [item.variable.name.value for item in fetch.variables],
    }
