"""The definition of a composed directive allows every place where some subgraph uses it."""

from collections.abc import Iterable, Iterator

from federation.composition.merging.draft import Draft
from federation.composition.schema_model import Element, SchemaModel
from schemas.supergraph import TypeKind

LOCATIONS = {
    TypeKind.OBJECT: "OBJECT",
    TypeKind.INTERFACE: "INTERFACE",
    TypeKind.UNION: "UNION",
    TypeKind.ENUM: "ENUM",
    TypeKind.INPUT: "INPUT_OBJECT",
    TypeKind.SCALAR: "SCALAR",
}


def composed_directives_are_in_place(draft: Draft) -> None:
    """INVALID_GRAPHQL where a newer definition, from another subgraph, no longer allows a use."""
    composed = {name for _, name in draft.composed.custom}
    for place, location, element in _elements(draft.schema):
        for applied in element.directives:
            definition = draft.schema.directives.get(applied.name)
            if applied.name in composed and definition is not None and location not in definition.locations:
                draft.error(
                    "INVALID_GRAPHQL",
                    f'@{applied.name} stands on "{place}", but its newest definition has no {location}: let all '
                    "subgraphs define it for the same locations",
                )


def _elements(schema: SchemaModel) -> Iterator[tuple[str, str, Element]]:
    """Every element with its coordinate and its kind of location."""
    yield "schema", "SCHEMA", schema.schema
    for type_ in schema.types.values():
        yield type_.name, LOCATIONS[type_.kind], type_
        yield from _children(type_.name, "INPUT_FIELD_DEFINITION", type_.inputs.values())
        yield from _children(type_.name, "ENUM_VALUE", type_.values.values())
        yield from _children(type_.name, "FIELD_DEFINITION", type_.fields.values())
        for field in type_.fields.values():
            yield from _children(f"{type_.name}.{field.name}", "ARGUMENT_DEFINITION", field.arguments.values())


def _children(parent: str, location: str, elements: Iterable[Element]) -> Iterator[tuple[str, str, Element]]:
    for element in elements:
        yield f"{parent}.{element.name}", location, element
