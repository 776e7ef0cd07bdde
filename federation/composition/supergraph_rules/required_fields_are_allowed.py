"""Whoever may see a field may see what it requires: a guarded field cannot be read through an unguarded one."""

from collections.abc import Iterable, Iterator

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from federation.composition.field_roles import fields_of
from federation.composition.field_sets import field_set_text, parse_field_set
from federation.composition.merging.argument_mergers import conjunction
from federation.composition.merging.draft import Draft
from federation.composition.merging.merge_guards import GUARDS
from federation.composition.schema_model import Element, SchemaModel
from federation.composition.type_references import named
from federation.composition.values import Value


def required_fields_are_allowed(draft: Draft) -> None:
    """MISSING_TRANSITIVE_AUTH_REQUIREMENTS."""
    if not any(word in draft.composed.words for word in GUARDS):
        return
    for subgraph in draft.subgraphs:
        for type_, field in fields_of(subgraph.schema):
            texts = [text for applied in field.uses("requires") if (text := field_set_text(applied)) is not None]
            merged = draft.schema.types[type_.name]
            if not texts or field.name not in merged.fields:
                continue
            own = [merged, merged.fields[field.name], *_named(draft.schema, field.type)]
            for place, needed in _selected(draft.schema, type_.name, parse_field_set(texts[0])):
                if not all(_implies(own, needed, word) for word in GUARDS):
                    draft.error(
                        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
                        f'[{subgraph.name}] Field "{type_.name}.{field.name}" requires "{place}", which not everyone '
                        "may see. Guard it with the same @authenticated, @requiresScopes or @policy",
                    )


def _named(schema: SchemaModel, reference: str) -> list[Element]:
    found = schema.types.get(named(reference))
    return [] if found is None else [found]


def _selected(schema: SchemaModel, type_name: str, selection: SelectionSetNode) -> Iterator[tuple[str, list[Element]]]:
    """Each type and field that a selection reaches, with what guards it there."""
    parent = schema.types.get(type_name)
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            inner = condition.name.value if condition is not None else type_name
            if inner != type_name:
                yield inner, _named(schema, inner)
            yield from _selected(schema, inner, node.selection_set)
        elif isinstance(node, FieldNode) and parent is not None and node.name.value in parent.fields:
            field = parent.fields[node.name.value]
            yield f"{type_name}.{field.name}", [field, *_named(schema, field.type)]
            if node.selection_set is not None:
                yield from _selected(schema, named(field.type), node.selection_set)


def _implies(own: Iterable[Element], needed: Iterable[Element], word: str) -> bool:
    """Whether everyone who passes the guards of `own` passes those of `needed`."""
    argument = GUARDS[word]
    asked = [applied for element in needed for applied in element.uses(word)]
    given = [applied for element in own for applied in element.uses(word)]
    if argument is None or not asked or not given:
        return not asked or bool(given)
    alternatives = _sets(conjunction([applied.arguments.get(argument) for applied in asked]))
    return all(
        any(alternative <= names for alternative in alternatives)
        for names in _sets(conjunction([applied.arguments.get(argument) for applied in given]))
    )


def _sets(value: Value) -> list[frozenset[str]]:
    groups = value if isinstance(value, tuple) else ()
    return [frozenset(str(name) for name in group) for group in groups if isinstance(group, tuple)]
