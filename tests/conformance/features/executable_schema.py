"""Make a subgraph's SDL executable: federation's directives off, `_entities` and `_service` on."""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    REMOVE,
    DefinitionNode,
    DirectiveNode,
    DocumentNode,
    GraphQLSchema,
    Node,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    SelectionSetNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    Visitor,
    build_ast_schema,
    parse,
    visit,
)
from graphql.language import ast

MACHINERY = """
scalar _Any
type _Service {{ sdl: String! }}
extend type Query {{ _service: _Service! {entities} }}
"""
ENTITIES = "_entities(representations: [_Any!]!): [_Entity]!"


@dataclass(frozen=True, slots=True)
class Key:
    """One `@key` of a type."""

    fields: SelectionSetNode
    resolvable: bool


def read_definitions(sdl: str) -> dict[str, list[TypeDefinitionNode | TypeExtensionNode]]:
    """The definitions and extensions of each type, as its team wrote them."""
    found: dict[str, list[TypeDefinitionNode | TypeExtensionNode]] = {}
    for node in parse(sdl, no_location=True).definitions:
        if isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            found.setdefault(node.name.value, []).append(node)
    return found


def executable_schema(sdl: str) -> GraphQLSchema:
    """The schema that the subgraph's own server would run."""
    definitions = read_definitions(sdl)
    entities = [
        name
        for name, nodes in definitions.items()
        if any(isinstance(node, ObjectTypeDefinitionNode | ObjectTypeExtensionNode) and keys_of(node) for node in nodes)
    ]
    machinery = parse(MACHINERY.format(entities=ENTITIES if entities else ""), no_location=True)
    made: dict[str, list[TypeDefinitionNode | TypeExtensionNode]] = {
        name: [*nodes] for name, nodes in definitions.items()
    }
    for node in machinery.definitions:
        assert isinstance(node, TypeDefinitionNode | TypeExtensionNode)
        made.setdefault(node.name.value, []).append(node)
    types: list[DefinitionNode] = [_as_one(nodes) for nodes in made.values()]
    if entities:
        types.append(_entity_union(entities))
    return build_ast_schema(DocumentNode(definitions=tuple(types)))


def keys_of(node: Node) -> list[Key]:
    """The `@key`s written on a definition."""
    found = []
    for directive in getattr(node, "directives", None) or ():
        if directive.name.value == "key":
            values = {item.name.value: item.value for item in directive.arguments}
            resolvable = values.get("resolvable")
            found.append(Key(field_set(values["fields"].value), resolvable is None or resolvable.value))
    return found


def field_set(text: str) -> SelectionSetNode:
    """The selections of a directive's field set."""
    operation = parse(f"{{ {text} }}", no_location=True).definitions[0]
    assert isinstance(operation, ast.OperationDefinitionNode)
    return operation.selection_set


def directive_on(node: Node, name: str) -> DirectiveNode | None:
    """The directive of that name, written on the node."""
    return next((item for item in getattr(node, "directives", None) or () if item.name.value == name), None)


class _WithoutDirectives(Visitor):
    def enter_directive(self, *_: object) -> object:
        return REMOVE


def _as_one(nodes: Iterable[TypeDefinitionNode | TypeExtensionNode]) -> DefinitionNode:
    """One plain definition of a type out of all that was written about it."""
    bare = [visit(node, _WithoutDirectives()) for node in nodes]
    kind = bare[0].kind.replace("_extension", "_definition")
    definition = next(item for item in vars(ast).values() if getattr(item, "kind", None) == kind)
    parts = {
        name: tuple(part for node in bare for part in getattr(node, name, None) or ())
        for name in ("fields", "interfaces", "types", "values")
        if any(hasattr(node, name) for node in bare)
    }
    return definition(name=bare[0].name, directives=(), **parts)


def _entity_union(names: Iterable[str]) -> UnionTypeDefinitionNode:
    document = parse(f"union _Entity = {' | '.join(names)}", no_location=True)
    union = document.definitions[0]
    assert isinstance(union, UnionTypeDefinitionNode)
    return union
