"""Cut out of an operation what asks about the schema."""

from collections.abc import Mapping, Sequence

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from federation.operations.operation import INTROSPECTION_FIELDS


def introspection_document(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> DocumentNode:
    """The operation with only `__schema` and `__type` of its root fields, under whatever conditions they stand."""
    selections = _only_introspection(operation.selection_set.selections, fragments)
    cut = OperationDefinitionNode(
        operation=operation.operation,
        name=None,
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(selections)),
    )
    return DocumentNode(definitions=(cut, *fragments.values()))


def _only_introspection(
    selections: Sequence[SelectionNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> list[SelectionNode]:
    found: list[SelectionNode] = []
    for node in selections:
        if isinstance(node, FieldNode):
            if node.name.value in INTROSPECTION_FIELDS:
                found.append(node)
            continue
        inner = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        assert isinstance(inner, FragmentDefinitionNode | InlineFragmentNode)
        kept = _only_introspection(inner.selection_set.selections, fragments)
        if kept:
            found.append(
                InlineFragmentNode(
                    type_condition=None,
                    directives=node.directives,
                    selection_set=SelectionSetNode(selections=tuple(kept)),
                )
            )
    return found
