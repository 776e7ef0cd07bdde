"""Make of the SDL that Strawberry prints what a team would have written by hand."""

from typing import cast

from graphql import (
    DefinitionNode,
    DocumentNode,
    InputValueDefinitionNode,
    NameNode,
    NonNullTypeNode,
    NullValueNode,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from schemas.authoring.directives import SUPPORT_TYPES

MACHINERY_TYPES = frozenset({"_Any", "_Entity", "_Service", "FieldSet", "_FieldSet", *SUPPORT_TYPES})
MACHINERY_FIELDS = frozenset({"_entities", "_service"})


def tidy_sdl(sdl: str) -> str:
    """The same schema without what every federation subgraph has, and with long texts as block strings.

    `= null` is left out: in Python it says that a value may be missing, which a nullable type says already.
    """
    document = parse(sdl, no_location=True)
    kept = tuple(node for item in document.definitions if (node := _tidy(item)) is not None)
    return print_ast(visit(DocumentNode(definitions=kept), _Values())) + "\n"


def _tidy(definition: DefinitionNode) -> DefinitionNode | None:
    """The definition without machinery; None when nothing is left of it."""
    match definition:
        case SchemaDefinitionNode(directives=directives):
            # An extension needs no root types to be there.
            extension = SchemaExtensionNode(directives=directives, operation_types=())
            return cast("DefinitionNode", extension) if directives else None
        case ObjectTypeDefinitionNode(name=name) if name.value == "Query":
            return _without_machinery(definition)
        case _:
            named = getattr(definition, "name", None)
            return None if isinstance(named, NameNode) and named.value in MACHINERY_TYPES else definition


def _without_machinery(query: ObjectTypeDefinitionNode) -> ObjectTypeDefinitionNode | None:
    fields = tuple(item for item in query.fields or () if item.name.value not in MACHINERY_FIELDS)
    if not fields:
        return None
    return ObjectTypeDefinitionNode(
        description=query.description,
        name=query.name,
        interfaces=query.interfaces,
        directives=query.directives,
        fields=fields,
    )


class _Values(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: object) -> StringValueNode | None:
        if "\n" not in node.value or node.block:
            return None
        return StringValueNode(value=node.value, block=True)

    def enter_input_value_definition(
        self, node: InputValueDefinitionNode, *_: object
    ) -> InputValueDefinitionNode | None:
        if not isinstance(node.default_value, NullValueNode) or isinstance(node.type, NonNullTypeNode):
            return None
        return InputValueDefinitionNode(
            description=node.description, name=node.name, type=node.type, directives=node.directives
        )
