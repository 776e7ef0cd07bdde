"""Read supergraph SDL (join specification v0.1 to v0.5) into what each subgraph can give."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLSyntaxError,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
    parse,
    print_ast,
)
from graphql import value_from_ast_untyped as plain_value

from schemas.api_schema import api_document, without_machinery
from schemas.supergraph import ContextArgument, Graph, GraphField, GraphType, Key, Supergraph, TypeKind

GRAPH_ENUM = "join__Graph"

KINDS: Mapping[type[TypeDefinitionNode], TypeKind] = MappingProxyType(
    {
        ObjectTypeDefinitionNode: TypeKind.OBJECT,
        InterfaceTypeDefinitionNode: TypeKind.INTERFACE,
        UnionTypeDefinitionNode: TypeKind.UNION,
        EnumTypeDefinitionNode: TypeKind.ENUM,
        InputObjectTypeDefinitionNode: TypeKind.INPUT,
        ScalarTypeDefinitionNode: TypeKind.SCALAR,
    }
)


class SupergraphInvalid(Exception):
    """The text is not supergraph SDL; the message says what is missing, and where."""

    code = "SUPERGRAPH_INVALID"


def read_supergraph(sdl: str) -> Supergraph:
    """The supergraph that `sdl` describes.

    Raises SupergraphInvalid when it is not GraphQL, or has no `join__Graph` enum to name its subgraphs.
    """
    try:
        document = parse(sdl, no_location=False)
    except GraphQLSyntaxError as error:
        place = error.locations[0] if error.locations else None
        where = f"line {place.line}: " if place else ""
        raise SupergraphInvalid(f"{where}{error.message}") from error
    members = _graph_members(document)
    merged = without_machinery(document)
    schema = build_ast_schema(merged, assume_valid=True)
    api = build_ast_schema(api_document(merged), assume_valid=True)
    types: dict[str, dict[str, GraphType]] = {name: {} for name in members}
    for definition in merged.definitions:
        if isinstance(definition, TypeDefinitionNode):
            for member, graph_type in _in_each_graph(definition, tuple(members)):
                if member not in types:
                    raise SupergraphInvalid(f"{definition.name.value} names the subgraph {member}, which is not listed")
                types[member][definition.name.value] = graph_type
    graphs = {name: Graph(name, name, url, MappingProxyType(types[member])) for member, (name, url) in members.items()}
    return Supergraph(sdl, schema, api, MappingProxyType(graphs), MappingProxyType(_contexts(document)))


def _contexts(document: DocumentNode) -> dict[str, frozenset[str]]:
    """For each context the types that set it."""
    found: dict[str, set[str]] = {}
    for definition in document.definitions:
        if isinstance(definition, TypeDefinitionNode):
            for applied in _applied(definition.directives, "context"):
                found.setdefault(applied["name"], set()).add(definition.name.value)
    return {name: frozenset(types) for name, types in found.items()}


def _graph_members(document: DocumentNode) -> dict[str, tuple[str, str]]:
    """For each value of `join__Graph` the subgraph's name and URL."""
    for definition in document.definitions:
        if isinstance(definition, EnumTypeDefinitionNode) and definition.name.value == GRAPH_ENUM:
            members: dict[str, tuple[str, str]] = {}
            for value in definition.values or ():
                found = next(iter(_applied(value.directives, "join__graph")), {})
                members[value.name.value] = (found.get("name", value.name.value), found.get("url", ""))
            return members
    raise SupergraphInvalid(
        "this is not a supergraph: it has no enum join__Graph; compose subgraphs first (`interlace compose`)"
    )


@dataclass(slots=True)
class _Part:
    """What one graph has of one type, gathered before it is frozen."""

    keys: list[Key] = field(default_factory=list)
    is_interface_object: bool = False


