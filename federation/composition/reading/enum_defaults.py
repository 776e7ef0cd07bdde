"""Write default values of enums as enum values where a document has them as strings."""

from collections.abc import Iterator, Mapping

from federation.composition.schema_model import InputValue, SchemaModel
from federation.composition.type_references import is_list, item, nullable
from federation.composition.values import EnumName, Unset, Value
from schemas.supergraph import TypeKind


def write_enum_defaults(schema: SchemaModel) -> None:
    """`type: Role = "ADMIN"` means `type: Role = ADMIN`."""
    for element in _inputs(schema):
        if not isinstance(element.default, Unset):
            element.default = _written(schema, element.type, element.default)


def _inputs(schema: SchemaModel) -> Iterator[InputValue]:
    for type_ in schema.types.values():
        yield from type_.inputs.values()
        for field in type_.fields.values():
            yield from field.arguments.values()
    for directive in schema.directives.values():
        yield from directive.arguments.values()


def _written(schema: SchemaModel, reference: str, value: Value) -> Value:
    inner = nullable(reference)
    if is_list(inner):
        return tuple(_written(schema, item(inner), one) for one in value) if isinstance(value, tuple) else value
    type_ = schema.types.get(inner)
    if type_ is None:
        return value
    if type_.kind is TypeKind.ENUM and isinstance(value, str):
        return EnumName(value)
    if type_.kind is TypeKind.INPUT and isinstance(value, Mapping):
        return {
            name: _written(schema, type_.inputs[name].type, part) if name in type_.inputs else part
            for name, part in value.items()
        }
    return value
