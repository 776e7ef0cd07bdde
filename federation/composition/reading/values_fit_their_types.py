"""Default values, and the arguments of directives, are values of their types.

More is let pass than GraphQL would, because federation has always done so: an enum value may be written as a string,
and an object may lack required fields.
"""

from collections.abc import Iterator, Mapping

from federation.composition.errors import CompositionError
from federation.composition.schema_model import Applied, Element, InputValue, SchemaModel
from federation.composition.type_references import is_list, is_non_null, item, nullable
from federation.composition.values import EnumName, Unset, Value, print_value
from schemas.supergraph import TypeKind

CODE = "INVALID_GRAPHQL"
LARGEST_INT = 2**31


def values_fit_their_types(schema: SchemaModel) -> Iterator[CompositionError]:
    """Every value in a complete schema that does not fit."""
    for place, element in _places(schema):
        if isinstance(element, InputValue) and not _default_fits(schema, element):
            default = "" if isinstance(element.default, Unset) else print_value(element.default)
            yield CompositionError(CODE, f'The default value of "{place}" is {default}, which is not "{element.type}"')
        for applied in element.directives:
            yield from _applied_problems(schema, place, applied)


def _default_fits(schema: SchemaModel, element: InputValue) -> bool:
    return isinstance(element.default, Unset) or _fits(schema, element.type, element.default)


def _applied_problems(schema: SchemaModel, place: str, applied: Applied) -> Iterator[CompositionError]:
    definition = schema.directives.get(applied.name)
    for name, value in applied.arguments.items() if definition is not None else ():
        argument = definition.arguments.get(name) if definition is not None else None
        if argument is not None and not _fits(schema, argument.type, value):
            message = f'@{applied.name}({name}:) on "{place}" is {print_value(value)}, which is not "{argument.type}"'
            yield CompositionError(CODE, message)


def _places(schema: SchemaModel) -> Iterator[tuple[str, Element]]:
    """Every element of a schema, with its coordinate."""
    yield "schema", schema.schema
    for type_ in schema.types.values():
        yield type_.name, type_
        for element in (*type_.inputs.values(), *type_.values.values()):
            yield f"{type_.name}.{element.name}", element
        for field in type_.fields.values():
            yield f"{type_.name}.{field.name}", field
            for argument in field.arguments.values():
                yield f"{type_.name}.{field.name}({argument.name}:)", argument
    for directive in schema.directives.values():
        for argument in directive.arguments.values():
            yield f"@{directive.name}({argument.name}:)", argument


def _fits(schema: SchemaModel, reference: str, value: Value) -> bool:
    if value is None:
        return not is_non_null(reference)
    inner = nullable(reference)
    if is_list(inner):
        # A single value stands for a list of one.
        return all(_fits(schema, item(inner), one) for one in (value if isinstance(value, tuple) else (value,)))
    match inner:
        case "Int":
            return _is_number(value, int) and isinstance(value, int) and -LARGEST_INT <= value < LARGEST_INT
        case "Float":
            return _is_number(value, int, float)
        case "String":
            return isinstance(value, str)
        case "Boolean":
            return isinstance(value, bool)
        case "ID":
            return isinstance(value, str) or _is_number(value, int)
        case _:
            return _fits_named(schema, inner, value)


def _is_number(value: Value, *kinds: type) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _fits_named(schema: SchemaModel, name: str, value: Value) -> bool:
    type_ = schema.types.get(name)
    if type_ is None or type_.kind is TypeKind.SCALAR:
        return True
    if type_.kind is TypeKind.ENUM:
        written = value.name if isinstance(value, EnumName) else value
        return isinstance(written, str) and written in type_.values
    if not isinstance(value, Mapping):
        return False
    return all(key in type_.inputs and _fits(schema, type_.inputs[key].type, part) for key, part in value.items())
