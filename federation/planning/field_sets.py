"""Read field sets: the selections of `@key`, `@requires` and `@provides`."""

from functools import lru_cache
from typing import cast

from graphql import FieldNode, InlineFragmentNode, OperationDefinitionNode, SelectionSetNode, parse

from federation.planning.want import Want, WantField, WantFragment
from schemas.selection import Argument


@lru_cache(maxsize=65_536)
def read_field_set(text: str) -> tuple[Want, ...]:
    """The fields that `text` (`"id organization { id }"`) wants. Raises GraphQLSyntaxError."""
    document = parse(text if text.lstrip().startswith("{") else f"{{ {text} }}", no_location=True)
    return _wants(cast(OperationDefinitionNode, document.definitions[0]).selection_set)


def _wants(selection_set: SelectionSetNode) -> tuple[Want, ...]:
    wants: list[Want] = []
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            arguments = tuple(Argument(item.name.value, item.value) for item in node.arguments or ())
            inner = _wants(node.selection_set) if node.selection_set else ()
            wants.append(WantField(node.name.value, arguments, inner))
        elif isinstance(node, InlineFragmentNode):
            inner = _wants(node.selection_set)
            if node.type_condition is None:
                wants.extend(inner)
            else:
                wants.append(WantFragment(node.type_condition.name.value, inner))
    return tuple(wants)
