"""Take out of `@requires` and `@provides` the fields that are not external: federation 1 ignored them."""

from collections.abc import Sequence

from graphql import FieldNode, GraphQLSyntaxError, InlineFragmentNode, SelectionSetNode, print_ast

from federation.composition.field_sets import field_set_text, parse_field_set
from federation.composition.schema_model import Applied, Field, SchemaModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.type_references import named


def drop_inactive_fields(subgraph: SubgraphSchema, _: Sequence[SubgraphSchema]) -> None:
    """Keep in each field set what has an effect; a directive of which nothing is left goes."""
    for type_ in subgraph.schema.types.values():
        for field in type_.fields.values():
            field.directives = [
                kept
                for applied in field.directives
                if (kept := _active(subgraph.schema, type_.name, field, applied)) is not None
            ]


def _active(schema: SchemaModel, type_name: str, field: Field, applied: Applied) -> Applied | None:
    if applied.word not in {"requires", "provides"}:
        return applied
    text = field_set_text(applied)
    if text is None:
        return applied
    try:
        selection = parse_field_set(text)
    except GraphQLSyntaxError:
        return applied  # the rules on field sets report it
    parent = type_name if applied.word == "requires" else named(field.type)
    active = _active_selection(schema, parent, selection)
    if active is None:
        return None
    if active == [print_ast(item) for item in selection.selections]:
        return applied
    return Applied(applied.name, applied.word, {**applied.arguments, "fields": " ".join(active)}, applied.declaration)


def _active_selection(schema: SchemaModel, type_name: str, selection: SelectionSetNode) -> list[str] | None:
    """The selections that name an external field somewhere, as text; None when there are none."""
    kept = []
    for node in selection.selections:
        match node:
            case FieldNode():
                text = _active_field(schema, type_name, node)
            case InlineFragmentNode():
                condition = node.type_condition
                inner = condition.name.value if condition is not None else type_name
                inside = _active_selection(schema, inner, node.selection_set)
                head = f"... on {inner} " if condition is not None else "... "
                text = None if inside is None else f"{head}{{ {' '.join(inside)} }}"
            case _:
                text = print_ast(node)
        if text is not None:
            kept.append(text)
    return kept or None


def _active_field(schema: SchemaModel, type_name: str, node: FieldNode) -> str | None:
    parent = schema.types.get(type_name)
    field = parent.fields.get(node.name.value) if parent is not None else None
    if field is None or field.has("external"):
        return print_ast(node)  # what is unknown is for the rules on field sets to report
    if node.selection_set is None:
        return None
    inside = _active_selection(schema, named(field.type), node.selection_set)
    if inside is None:
        return None
    return f"{print_ast(FieldNode(name=node.name, arguments=node.arguments))} {{ {' '.join(inside)} }}"
