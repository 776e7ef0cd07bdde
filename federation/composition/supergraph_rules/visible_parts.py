"""Walk what clients can see of a merged schema."""

from collections.abc import Iterator

from federation.composition.schema_model import Field, InputValue, SchemaModel, TypeModel


def visible_types(schema: SchemaModel) -> Iterator[TypeModel]:
    """The types that are not inaccessible."""
    return (type_ for type_ in schema.types.values() if not type_.has("inaccessible"))


def visible_fields(schema: SchemaModel) -> Iterator[tuple[str, Field]]:
    """Each field that clients can see, with its coordinate."""
    for type_ in visible_types(schema):
        for field in type_.fields.values():
            if not field.has("inaccessible"):
                yield f"{type_.name}.{field.name}", field


def inputs_of_visible_parts(schema: SchemaModel) -> Iterator[tuple[str, InputValue]]:
    """Each argument of a visible field and each field of a visible input type, itself visible or not."""
    for place, field in visible_fields(schema):
        for argument in field.arguments.values():
            yield f"{place}({argument.name}:)", argument
    for type_ in visible_types(schema):
        for value in type_.inputs.values():
            yield f"{type_.name}.{value.name}", value
