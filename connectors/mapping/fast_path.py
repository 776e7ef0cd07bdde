"""Generate one Python expression for what well-formed answers need: members taken into new objects, and lists of them.

It shapes four to five times as fast as closures do (20 users: 4 microseconds, 17 by closures), and knows nothing of
deviations: whatever it does not expect raises, and the careful way is taken from the start.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeAlias

from connectors.mapping.graph_types import TYPENAME, WrittenType, concrete_types, field_type, fields_on
from connectors.mapping.raw_value import JSON_FORM, Constants, Inexpressible, RawForm, RawValue, evaluate
from connectors.mapping.readers import member_names
from connectors.mapping.syntax import Expression, Json, Path, Selection
from schemas.selection import Field
from schemas.selection import Selection as Asked
from schemas.supergraph import Graph

MOST_NESTED = 16

FastPath: TypeAlias = Callable[[Json], Json]
Node: TypeAlias = Selection | Expression


def fast_path(
    graph: Graph, node: Node, written: WrittenType, selections: tuple[Asked, ...], form: RawForm = JSON_FORM
) -> FastPath | None:
    """A callable for the selection, if it does nothing but take members; it raises UNEXPECTED for odd answers."""
    constants = Constants()
    try:
        source = ExpressionWriter(graph).value(node, written, selections, form.root("v", constants), 0)
    except Inexpressible:
        return None
    return evaluate(f"lambda v: {source}", constants)


class ExpressionWriter:
    """Writes expressions; names of its own are `x1`, `x2` and so on."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._numbers: Iterator[int] = count(1)

    def value(
        self, node: Node, written: WrittenType, selections: tuple[Asked, ...], value: RawValue, depth: int
    ) -> str:
        """An expression for what a selection makes of a value. Raises Inexpressible."""
        if depth > MOST_NESTED:
            raise Inexpressible
        if isinstance(node, Selection) and node.sole is not None:
            return self.value(node.sole, written, selections, value, depth)
        if isinstance(node, Selection):
            if not selections:
                raise Inexpressible
            return self._objects(node, written, selections, value, depth)
        found = member_at(node if not isinstance(node, Path) else Path(node.root, node.steps), value)
        if not selections and isinstance(node, Path) and node.selection is None:
            return found.whole()
        if not isinstance(node, Path) or node.selection is None or not selections:
            raise Inexpressible
        condition, named = found.there(self.name())
        inner = self.value(node.selection, written, selections, named, depth + 1)
        return f"({inner} if {condition} else None)"

    def _objects(
        self, selection: Selection, written: WrittenType, selections: tuple[Asked, ...], value: RawValue, depth: int
    ) -> str:
        if written.depth == 0:
            return self._object(selection, written.name, selections, value, depth)
        name = self.name()
        condition, source, item = value.items(name)
        inner = self._objects(selection, WrittenType(written.name, written.depth - 1), selections, item, depth + 1)
        if item.may_be_null:
            inner = f"None if {name} is None else {inner}"
        items = f"[{inner} for {name} in {source}]"
        return f"({items} if {condition} else unexpected())" if condition else items

    def _object(
        self, selection: Selection, type_name: str, selections: tuple[Asked, ...], value: RawValue, depth: int
    ) -> str:
        if concrete_types(self._graph, type_name) != (type_name,):
            raise Inexpressible
        value.check_object()
        fields = fields_on(self._graph, type_name, selections)
        members = [f"{field.key!r}: {self._member(selection, type_name, field, value, depth)}" for field in fields]
        if all(field.name == TYPENAME for field in fields):
            raise Inexpressible  # nothing would tell an object from anything else
        return f"{{{', '.join(members)}}}"

    def _member(self, selection: Selection, type_name: str, field: Field, value: RawValue, depth: int) -> str:
        if field.name == TYPENAME:
            return repr(type_name)
        written = field_type(self._graph, type_name, field.name)
        return self.value(giving(selection, field.name), written, field.selections, value, depth + 1)

    def name(self) -> str:
        """A name that no other has."""
        return f"x{next(self._numbers)}"


def giving(selection: Selection, name: str) -> Node:
    """What gives a field: the last of that key. Raises Inexpressible."""
    if any(entry.key is None for entry in selection.entries):
        raise Inexpressible
    node = next((entry.value for entry in reversed(selection.entries) if entry.key == name), None)
    if node is None:
        raise Inexpressible
    return node


def member_at(node: Node, value: RawValue) -> RawValue:
    """The value to which a path leads that does nothing but step into members. Raises Inexpressible."""
    names = member_names(node)
    if names is None:
        raise Inexpressible
    for name in names:
        value = value.member(name)
    return value
