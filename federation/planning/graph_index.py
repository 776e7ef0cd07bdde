"""Answer the planner's questions about a supergraph quickly: who has what, who can be entered by which key."""

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from graphql import GraphQLSchema, get_named_type, is_abstract_type, is_leaf_type

from federation.planning.field_sets import read_field_set
from federation.planning.want import TYPENAME, Want
from schemas.supergraph import Graph, GraphField, GraphType, Supergraph, TypeKind

# For each graph, the types (as written in SDL) that a field has there; of composite types only the wrapping counts.
Profile: TypeAlias = Mapping[str, frozenset[str]]
# Lists are short or long, which no plan knows; against a batch a call for each item loses also when it saves others.
UNBATCHED_WEIGHT = 10
_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way into a graph: objects of `type_name` (as that graph calls them) by the key fields.

    `provided` is what the graph gives of such objects beyond what it gives of the type elsewhere. Without a key it is
    the way to the graph's root from a field of the root type, which is the same wherever it stands.
    """

    graph: str
    type_name: str
    key: str
    fields: tuple[Want, ...]
    provided: tuple[Want, ...] = ()


class GraphIndex:
    """The supergraph with what planning looks up again and again. Read-only once made, so threads may share it.

    `labels` are those of progressive overrides that hold; none do at first.
    """

    def __init__(self, supergraph: Supergraph) -> None:
        self.schema: GraphQLSchema = supergraph.schema
        self.graphs = supergraph.graphs
        self._contexts = supergraph.contexts
        self.labels: frozenset[str] = frozenset()
        self._possible = {
            name: {item: self._possible_in(graph, item) for item in graph.types} for name, graph in self.graphs.items()
        }
        self._entrances: dict[str, tuple[Entrance, ...]] = {}
        self._profiles: dict[tuple[str, str], Profile] = {}
        for name in self._composite_names:
            self._entrances[name] = tuple(self._find_entrances(name))
        self._read_field_sets()

    def _read_field_sets(self) -> None:
        """Read them all once: parsing needs stack, of which a search that stands deep may have none left."""
        for graph in self.graphs.values():
            for item in graph.types.values():
                for field in item.fields.values():
                    for text in filter(None, (field.requires, field.provides)):
                        read_field_set(text)

    def with_labels(self, labels: frozenset[str]) -> "GraphIndex":
        """The same supergraph while these labels hold."""
        made = copy.copy(self)
        made.labels = labels
        return made

    @cached_property
    def possible_types(self) -> dict[str, frozenset[str]]:
        """For each composite type of the supergraph its object types."""
        found: dict[str, frozenset[str]] = {}
        for name in self._composite_names:
            named = self.schema.type_map[name]
            if is_abstract_type(named):
                found[name] = frozenset(item.name for item in self.schema.get_possible_types(named))
            else:
                found[name] = frozenset({name})
        return found

    @property
    def _composite_names(self) -> list[str]:
        names = dict.fromkeys(
            item.name
            for graph in self.graphs.values()
            for item in graph.types.values()
            if item.kind in {TypeKind.OBJECT, TypeKind.INTERFACE, TypeKind.UNION}
        )
        return [name for name in names if name in self.schema.type_map]

    def type_in(self, graph: str, name: str) -> GraphType | None:
        """The type as the graph defines it."""
        return self.graphs[graph].types.get(name)

    def possible_in(self, graph: str, name: str) -> frozenset[str]:
        """The object types that a value of the type can have when it comes from the graph."""
        return self._possible[graph].get(name, frozenset())

    def is_interface_object(self, graph: str, name: str) -> bool:
        """Whether the graph knows the interface only as if it were an object."""
        found = self.type_in(graph, name)
        return found is not None and found.is_interface_object

    def is_abstract_in(self, graph: str, name: str) -> bool:
        """Whether a value of the type, coming from the graph, can be of several object types."""
        found = self.type_in(graph, name)
        return (
            found is not None and found.kind in {TypeKind.INTERFACE, TypeKind.UNION} and not found.is_interface_object
        )

    def weight(self, graph: str) -> int:
        """How many calls a fetch of entities counts as: a connector without a batch form calls once for each."""
        connect = self.graphs[graph].connect
        return 1 if connect is None or connect.batched else UNBATCHED_WEIGHT

    def takes_several(self, graph: str) -> bool:
        """Whether one call can ask the graph several questions: GraphQL can, bound calls cannot."""
        found = self.graphs[graph]
        return found.connect is None and not found.lookups

    def entrances(self, type_name: str) -> tuple[Entrance, ...]:
        """Every way into any graph for objects of the supergraph's type, in the order of the graphs."""
        return self._entrances.get(type_name, ())

    def profile(self, type_name: str, field: str) -> Profile:
        """How the graphs that define the field on the type, or on any of its object types, write the field's type."""
        key = (type_name, field)
        if key not in self._profiles:
            self._profiles[key] = dict(self._find_profile(type_name, field))
        return self._profiles[key]

    def field_in(self, graph: str, type_name: str, field: str) -> GraphField | None:
        """The field as the graph defines it, on the type itself."""
        found = self.type_in(graph, type_name)
        return found.fields.get(field) if found else None

    def requiring_field(self, graph: str, type_name: str, field: str) -> GraphField | None:
        """The field, when the graph gives it to those who bring what it `@requires` or takes from a context."""
        found = self.field_in(graph, type_name, field)
        if found is None or found.external or not self._holds(found):
            return None
        return found if found.requires is not None or found.context_arguments else None

    def required_by(self, field: GraphField) -> tuple[Want, ...]:
        """What the field `@requires`."""
        return read_field_set(field.requires) if field.requires else ()

    def seen_as_one(self, type_name: str, field: str) -> frozenset[str]:
        """The object types whose field is one and the same in some graph: there they are an interface object."""
        found = self.possible_types[type_name]
        for interface in getattr(self.schema.type_map[type_name], "interfaces", ()):
            if any(
                self.is_interface_object(graph, interface.name) and self.field_in(graph, interface.name, field)
                for graph in self.graphs
            ):
                found |= self.possible_types[interface.name]
        return found

    def sets_context(self, type_name: str, context: str) -> bool:
        """Whether every object of the supergraph's type sets the context."""
        setting = self._contexts.get(context, frozenset())
        return all(
            name in setting or any(name in self.possible_types.get(other, ()) for other in setting)
            for name in self.possible_types[type_name]
        )

    def child_type(self, type_name: str, field: str) -> str:
        """The name of the field's type in the supergraph."""
        owner = self.schema.type_map[type_name]
        return get_named_type(owner.fields[field].type).name  # type: ignore[attr-defined, no-any-return]

    def resolves(self, graph: str, type_name: str, field: str) -> bool:
        """Whether the graph can resolve the field on every object that the type can be there, needing nothing more."""
        found = self.field_in(graph, type_name, field)
        if found is None or not self._resolves_itself(found):
            return False
        if not self.is_abstract_in(graph, type_name):
            return True
        for name in self.possible_in(graph, type_name):
            inner = self.field_in(graph, name, field)
            if inner is None or not self._resolves_itself(inner):
                return False
        return True

    def _resolves_itself(self, field: GraphField) -> bool:
        return field.requires is None and not field.context_arguments and not field.external and self._holds(field)

    def _holds(self, field: GraphField) -> bool:
        """Whether a progressively overridden field is here: it moves to the overriding graph while its label holds."""
        if field.override_label is None:
            return True
        return (field.override_label in self.labels) == (field.override_from is not None)

    def _possible_in(self, graph: Graph, name: str) -> frozenset[str]:
        found = graph.types[name]
        if found.kind is TypeKind.UNION:
            return frozenset(found.members)
        if found.kind is TypeKind.INTERFACE and not found.is_interface_object:
            return frozenset(
                item.name for item in graph.types.values() if item.kind is TypeKind.OBJECT and name in item.interfaces
            )
        return frozenset({name})

    def _find_profile(self, type_name: str, field: str) -> Iterable[tuple[str, frozenset[str]]]:
        names = {type_name, *self.possible_types[type_name]}
        for graph_name, graph in self.graphs.items():
            found = [item.fields.get(field) for name in names if (item := graph.types.get(name))]
            shapes = frozenset(self._shape(item.type) for item in found if item)
            if shapes:
                yield graph_name, shapes

    def _shape(self, text: str) -> str:
        match = _NAME.search(text)
        named = self.schema.type_map.get(match.group()) if match else None
        return text if named is None or is_leaf_type(named) else _NAME.sub("*", text)

    def _find_entrances(self, type_name: str) -> Iterable[Entrance]:
        named = self.schema.type_map[type_name]
        if named is self.schema.query_type:
            for graph_name, graph in self.graphs.items():
                if type_name in graph.types:
                    yield Entrance(graph_name, type_name, "", (TYPENAME,))
            return
        interfaces = [item.name for item in getattr(named, "interfaces", ())]
        for graph_name, graph in self.graphs.items():
            for candidate in (type_name, *interfaces):
                found = graph.types.get(candidate)
                if found is None or (candidate != type_name and not found.is_interface_object):
                    continue
                for key in found.keys:
                    if key.resolvable:
                        provided = read_field_set(key.provides) if key.provides else ()
                        yield Entrance(graph_name, candidate, key.fields, read_field_set(key.fields), provided)
