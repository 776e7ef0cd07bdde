"""The schema that clients see: without inaccessible elements, join machinery and directives that routers read."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from federation.composition.merging.merge_directive_definitions import EXECUTABLE
from federation.composition.schema_model import (
    Applied,
    DirectiveModel,
    Element,
    Field,
    InputValue,
    SchemaModel,
    TypeModel,
)

MACHINERY = ("join__", "link__", "core__", "policy__", "requiresScopes__", "context__")
SHOWN = frozenset({"deprecated", "specifiedBy", "oneOf"})


def public_schema(schema: SchemaModel, linked: Collection[str]) -> SchemaModel:
    """A schema of what is accessible; the directives `linked` are for routers, whatever their locations."""
    types = {
        type_.name: _type(type_)
        for type_ in schema.types.values()
        if not type_.has("inaccessible") and not type_.name.startswith(MACHINERY)
    }
    for type_ in types.values():
        type_.interfaces = [name for name in type_.interfaces if name in types]
        type_.members = [name for name in type_.members if name in types]
    return SchemaModel(
        types=types,
        directives={
            directive.name: _directive(directive)
            for directive in schema.directives.values()
            if directive.name not in linked and any(place in EXECUTABLE for place in directive.locations)
        },
        schema=Element("schema", schema.schema.description),
        roots={operation: root for operation, root in schema.roots.items() if root in types},
    )


def _type(type_: TypeModel) -> TypeModel:
    return replace(
        type_,
        directives=_shown(type_.directives),
        fields={field.name: _field(field) for field in type_.fields.values() if not field.has("inaccessible")},
        inputs=_inputs(type_.inputs.values()),
        values={
            value.name: Element(value.name, value.description, _shown(value.directives))
            for value in type_.values.values()
            if not value.has("inaccessible")
        },
    )


def _field(field: Field) -> Field:
    return replace(field, directives=_shown(field.directives), arguments=_inputs(field.arguments.values()))


def _inputs(values: Iterable[InputValue]) -> dict[str, InputValue]:
    return {
        value.name: replace(value, directives=_shown(value.directives))
        for value in values
        if not value.has("inaccessible")
    }


def _directive(directive: DirectiveModel) -> DirectiveModel:
    places = tuple(place for place in directive.locations if place in EXECUTABLE)
    return replace(directive, arguments=_inputs(directive.arguments.values()), locations=places)


def _shown(directives: Iterable[Applied]) -> list[Applied]:
    return [applied for applied in directives if applied.name in SHOWN]