def _in_each_graph(definition: TypeDefinitionNode, members: tuple[str, ...]) -> Iterator[tuple[str, GraphType]]:
    """One type as each of its graphs defines it."""
    parts: dict[str, _Part] = {}
    for applied in _applied(definition.directives, "join__type"):
        part = parts.setdefault(applied["graph"], _Part())
        if applied.get("key") is not None:
            part.keys.append(Key(applied["key"], applied.get("resolvable", True)))
        part.is_interface_object = part.is_interface_object or bool(applied.get("isInterfaceObject"))
    owner = next((applied["graph"] for applied in _applied(definition.directives, "join__owner")), None)
    # Join v0.1 leaves out the graphs of types that all of them share, the root types among them.
    belongs = parts or {member: _Part() for member in members}
    for member, part in belongs.items():
        yield (
            member,
            GraphType(
                name=definition.name.value,
                kind=KINDS[type(definition)],
                keys=tuple(part.keys),
                fields=MappingProxyType(dict(_fields(definition, member, owner))),
                interfaces=tuple(_interfaces(definition, member)),
                members=tuple(_members(definition, member)),
                values=tuple(_values(definition, member)),
                is_interface_object=part.is_interface_object,
            ),
        )


def _fields(definition: TypeDefinitionNode, member: str, owner: str | None) -> Iterator[tuple[str, GraphField]]:
    if not isinstance(
        definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | InputObjectTypeDefinitionNode
    ):
        return
    for node in definition.fields or ():
        found = _field_in(node, member, owner)
        if found is not None:
            yield node.name.value, found


def _field_in(
    node: FieldDefinitionNode | InputValueDefinitionNode, member: str, owner: str | None
) -> GraphField | None:
    """The field as the graph defines it; None when the graph does not have it."""
    applications = list(_applied(node.directives, "join__field"))
    mine: dict[str, Any] | None = next((item for item in applications if item.get("graph") == member), None)
    if mine is None:
        if applications or (owner is not None and owner != member):
            return None
        mine = {}
    arguments = {
        argument.name.value: print_ast(argument.type)
        for argument in (node.arguments or () if isinstance(node, FieldDefinitionNode) else ())
    }
    return GraphField(
        name=node.name.value,
        type=mine.get("type") or print_ast(node.type),
        arguments=MappingProxyType(arguments),
        # An overridden field stays only because a key or an interface mentions it; it is not resolved here, unless a
        # label says when it is.
        external=bool(mine.get("external") or (mine.get("usedOverridden") and not mine.get("overrideLabel"))),
        requires=mine.get("requires"),
        provides=mine.get("provides"),
        override_from=mine.get("override"),
        override_label=mine.get("overrideLabel"),
        context_arguments=tuple(
            ContextArgument(item["name"], item["type"], item["context"], item["selection"])
            for item in mine.get("contextArguments") or ()
        ),
        default=node.default_value if isinstance(node, InputValueDefinitionNode) else None,
    )


def _interfaces(definition: TypeDefinitionNode, member: str) -> Iterable[str]:
    if not isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        return ()
    written = [node.name.value for node in definition.interfaces or ()]
    return _by_graph(definition, "join__implements", member, lambda item: item["interface"], written)


def _members(definition: TypeDefinitionNode, member: str) -> Iterable[str]:
    if not isinstance(definition, UnionTypeDefinitionNode):
        return ()
    written = [node.name.value for node in definition.types or ()]
    return _by_graph(definition, "join__unionMember", member, lambda item: item["member"], written)


def _values(definition: TypeDefinitionNode, member: str) -> Iterator[str]:
    if not isinstance(definition, EnumTypeDefinitionNode):
        return
    for value in definition.values or ():
        graphs = [item["graph"] for item in _applied(value.directives, "join__enumValue")]
        if not graphs or member in graphs:
            yield value.name.value


def _by_graph(
    definition: TypeDefinitionNode,
    directive: str,
    member: str,
    name_of: Callable[[dict[str, Any]], str],
    written: list[str],
) -> list[str]:
    """The names that the directive gives the graph; all that are written where the directive is not used."""
    applications = list(_applied(definition.directives, directive))
    if not applications:
        return written
    return list(dict.fromkeys(name_of(item) for item in applications if item.get("graph") == member))


def _applied(directives: Iterable[ConstDirectiveNode] | None, name: str) -> Iterator[dict[str, Any]]:
    """The arguments of each use of a directive, as plain values."""
    for directive in directives or ():
        if directive.name.value == name:
            yield {argument.name.value: plain_value(argument.value) for argument in directive.arguments or ()}
