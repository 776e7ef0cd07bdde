"""The supergraph as the planner sees it: for each subgraph, what it can give and from which keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from graphql import GraphQLSchema, ValueNode

from schemas.connect import Connect
from schemas.lookup import Lookup


class TypeKind(Enum):
    """The kinds of named type."""

    OBJECT = "object"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    INPUT = "input"
    SCALAR = "scalar"


@dataclass(frozen=True, slots=True)
class Key:
    """One `@key`: a field set (`"id organization { id }"`) by which the subgraph can be entered, if `resolvable`.

    `provides` is a field set that entering by this key gives beyond what the type gives wherever it stands.
    """

    fields: str
    resolvable: bool = True
    provides: str | None = None


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that clients do not give: `selection` of the nearest object further up that sets the `context`."""

    name: str
    type: str
    context: str
    selection: str


@dataclass(frozen=True, slots=True)
class GraphField:
    """One field as one subgraph defines it; `type` is written as in SDL (`"[Order!]!"`).

    `external` fields cannot be asked of this subgraph, save where a `@provides` path or a key says so. `requires` and
    `provides` are field sets. A field with `override_label` belongs to this subgraph only when the label holds. Fields
    of inputs may have a `default`.
    """

    name: str
    type: str
    arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    external: bool = False
    requires: str | None = None
    provides: str | None = None
    override_from: str | None = None
    override_label: str | None = None
    context_arguments: tuple[ContextArgument, ...] = ()
    default: ValueNode | None = None


@dataclass(frozen=True, slots=True)
class GraphType:
    """One type as one subgraph defines it."""

    name: str
    kind: TypeKind
    keys: tuple[Key, ...] = ()
    fields: Mapping[str, GraphField] = field(default_factory=lambda: MappingProxyType({}))
    interfaces: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    is_interface_object: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """One subgraph, or one connector of a subgraph seen as a virtual subgraph of its own (then `connect` is set).

    One that has `lookups` is a plain GraphQL service, which gives its entities by them.

    `name` is unique in the supergraph; `subgraph` is the name its team gave, which errors show.
    """

    name: str
    subgraph: str
    url: str
    types: Mapping[str, GraphType]
    connect: Connect | None = None
    lookups: tuple[Lookup, ...] = ()


@dataclass(frozen=True, slots=True)
class Supergraph:
    """All subgraphs together.

    `schema` has every merged type and field; `api` is what clients see of it, without `@inaccessible` elements and
    federation machinery. `graphs` are in the order of their names in the SDL, which makes plans deterministic.
    `contexts` names for each context the types whose objects set it.
    """

    sdl: str
    schema: GraphQLSchema
    api: GraphQLSchema
    graphs: Mapping[str, Graph]
    contexts: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
