"""How large an operation may be, checked before anything expensive is done with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode

from federation.operations.errors import OperationTooLarge


@dataclass(frozen=True, slots=True)
class OperationLimits:
    """Tokens of the text; depth of fields; fields counted with every fragment spread where it is used."""

    max_tokens: int = 15_000
    max_depth: int = 60
    max_fields: int = 10_000


def check_size(
    root: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], limits: OperationLimits
) -> None:
    """Raises OperationTooLarge. Fragments must not form cycles (validation says so)."""
    measured: dict[str, tuple[int, int]] = {}

    def measure(selections: SelectionSetNode) -> tuple[int, int]:
        """Fields and depth of a selection set."""
        fields = depth = 0
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in measured:
                    measured[name] = measure(fragments[name].selection_set)
                inner_fields, inner_depth = measured[name]
            elif isinstance(node, FieldNode):
                inner_fields, inner_depth = measure(node.selection_set) if node.selection_set else (0, 0)
                inner_fields, inner_depth = inner_fields + 1, inner_depth + 1
            else:
                inner_fields, inner_depth = measure(node.selection_set)  # type: ignore[attr-defined]
            fields += inner_fields
            depth = max(depth, inner_depth)
        return fields, depth

    fields, depth = measure(root)
    if depth > limits.max_depth:
        raise OperationTooLarge(f"the operation is {depth} fields deep; at most {limits.max_depth} are allowed")
    if fields > limits.max_fields:
        raise OperationTooLarge(f"the operation has {fields} fields; at most {limits.max_fields} are allowed")
