"""Generate one Python expression for what well-formed answers need: members taken into new objects, and lists of them.

It shapes four to five times as fast as closures do (20 users: 4 microseconds, 17 by closures), and knows nothing of
deviations: whatever it does not expect raises, and the careful way is taken from the start.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeAlias

from connectors.mapping.graph_types import TYPENAME, WrittenType, concrete_types, field_type, fields_on
from connectors.mapping.readers import member_names
from connectors.mapping.syntax import Expression, Json, Path, Selection
from schemas.selection import Field
from schemas.selection import Selection as Asked
from schemas.supergraph import Graph

MOST_NESTED = 16
UNEXPECTED = (KeyError, TypeError, IndexError)
"""What a fast path raises when an answer is not as it should be."""

FastPath: TypeAlias = Callable[[Json], Json]
Node: TypeAlias = Selection | Expression


def fast_path(graph: Graph, node: Node, written: WrittenType, selections: tuple[Asked, ...]) -> FastPath | None:
    """A callable for the selection, if it does nothing but take members; it raises UNEXPECTED for odd answers."""
    try:
        source = _Writer(graph).value(node, written, selections, "v", 0)
    except _Inexpressible:
        return None
    # The source holds nothing but literals written by repr and the names below.
    made: FastPath = eval(f"lambda v: {source}", {"__builtins__": {}, "unexpected": _unexpected, "list": list})  # noqa: S307
    return made


class _Inexpressible(Exception):
    """The selection needs more than members."""


def _unexpected() -> Json:
    raise TypeError


class _Writer:
    """Writes expressions; names of its own are `x1`, `x2` and so on."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._numbers: Iterator[int] = count(1)

    def value(self, node: Node, written: WrittenType, selections: tuple[Asked, ...], value: str, depth: int) -> str:
        if depth > MOST_NESTED:
            raise _Inexpressible
        if isinstance(node, Selection) and node.sole is not None:
            return self.value(node.sole, written, selections, value, depth)
        if isinstance(node, Selection):
            if not selections:
                raise _Inexpressible
            return self._objects(node, written, selections, value, depth)
        names = member_names(node if not isinstance(node, Path) else Path(node.root, node.steps))
        if names is None:
            raise _Inexpressible
        found = value + "".join(f"[{name!r}]" for name in names)
        if not selections and isinstance(node, Path) and node.selection is None:
            return found
        if not isinstance(node, Path) or node.selection is None or not selections:
            raise _Inexpressible
        name = self._name()
        inner = self.value(node.selection, written, selections, name, depth + 1)
        return f"(None if ({name} := {found}) is None else {inner})"

    def _objects(
        self, selection: Selection, written: WrittenType, selections: tuple[Asked, ...], value: str, depth: int
    ) -> str:
        if written.depth == 0:
            return self._object(selection, written.name, selections, value, depth)
        name = self._name()
        inner = self._objects(selection, WrittenType(written.name, written.depth - 1), selections, name, depth + 1)
        items = f"[None if {name} is None else {inner} for {name} in {value}]"
        return f"({items} if {value}.__class__ is list else unexpected())"

    def _object(
        self, selection: Selection, type_name: str, selections: tuple[Asked, ...], value: str, depth: int
    ) -> str:
        if concrete_types(self._graph, type_name) != (type_name,):
            raise _Inexpressible
        fields = fields_on(self._graph, type_name, selections)
        members = [f"{field.key!r}: {self._member(selection, type_name, field, value, depth)}" for field in fields]
        if all(field.name == TYPENAME for field in fields):
            raise _Inexpressible  # nothing would tell an object from anything else
        return f"{{{', '.join(members)}}}"

    def _member(self, selection: Selection, type_name: str, field: Field, value: str, depth: int) -> str:
        if field.name == TYPENAME:
            return repr(type_name)
        if any(entry.key is None for entry in selection.entries):
            raise _Inexpressible
        node = next((entry.value for entry in reversed(selection.entries) if entry.key == field.name), None)
        if node is None:
            raise _Inexpressible
        written = field_type(self._graph, type_name, field.name)
        return self.value(node, written, field.selections, value, depth + 1)

    def _name(self) -> str:
        return f"x{next(self._numbers)}"
