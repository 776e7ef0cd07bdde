"""What a field requires is still there once all subgraphs are merged, with the arguments that it is given."""

from collections.abc import Iterator

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from federation.composition.field_roles import fields_of
from federation.composition.field_sets import field_set_text, parse_field_set
from federation.composition.merging.draft import Draft
from federation.composition.schema_model import Field, SchemaModel
from federation.composition.type_references import named


def required_fields_exist(draft: Draft) -> None:
    """REQUIRES_INVALID_FIELDS where a field set gives other arguments than the merged field takes."""
    for subgraph in draft.subgraphs:
        for type_, field in fields_of(subgraph.schema):
            for applied in field.uses("requires"):
                text = field_set_text(applied)
                place = f'[{subgraph.name}] On field "{type_.name}.{field.name}", @requires(fields: "{text}")'
                for problem in _problems(draft.schema, type_.name, parse_field_set(text)) if text else ():
                    draft.error("REQUIRES_INVALID_FIELDS", f"{place}: {problem}")


def _problems(schema: SchemaModel, type_name: str, selection: SelectionSetNode) -> Iterator[str]:
    parent = schema.types.get(type_name)
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            inner = condition.name.value if condition is not None else type_name
            yield from _problems(schema, inner, node.selection_set)
        elif isinstance(node, FieldNode) and parent is not None and node.name.value in parent.fields:
            field = parent.fields[node.name.value]
            yield from _argument_problems(f"{type_name}.{field.name}", field, node)
            if node.selection_set is not None:
                yield from _problems(schema, named(field.type), node.selection_set)


def _argument_problems(place: str, field: Field, node: FieldNode) -> Iterator[str]:
    given = {argument.name.value for argument in node.arguments or ()}
    for name in sorted(given - field.arguments.keys()):
        yield f'"{place}" has no argument "{name}" in the supergraph. Let all subgraphs that have the field take it'
    for argument in field.arguments.values():
        if argument.is_required and argument.name not in given:
            yield f'"{place}({argument.name}:)" is required: give it'
