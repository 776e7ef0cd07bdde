"""Lower a fetch to the document that graphql-core runs."""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    InlineFragmentNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
)

from connectors.protocol import Fetch
from schemas.selection import Condition, Field, InlineFragment, Selection

ENTITIES = "_entities"


@dataclass(frozen=True, slots=True)
class LocalTemplate:
    """A fetch as a document; `variables` are the client's that it takes.

    An entity fetch takes its representations as the variable `representations`, a name that the client does not use.
    """

    document: DocumentNode
    variables: tuple[str, ...]
    representations: str | None = None


def lower(fetch: Fetch) -> LocalTemplate:
    """The document of a fetch; the entities of an entity fetch stand under `_entities`."""
    selections = _selection_set(fetch.selections)
    variables = tuple(node.variable.name.value for node in fetch.variables)
    if not fetch.is_entity_fetch:
        return LocalTemplate(_document(fetch, fetch.variables, selections), variables)
    name = "representations"
    while name in variables:
        name = f"_{name}"
    entities = FieldNode(
        name=NameNode(value=ENTITIES),
        arguments=(ArgumentNode(name=NameNode(value="representations"), value=_variable(name)),),
        selection_set=selections,
    )
    definitions = (*fetch.variables, _representations(name))
    return LocalTemplate(_document(fetch, definitions, SelectionSetNode(selections=(entities,))), variables, name)


def _document(
    fetch: Fetch, variables: tuple[VariableDefinitionNode, ...], selections: SelectionSetNode
) -> DocumentNode:
    operation = OperationDefinitionNode(
        operation=OperationType(fetch.kind), variable_definitions=variables, selection_set=selections
    )
    return DocumentNode(definitions=(operation,))


def _representations(name: str) -> VariableDefinitionNode:
    item = NonNullTypeNode(type=NamedTypeNode(name=NameNode(value="_Any")))
    return VariableDefinitionNode(variable=_variable(name), type=NonNullTypeNode(type=ListTypeNode(type=item)))


def _selection_set(selections: Iterable[Selection]) -> SelectionSetNode:
    return SelectionSetNode(selections=tuple(_selection(selection) for selection in selections))


def _selection(selection: Selection) -> SelectionNode:
    directives = tuple(_directive(condition) for condition in selection.conditions)
    if isinstance(selection, InlineFragment):
        return InlineFragmentNode(
            type_condition=NamedTypeNode(name=NameNode(value=selection.on)) if selection.on else None,
            directives=directives,
            selection_set=_selection_set(selection.selections),
        )
    return _field(selection, directives)


def _field(field: Field, directives: tuple[DirectiveNode, ...]) -> FieldNode:
    return FieldNode(
        name=NameNode(value=field.name),
        alias=NameNode(value=field.alias) if field.alias else None,
        arguments=tuple(ArgumentNode(name=NameNode(value=item.name), value=item.value) for item in field.arguments),
        directives=directives,
        selection_set=_selection_set(field.selections) if field.selections else None,
    )


def _directive(condition: Condition) -> DirectiveNode:
    condition_argument = ArgumentNode(name=NameNode(value="if"), value=_variable(condition.variable))
    name = "skip" if condition.negated else "include"
    return DirectiveNode(name=NameNode(value=name), arguments=(condition_argument,))


def _variable(name: str) -> VariableNode:
    return VariableNode(name=NameNode(value=name))
