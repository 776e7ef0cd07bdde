"""The supergraph while it is being merged: what goes in, what has come out so far, what was found wrong."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from federation.composition.errors import CompositionError, in_subgraphs
from federation.composition.field_roles import Coordinate, FieldRoles
from federation.composition.merging.composed_directives import ComposedDirectives
from federation.composition.schema_model import Applied, Element, SchemaModel, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.values import EnumName, Value

T = TypeVar("T")

# One element as each subgraph that has it defines it; the number is the subgraph's place in Draft.subgraphs.
Sources: TypeAlias = list[tuple[int, T]]


@dataclass(frozen=True, slots=True)
class Draft:
    """`subgraphs`, `graph_names` (values of `join__Graph`), `roles` and `used` run in parallel, sorted by name.

    `used` holds the fields that directives or interfaces of a subgraph need; `owners` gives for each type the subgraphs
    that have it, by index. `schema`, `errors` and `hints` grow while rules run: they add to them and take nothing away.
    """

    subgraphs: tuple[SubgraphSchema, ...]
    graph_names: tuple[str, ...]
    roles: tuple[FieldRoles, ...]
    used: tuple[frozenset[Coordinate], ...]
    composed: ComposedDirectives
    owners: Mapping[str, frozenset[int]]
    schema: SchemaModel = field(default_factory=SchemaModel)
    errors: list[CompositionError] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    def with_composed(self, composed: ComposedDirectives) -> "Draft":
        """The same draft, once it is known which directives travel."""
        return replace(self, composed=composed)

    def error(self, code: str, message: str) -> None:
        """Record a reason why the subgraphs do not compose."""
        self.errors.append(CompositionError(code, message))

    def hint(self, code: str, message: str) -> None:
        """Record something that is legal but doubtful."""
        self.hints.append(f"{code}: {message}")

    def names(self, indexes: Iterable[int]) -> str:
        """Subgraphs in words: `subgraphs "a" and "b"`."""
        return in_subgraphs(self.subgraphs[index].name for index in indexes)

    def join(self, element: Element, directive: str, index: int | None, **arguments: Value) -> None:
        """Say with a join directive what a subgraph has of an element; arguments that are None are left out."""
        graph: dict[str, Value] = {} if index is None else {"graph": EnumName(self.graph_names[index])}
        written = {name: value for name, value in arguments.items() if value is not None}
        element.directives.append(Applied(name=directive, arguments={**graph, **written}))

    def by_version(self, sources: Sources[T], describe: Callable[[T], str]) -> str:
        """Who says what: `"Int" in subgraph "a" but "String" in subgraphs "b" and "c"`."""
        groups: dict[str, list[int]] = {}
        for index, element in sources:
            groups.setdefault(describe(element), []).append(index)
        return " but ".join(f"{text} in {self.names(indexes)}" for text, indexes in groups.items())

    def through_interface_objects(self, parent: TypeModel, name: str) -> list[tuple[int, str]]:
        """Each subgraph that gives the field to objects of the type by an interface object, with that interface."""
        if not parent.interfaces:
            return []
        return [
            (index, interface)
            for index, subgraph in enumerate(self.subgraphs)
            if subgraph.type(parent.name) is None
            for interface in parent.interfaces
            if subgraph.is_interface_object(interface) and subgraph.field(interface, name) is not None
        ]
