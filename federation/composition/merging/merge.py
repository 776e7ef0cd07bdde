"""Merge subgraph schemas into one, in the order in which each step needs what the steps before it found."""

from collections.abc import Sequence

from federation.composition.field_roles import FieldRoles, used_fields
from federation.composition.merging.carry_directives import carry_directives
from federation.composition.merging.composed_directives import ComposedDirective, ComposedDirectives
from federation.composition.merging.custom_directives import compose_custom_directives
from federation.composition.merging.draft import Draft, Sources
from federation.composition.merging.federation_directives import compose_federation_directives
from federation.composition.merging.graph_names import graph_names
from federation.composition.merging.join_specification import add_join_definitions
from federation.composition.merging.merge_composites import add_interface_object_fields, merge_composite
from federation.composition.merging.merge_descriptions import merge_descriptions
from federation.composition.merging.merge_directive_definitions import merge_executable_directives
from federation.composition.merging.merge_directives import merge_directives
from federation.composition.merging.merge_enums import EnumUses, merge_enum
from federation.composition.merging.merge_guards import merge_guards
from federation.composition.merging.merge_inputs import merge_input_object
from federation.composition.merging.merge_types import (
    merge_implements,
    merge_type_names,
    merge_type_use,
    merge_union,
)
from federation.composition.schema_model import ROOT_NAMES, SchemaModel, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from schemas.supergraph import TypeKind


def merge(subgraphs: Sequence[SubgraphSchema]) -> Draft:
    """The merged schema, with join directives that say what comes from where, and everything found wrong on the way."""
    draft = _start(tuple(sorted(subgraphs, key=lambda subgraph: subgraph.name)))
    sources = merge_type_names(draft)
    types = draft.schema.types
    # A field's type may be any type that includes those of all subgraphs, so that inclusion must be known first.
    for name, found in sources.items():
        merge_type_use(draft, found, types[name])
        merge_implements(draft, found, types[name])
        if types[name].kind is TypeKind.UNION:
            merge_union(draft, found, types[name])
    for name, found in sources.items():
        _merge_common(draft, found, types[name])
        if types[name].kind in {TypeKind.OBJECT, TypeKind.INTERFACE}:
            merge_composite(draft, found, types[name])
        elif types[name].kind is TypeKind.INPUT:
            merge_input_object(draft, found, types[name])
    add_interface_object_fields(draft)
    _merge_schema(draft)
    merge_executable_directives(draft)
    # Which values an enum has depends on where everything else uses it.
    uses = EnumUses(draft.schema)
    for name, found in sources.items():
        if types[name].kind is TypeKind.ENUM:
            merge_enum(draft, found, types[name], uses)
    merge_guards(draft)
    carry_directives(draft)
    add_join_definitions(draft)
    return draft


def _start(subgraphs: tuple[SubgraphSchema, ...]) -> Draft:
    schema = SchemaModel()
    draft = Draft(
        subgraphs=subgraphs,
        graph_names=graph_names([subgraph.name for subgraph in subgraphs]),
        roles=tuple(FieldRoles(subgraph) for subgraph in subgraphs),
        used=tuple(frozenset(used_fields(subgraph.schema)) for subgraph in subgraphs),
        composed=ComposedDirectives({}, {}, {}),
        owners=_owners(subgraphs),
        schema=schema,
    )
    words = compose_federation_directives(subgraphs, schema)
    names = {name: ComposedDirective(name) for name in ("deprecated", "specifiedBy")}
    custom = compose_custom_directives(subgraphs, schema, draft.errors)
    return draft.with_composed(ComposedDirectives(words, names, custom))


def _owners(subgraphs: tuple[SubgraphSchema, ...]) -> dict[str, frozenset[int]]:
    owners: dict[str, set[int]] = {}
    for index, subgraph in enumerate(subgraphs):
        for name in subgraph.schema.types:
            owners.setdefault(name, set()).add(index)
    return {name: frozenset(indexes) for name, indexes in owners.items()}


def _merge_common(draft: Draft, sources: Sources[TypeModel], merged: TypeModel) -> None:
    merge_descriptions(draft, [*sources], merged, merged.name)
    merge_directives(draft, [*sources], merged, merged.name)


def _merge_schema(draft: Draft) -> None:
    """Roots have their default names in every subgraph by now."""
    sources = [(index, subgraph.schema.schema) for index, subgraph in enumerate(draft.subgraphs)]
    merge_descriptions(draft, sources, draft.schema.schema, "schema")
    merge_directives(draft, sources, draft.schema.schema, "schema")
    for operation, name in ROOT_NAMES.items():
        if name in draft.schema.types and any(operation in subgraph.schema.roots for subgraph in draft.subgraphs):
            draft.schema.roots[operation] = name
    if not any(subgraph.schema.types["Query"].fields for subgraph in draft.subgraphs):
        draft.error("NO_QUERIES", "No subgraph has a query: define a type Query with at least one field in one of them")
