"""What clients see of a supergraph: no federation machinery, nothing `@inaccessible`."""

from collections.abc import Iterable
from typing import TypeVar

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
)

MACHINERY_PREFIXES = ("join__", "link__", "core__")
MACHINERY_DIRECTIVES = frozenset({"link", "core", "inaccessible", "tag"})
# What the language itself defines; any other directive on a schema is the business of routers and composers.
CLIENT_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "oneOf"})

Node = TypeVar("Node", FieldDefinitionNode, InputValueDefinitionNode, TypeDefinitionNode)


def without_machinery(document: DocumentNode) -> DocumentNode:
    """The supergraph's own types: `join__`, `link__` and `core__` definitions are gone, applied directives stay."""
    return DocumentNode(
        definitions=tuple(definition for definition in document.definitions if not _is_machinery(definition))
    )


def api_document(document: DocumentNode) -> DocumentNode:
    """The document without inaccessible elements and without directives that clients have no use for."""
    hidden = frozenset(
        definition.name.value
        for definition in document.definitions
        if isinstance(definition, TypeDefinitionNode) and _is_inaccessible(definition.directives)
    )
    shown = (_shown(definition, hidden) for definition in document.definitions)
    return DocumentNode(definitions=tuple(definition for definition in shown if definition is not None))


def _is_machinery(definition: DefinitionNode) -> bool:
    if isinstance(definition, DirectiveDefinitionNode):
        name = definition.name.value
        return name in MACHINERY_DIRECTIVES or name.startswith(MACHINERY_PREFIXES)
    return isinstance(definition, TypeDefinitionNode) and definition.name.value.startswith(MACHINERY_PREFIXES)


def _is_inaccessible(directives: Iterable[ConstDirectiveNode] | None) -> bool:
    return any(directive.name.value == "inaccessible" for directive in directives or ())


def _shown(definition: DefinitionNode, hidden: frozenset[str]) -> DefinitionNode | None:
    match definition:
        case DirectiveDefinitionNode():
            return definition if _runs_in_operations(definition) else None
        case SchemaDefinitionNode() | SchemaExtensionNode():
            return SchemaDefinitionNode(
                description=getattr(definition, "description", None),
                directives=(),
                operation_types=tuple(
                    item for item in definition.operation_types or () if item.type.name.value not in hidden
                ),
            )
        case TypeDefinitionNode():
            return None if definition.name.value in hidden else _shown_type(definition, hidden)
        case _:
            return definition


def _runs_in_operations(definition: DirectiveDefinitionNode) -> bool:
    """Whether clients can write the directive in their operations."""
    executable = {"QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD"}
    return any(location.value in executable | {"INLINE_FRAGMENT"} for location in definition.locations)


def _shown_type(definition: TypeDefinitionNode, hidden: frozenset[str]) -> TypeDefinitionNode:
    kept = _kept_directives(definition.directives)
    match definition:
        case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
            return type(definition)(
                description=definition.description,
                name=definition.name,
                interfaces=_visible_names(definition.interfaces, hidden),
                directives=kept,
                fields=tuple(_shown_field(item, hidden) for item in definition.fields or () if _is_shown(item, hidden)),
            )
        case InputObjectTypeDefinitionNode():
            return InputObjectTypeDefinitionNode(
                description=definition.description,
                name=definition.name,
                directives=kept,
                fields=tuple(_shown_value(item) for item in definition.fields or () if _is_shown(item, hidden)),
            )
        case UnionTypeDefinitionNode():
            return UnionTypeDefinitionNode(
                description=definition.description,
                name=definition.name,
                directives=kept,
                types=_visible_names(definition.types, hidden),
            )
        case EnumTypeDefinitionNode():
            return EnumTypeDefinitionNode(
                description=definition.description,
                name=definition.name,
                directives=kept,
                values=tuple(
                    type(value)(
                        description=value.description, name=value.name, directives=_kept_directives(value.directives)
                    )
                    for value in definition.values or ()
                    if not _is_inaccessible(value.directives)
                ),
            )
        case _:
            return type(definition)(description=definition.description, name=definition.name, directives=kept)


def _is_shown(node: FieldDefinitionNode | InputValueDefinitionNode, hidden: frozenset[str]) -> bool:
    return not _is_inaccessible(node.directives) and _named(node.type) not in hidden


def _shown_field(node: FieldDefinitionNode, hidden: frozenset[str]) -> FieldDefinitionNode:
    return FieldDefinitionNode(
        description=node.description,
        name=node.name,
        arguments=tuple(_shown_value(item) for item in node.arguments or () if _is_shown(item, hidden)),
        type=node.type,
        directives=_kept_directives(node.directives),
    )


def _shown_value(node: InputValueDefinitionNode) -> InputValueDefinitionNode:
    return InputValueDefinitionNode(
        description=node.description,
        name=node.name,
        type=node.type,
        default_value=node.default_value,
        directives=_kept_directives(node.directives),
    )


def _kept_directives(directives: Iterable[ConstDirectiveNode] | None) -> tuple[ConstDirectiveNode, ...]:
    return tuple(item for item in directives or () if item.name.value in CLIENT_DIRECTIVES)


def _visible_names(nodes: Iterable[NamedTypeNode] | None, hidden: frozenset[str]) -> tuple[NamedTypeNode, ...]:
    return tuple(node for node in nodes or () if node.name.value not in hidden)


def _named(node: TypeNode) -> str:
    inner = node
    while not isinstance(inner, NamedTypeNode):
        inner = inner.type  # type: ignore[attr-defined]
    return inner.name.value
