"""What each field of a subgraph is for: external, provided, shareable, used by federation directives."""

from collections.abc import Iterator

from federation.composition.contexts import context_use
from federation.composition.field_sets import field_set_text, named_fields
from federation.composition.schema_model import Applied, Field, SchemaModel, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.type_references import named
from schemas.supergraph import TypeKind

Coordinate = tuple[str, str]


class FieldRoles:
    """The roles of one subgraph's fields, worked out once. Its field sets must parse."""

    def __init__(self, subgraph: SubgraphSchema) -> None:
        schema = subgraph.schema
        keys = list(_keys(schema))
        self.key_fields = {place for type_, key in keys for place in _named(schema, type_.name, key)}
        self.provided = {
            place
            for _, field in fields_of(schema)
            for applied in field.uses("provides")
            for place in _named(schema, named(field.type), applied, with_implementations=True)
        }
        self._external = {(type_.name, field.name) for type_, field in fields_of(schema) if _is_external(type_, field)}
        # A key field of an extension was marked external in federation 1 although the subgraph resolves it.
        self._falsely_external = {
            place
            for type_, key in keys
            if key.declaration or type_.has("extends")
            for place in _named(schema, type_.name, key)
        }
        self._shareable = {
            (type_.name, field.name) for type_, field in fields_of(schema) if _is_shareable(type_, field)
        }
        self._shareable |= self.key_fields | self.provided

    def is_external(self, type_name: str, field: str) -> bool:
        """Whether the subgraph does not resolve the field, save perhaps where it provides it."""
        place = (type_name, field)
        return place in self._external and place not in self._falsely_external

    def is_falsely_external(self, type_name: str, field: str) -> bool:
        """Whether the field is marked external but, as a key of an extension, resolved all the same."""
        return (type_name, field) in self._external & self._falsely_external

    def is_fully_external(self, type_name: str, field: str) -> bool:
        """Whether the subgraph resolves the field nowhere."""
        return self.is_external(type_name, field) and (type_name, field) not in self.provided

    def is_shareable(self, type_name: str, field: str) -> bool:
        """Whether other subgraphs may resolve the field too."""
        return (type_name, field) in self._shareable


def used_fields(schema: SchemaModel) -> set[Coordinate]:
    """The fields that some key, `@requires`, `@provides` or `@fromContext` names, or that an interface asks for."""
    used: set[Coordinate] = set()
    for type_, key in _keys(schema):
        used.update(_named(schema, type_.name, key, with_implementations=True))
    for type_, field in fields_of(schema):
        for applied in field.uses("requires"):
            used.update(_named(schema, type_.name, applied, with_implementations=True))
        for applied in field.uses("provides"):
            used.update(_named(schema, named(field.type), applied, with_implementations=True))
    used.update(_taken_from_contexts(schema))
    for type_ in schema.types.values():
        for interface in type_.interfaces:
            if interface in schema.types:
                used.update((type_.name, name) for name in schema.types[interface].fields)
    return used


def _taken_from_contexts(schema: SchemaModel) -> Iterator[Coordinate]:
    uses = [
        use
        for _, field in fields_of(schema)
        for argument in field.arguments.values()
        if (use := context_use(argument)) is not None
    ]
    for type_ in schema.types.values() if uses else ():
        names = {applied.arguments.get("name") for applied in type_.uses("context")}
        for use in uses:
            if use.context in names:
                for owner, field in named_fields(schema, type_.name, use.selection, with_implementations=True):
                    yield owner.name, field.name


def fields_of(schema: SchemaModel) -> Iterator[tuple[TypeModel, Field]]:
    """Every field of every object and interface."""
    for type_ in schema.types.values():
        for field in type_.fields.values():
            yield type_, field


def _keys(schema: SchemaModel) -> Iterator[tuple[TypeModel, Applied]]:
    for type_ in schema.types.values():
        for key in type_.uses("key"):
            yield type_, key


def _named(
    schema: SchemaModel, type_name: str, applied: Applied, *, with_implementations: bool = False
) -> Iterator[Coordinate]:
    text = field_set_text(applied)
    if text is not None:
        for type_, field in named_fields(schema, type_name, text, with_implementations=with_implementations):
            yield type_.name, field.name


def _is_external(type_: TypeModel, field: Field) -> bool:
    return field.has("external") or type_.has("external")


def _is_shareable(type_: TypeModel, field: Field) -> bool:
    """A type's `@shareable` counts for the fields of the same declaration only."""
    if type_.kind is not TypeKind.OBJECT:
        return False
    return field.has("shareable") or any(item.declaration == field.declaration for item in type_.uses("shareable"))
