"""Field sets, the selections in the strings of `@key`, `@requires` and `@provides`, and the fields that they name."""

from collections.abc import Iterator
from functools import lru_cache

from graphql import FieldNode, GraphQLSyntaxError, InlineFragmentNode, OperationDefinitionNode, SelectionSetNode, parse

from federation.composition.schema_model import Applied, Field, SchemaModel, TypeModel
from federation.composition.type_references import named
from federation.composition.values import EnumName
from schemas.supergraph import TypeKind


@lru_cache(maxsize=4096)
def parse_field_set(text: str) -> SelectionSetNode:
    """The selection that a field set means; raises GraphQLSyntaxError when it is none."""
    written = text.strip()
    document = parse(written if written.startswith("{") else f"{{{written}}}")
    operation = document.definitions[0]
    if not isinstance(operation, OperationDefinitionNode):
        raise TypeError("a selection in braces is an operation")
    return operation.selection_set


def field_set_text(applied: Applied) -> str | None:
    """The `fields` argument; None when it is not a string. A single field may be written without quotes."""
    fields = applied.arguments.get("fields")
    if isinstance(fields, EnumName):
        return fields.name
    return fields if isinstance(fields, str) else None


def named_fields(
    schema: SchemaModel, type_name: str, text: str, *, with_implementations: bool = False
) -> Iterator[tuple[TypeModel, Field]]:
    """Every field that a field set selects on the type, nested ones too, with the type that it is selected on.

    `with_implementations` adds, for each field of an interface, the same field of the types that implement it. What the
    schema does not have is left out, and so is a text that does not parse; the rules on field sets report both.
    """
    try:
        selection = parse_field_set(text)
    except GraphQLSyntaxError:
        return
    for parent, field in _selected(schema, type_name, selection):
        yield parent, field
        if with_implementations and parent.kind is TypeKind.INTERFACE:
            for other in schema.implementations(parent.name):
                if field.name in other.fields:
                    yield other, other.fields[field.name]


def _selected(
    schema: SchemaModel, type_name: str, selection_set: SelectionSetNode
) -> Iterator[tuple[TypeModel, Field]]:
    parent = schema.types.get(type_name)
    if parent is None:
        return
    for selection in selection_set.selections:
        match selection:
            case FieldNode():
                field = parent.fields.get(selection.name.value)
                if field is None:
                    continue
                yield parent, field
                if selection.selection_set is not None:
                    yield from _selected(schema, named(field.type), selection.selection_set)
            case InlineFragmentNode():
                condition = selection.type_condition
                inner = condition.name.value if condition is not None else type_name
                yield from _selected(schema, inner, selection.selection_set)
            case _:
                continue
