"""`@cost` and `@listSize` say things that can be true of the fields that they stand on."""

from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles, fields_of
from federation.composition.schema_model import Applied, Field
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.type_references import is_list, named, nullable
from federation.composition.values import Value
from schemas.supergraph import TypeKind


def costs_and_sizes_fit(subgraph: SubgraphSchema, _: FieldRoles) -> Iterator[CompositionError]:
    """COST_APPLIED_TO_INTERFACE_FIELD and the errors that start with LIST_SIZE."""
    for type_, field in fields_of(subgraph.schema):
        place = f"{type_.name}.{field.name}"
        if type_.kind is TypeKind.INTERFACE and field.has("cost"):
            message = f'"{place}" belongs to an interface and cannot have @cost: put it on the implementations\' fields'
            yield CompositionError("COST_APPLIED_TO_INTERFACE_FIELD", message)
        for applied in field.uses("listSize"):
            yield from _list_size_problems(subgraph, place, field, applied)


def _list_size_problems(
    subgraph: SubgraphSchema, place: str, field: Field, applied: Applied
) -> Iterator[CompositionError]:
    sized = _names(applied.arguments.get("sizedFields"))
    if not sized and not is_list(field.type):
        message = f'"{place}" is of type "{field.type}": @listSize needs a list, or sizedFields that are lists'
        yield CompositionError("LIST_SIZE_APPLIED_TO_NON_LIST", message)
    assumed = applied.arguments.get("assumedSize")
    if isinstance(assumed, int) and assumed < 0:
        message = f'The assumed size of "{place}" is {assumed}: it cannot be less than 0'
        yield CompositionError("LIST_SIZE_INVALID_ASSUMED_SIZE", message)
    for name in _names(applied.arguments.get("slicingArguments")):
        argument = field.arguments.get(name)
        if argument is None:
            message = f'"{place}" has no argument "{name}": name one of its arguments in slicingArguments'
            yield CompositionError("LIST_SIZE_INVALID_SLICING_ARGUMENT", message)
        elif nullable(argument.type) != "Int":
            message = f'The slicing argument "{place}({name}:)" is of type "{argument.type}": it must be Int or Int!'
            yield CompositionError("LIST_SIZE_INVALID_SLICING_ARGUMENT", message)
    yield from _sized_field_problems(subgraph, place, field, sized)


def _sized_field_problems(
    subgraph: SubgraphSchema, place: str, field: Field, sized: list[str]
) -> Iterator[CompositionError]:
    code = "LIST_SIZE_INVALID_SIZED_FIELD"
    target = subgraph.type(named(field.type))
    if sized and (target is None or not target.is_composite):
        yield CompositionError(code, f'"{place}" is of type "{field.type}", which has no fields: remove sizedFields')
        return
    for name in sized:
        found = target.fields.get(name) if target is not None else None
        if found is None:
            yield CompositionError(
                code, f'"{named(field.type)}" has no field "{name}": sizedFields of "{place}" names it'
            )
        elif not is_list(found.type):
            message = f'"{named(field.type)}.{name}" is of type "{found.type}": sizedFields of "{place}" must be lists'
            yield CompositionError("LIST_SIZE_APPLIED_TO_NON_LIST", message)


def _names(value: Value) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, tuple) else []
