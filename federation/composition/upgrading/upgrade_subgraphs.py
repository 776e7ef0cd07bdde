"""Bring federation 1 subgraphs under the rules of federation 2, so that everything after knows one set of rules.

Federation 1 ignored much of what it could not use; what was ignored is taken out here.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from federation.composition.field_sets import field_set_text
from federation.composition.schema_model import Applied, Element, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.type_references import named
from federation.composition.upgrading.add_shareable import add_shareable
from federation.composition.upgrading.drop_inactive_fields import drop_inactive_fields
from federation.composition.upgrading.drop_needless_externals import (
    drop_external_from_extension_keys,
    drop_unused_externals,
)
from schemas.supergraph import TypeKind

Step = Callable[[SubgraphSchema, Sequence[SubgraphSchema]], None]


def upgrade_subgraphs(subgraphs: Sequence[SubgraphSchema]) -> None:
    """Upgrade in place each subgraph that does not link federation 2; the others tell it what they define."""
    for step in STEPS:
        for subgraph in subgraphs:
            if not subgraph.is_federation_2:
                step(subgraph, subgraphs)


def write_field_sets_as_text(subgraph: SubgraphSchema, _: Sequence[SubgraphSchema]) -> None:
    """`fields: ["id", "sku"]` was `fields: "id sku"`."""
    for type_ in subgraph.schema.types.values():
        for element in (type_, *type_.fields.values()):
            element.directives = [_with_text(applied) for applied in element.directives]


def _with_text(applied: Applied) -> Applied:
    fields = applied.arguments.get("fields")
    if applied.word not in {"key", "requires", "provides"} or not isinstance(fields, tuple):
        return applied
    text = " ".join(str(field) for field in fields)
    return Applied(applied.name, applied.word, {**applied.arguments, "fields": text}, applied.declaration)


def drop_directives_without_effect(subgraph: SubgraphSchema, _: Sequence[SubgraphSchema]) -> None:
    """Keys on interfaces, `@external` on types and on interface fields, `@provides` on scalars meant nothing."""
    for type_ in subgraph.schema.types.values():
        is_interface = type_.kind is TypeKind.INTERFACE
        _drop(type_, {"external", "key"} if is_interface else {"external"})
        for field in type_.fields.values():
            target = subgraph.type(named(field.type))
            if is_interface:
                _drop(field, {"external", "requires", "provides"})
            elif target is None or not target.is_composite:
                _drop(field, {"provides"})


def _drop(element: Element, words: set[str]) -> None:
    element.directives = [applied for applied in element.directives if applied.word not in words]


def own_extended_types(subgraph: SubgraphSchema, _: Sequence[SubgraphSchema]) -> None:
    """To extend a type of another subgraph is to have it too: federation 2 knows no owner of a type."""
    for type_ in subgraph.schema.types.values():
        if is_extension(type_) and not type_.has("extends"):
            type_.directives = [replace(applied, declaration=0) for applied in type_.directives]
            for field in type_.fields.values():
                field.declaration = 0
            type_.is_defined, type_.extensions = True, 0


def is_extension(type_: TypeModel) -> bool:
    """Whether the subgraph only adds to a type of another one."""
    is_composite = type_.kind in {TypeKind.OBJECT, TypeKind.INTERFACE}
    return is_composite and (type_.has("extends") or not type_.is_defined)


def drop_tags_on_externals(subgraph: SubgraphSchema, subgraphs: Sequence[SubgraphSchema]) -> None:
    """A tag on an external field was allowed where the field has the same tag at its home."""
    for type_ in subgraph.schema.types.values():
        for field in type_.fields.values():
            if not field.has("external"):
                continue
            homes = [other.field(type_.name, field.name) for other in subgraphs if other is not subgraph]
            kept = {
                applied.arguments.get("name")
                for home in homes
                if home is not None and not home.has("external")
                for applied in home.uses("tag")
            }
            field.directives = [
                applied
                for applied in field.directives
                if applied.word != "tag" or applied.arguments.get("name") not in kept
            ]


def drop_federation_1_key_marks(subgraph: SubgraphSchema, subgraphs: Sequence[SubgraphSchema]) -> None:
    """Key fields of extended types had to be marked external, although the subgraph has their values."""
    for type_ in subgraph.schema.types.values():
        if is_extension(type_):
            drop_external_from_extension_keys(subgraph, type_, _keys(type_) or _keys_elsewhere(type_, subgraphs))


def _keys(type_: TypeModel) -> list[str]:
    return [text for applied in type_.uses("key") if (text := field_set_text(applied)) is not None]


def _keys_elsewhere(type_: TypeModel, subgraphs: Sequence[SubgraphSchema]) -> list[str]:
    return [key for other in subgraphs if (found := other.type(type_.name)) is not None for key in _keys(found)]


STEPS: tuple[Step, ...] = (
    write_field_sets_as_text,
    drop_directives_without_effect,
    drop_federation_1_key_marks,  # before fields that are not external drop out of @requires and @provides
    drop_inactive_fields,
    own_extended_types,
    drop_unused_externals,  # once nothing inactive makes a field look used
    add_shareable,  # last: only what is resolved is shared
    drop_tags_on_externals,
)
