"""Tell which members of which variables an expression reads: what a call needs before it can be made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias, assert_never

from connectors.mapping.shape import TRANSPARENT
from connectors.mapping.syntax import (
    Choice,
    Current,
    Expression,
    Item,
    ListLiteral,
    Literal,
    Member,
    MethodCall,
    ObjectLiteral,
    Path,
    Selection,
    Variable,
)

Paths: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere inside a variable."""

    variable: str
    path: tuple[str, ...] = ()


def variables_used(*nodes: Selection | Expression) -> Mapping[str, Paths]:
    """For each variable (with its dollar) the paths that are read, once each, in the order of the text.

    `$this { id name }` reads `id` and `name`; `()` is the path of the variable as a whole.
    """
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for node in nodes:
        for place in _reads(node, None, None):
            found.setdefault(place.variable, {})[place.path] = None
    return MappingProxyType({variable: tuple(paths) for variable, paths in found.items()})


def _reads(node: Selection | Expression, current: Place | None, item: Place | None) -> Iterator[Place]:
    match node:
        case Path():
            yield from _path_reads(node, current, item)
        case Selection():
            for entry in node.entries:
                yield from _reads(entry.value, current, current)
        case Literal() | ListLiteral() | Choice() | ObjectLiteral():
            for value in _parts(node):
                yield from _reads(value, current, item)
        case _:
            assert_never(node)


def _parts(node: Literal | ListLiteral | Choice | ObjectLiteral) -> tuple[Expression, ...]:
    match node:
        case Literal():
            return ()
        case ListLiteral():
            return node.items
        case Choice():
            return node.options
        case ObjectLiteral():
            return tuple(value for _key, value in node.members)
        case _:
            assert_never(node)


def _path_reads(path: Path, current: Place | None, item: Place | None) -> Iterator[Place]:
    place: Place | None
    match path.root:
        case Variable(name):
            place = Place(name)
        case Current():
            place = current
        case Item():
            place = item
        case _:
            yield from _reads(path.root, current, item)
            place = None
    for step in path.steps:
        if isinstance(step, Member):
            place = Place(place.variable, (*place.path, step.name)) if place else None
        elif isinstance(step, MethodCall):
            yield from _call_reads(step, current, place)
            place = place if step.name in TRANSPARENT else None
    if path.selection is not None:
        yield from _reads(path.selection, place, place)
    elif place is not None:
        yield place


def _call_reads(call: MethodCall, current: Place | None, place: Place | None) -> Iterator[Place]:
    if call.name == "as":
        for value in call.arguments[1:]:
            yield from _reads(value, current, place)
        return
    if place is not None and call.name not in TRANSPARENT | {"map"}:
        yield place
    for argument in call.arguments:
        yield from _reads(argument, current, place)
