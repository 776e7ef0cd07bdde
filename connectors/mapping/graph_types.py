"""Answer what shaping asks about the types of one graph."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from connectors.errors import CannotPrepare
from schemas.selection import Field, Selection
from schemas.supergraph import Graph, GraphType, TypeKind

TYPENAME = "__typename"


@dataclass(frozen=True, slots=True)
class WrittenType:
    """A type as SDL writes it: the name inside, and how many lists stand around it."""

    name: str
    depth: int


def read_type(text: str) -> WrittenType:
    """`[Order!]!` is `Order` in one list."""
    return WrittenType(text.replace("[", "").replace("]", "").replace("!", "").strip(), text.count("["))


def field_type(graph: Graph, type_name: str, name: str) -> WrittenType:
    """The type of a field; raises CannotPrepare when the graph does not have it."""
    owner = graph.types.get(type_name)
    found = owner.fields.get(name) if owner else None
    if found is None:
        raise CannotPrepare(f"{graph.name} cannot give {type_name}.{name}")
    return read_type(found.type)


def concrete_types(graph: Graph, type_name: str) -> tuple[str, ...]:
    """The object types that a value of the type may have in this graph; the type itself where it is no abstract one."""
    named = graph.types.get(type_name)
    if named is None or named.kind not in {TypeKind.INTERFACE, TypeKind.UNION} or named.is_interface_object:
        return (type_name,)
    if named.kind is TypeKind.UNION:
        return tuple(sorted(named.members))
    implementing = (item.name for item in graph.types.values() if _implements(item, type_name))
    return tuple(sorted(implementing)) or (type_name,)


def fields_on(graph: Graph, type_name: str, selections: Iterable[Selection]) -> tuple[Field, ...]:
    """The fields selected on objects of one type: fragments opened, and fields of the same key made one."""
    found: dict[str, Field] = {}
    for item in _opened(graph, type_name, selections):
        known = found.get(item.key)
        found[item.key] = replace(known, selections=known.selections + item.selections) if known else item
    return tuple(found.values())


def _opened(graph: Graph, type_name: str, selections: Iterable[Selection]) -> Iterable[Field]:
    for selection in selections:
        if isinstance(selection, Field):
            yield selection
        elif _holds(graph, type_name, selection.on):
            yield from _opened(graph, type_name, selection.selections)


def _holds(graph: Graph, type_name: str, on: str | None) -> bool:
    return on is None or on == type_name or type_name in concrete_types(graph, on)


def _implements(candidate: GraphType, interface: str) -> bool:
    return candidate.kind is TypeKind.OBJECT and interface in candidate.interfaces
