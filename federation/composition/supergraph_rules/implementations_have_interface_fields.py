"""Once merged, every implementation still has every field of its interfaces, with a fitting type and arguments."""

from collections.abc import Iterator

from federation.composition.merging.draft import Draft
from federation.composition.schema_model import Field, SchemaModel, TypeModel
from federation.composition.type_references import is_subtype
from schemas.supergraph import TypeKind


def implementations_have_interface_fields(draft: Draft) -> None:
    """INTERFACE_FIELD_NO_IMPLEM, or INVALID_GRAPHQL where the field is there but differs."""
    types = draft.schema.types
    for type_ in types.values():
        for name in type_.interfaces:
            interface = types.get(name)
            if interface is None or interface.kind is not TypeKind.INTERFACE:
                draft.error("INVALID_GRAPHQL", f'Type "{type_.name}" implements "{name}", which is no interface')
                continue
            _check(draft, type_, interface)


def _check(draft: Draft, type_: TypeModel, interface: TypeModel) -> None:
    for field in interface.fields.values():
        found = type_.fields.get(field.name)
        place = f"{interface.name}.{field.name}"
        if found is not None:
            for problem in _differences(draft.schema, type_.name, place, found, field):
                draft.error("INVALID_GRAPHQL", problem)
            continue
        defining = [index for index, other in enumerate(draft.subgraphs) if other.field(interface.name, field.name)]
        implementing = [
            index
            for index, other in enumerate(draft.subgraphs)
            if (own := other.type(type_.name)) is not None and interface.name in own.interfaces
        ]
        draft.error(
            "INTERFACE_FIELD_NO_IMPLEM",
            f'Interface field "{place}" is in {draft.names(defining)}, but "{type_.name}", which implements '
            f'"{interface.name}" in {draft.names(implementing)}, has it nowhere. Add "{type_.name}.{field.name}"',
        )


def _differences(schema: SchemaModel, name: str, place: str, found: Field, expected: Field) -> Iterator[str]:
    if not is_subtype(found.type, expected.type, schema.is_kind_of):
        yield (
            f'"{place}" is of type "{expected.type}", but "{name}.{found.name}" of type "{found.type}", which it does '
            "not include. Make the types fit in all subgraphs"
        )
    for argument in expected.arguments.values():
        own = found.arguments.get(argument.name)
        if own is None:
            yield f'"{place}" takes the argument "{argument.name}", but "{name}.{found.name}" does not. Add it'
        elif own.type != argument.type:
            yield (
                f'"{place}({argument.name}:)" is of type "{argument.type}", but on "{name}" it is "{own.type}". Use '
                "the same type"
            )
    for argument in found.arguments.values():
        if argument.name not in expected.arguments and argument.is_required:
            yield (
                f'"{name}.{found.name}({argument.name}:)" is required, but "{place}" does not take it. Make it optional'
            )
