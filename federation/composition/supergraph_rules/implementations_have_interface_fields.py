"""Once merged, every implementation still has every field of its interfaces, with a fitting type and arguments."""

from collections.abc import Iterator

from federation.composition.merging.draft import Draft
from federation.composition.schema_model import Field, SchemaModel, TypeModel
from federation.composition.type_references import is_subtype
from schemas.supergraph import TypeKind


def implementations_have_interface_fields(draft: Draft) -> None:
    """INTERFACE_FIELD_NO_IMPLEM."""
    for type_, interface in _implementations(draft):
        for name in (name for name in interface.fields if name not in type_.fields):
            _tell_missing(draft, type_, interface, name)


def implementations_fit_interface_fields(draft: Draft) -> None:
    """INVALID_GRAPHQL where a field is there, but differs from the interface's."""
    for type_, interface in _implementations(draft):
        for field in interface.fields.values():
            place = f"{interface.name}.{field.name}"
            for problem in _differences(draft.schema, type_.name, place, type_.fields[field.name], field):
                draft.error("INVALID_GRAPHQL", problem)


def types_implement_interfaces(draft: Draft) -> None:
    """INVALID_GRAPHQL where what a type implements is something else."""
    for type_ in draft.schema.types.values():
        for name in type_.interfaces:
            interface = draft.schema.types.get(name)
            if interface is None or interface.kind is not TypeKind.INTERFACE:
                draft.error("INVALID_GRAPHQL", f'Type "{type_.name}" implements "{name}", which is no interface')


def _implementations(draft: Draft) -> Iterator[tuple[TypeModel, TypeModel]]:
    types = draft.schema.types
    for type_ in types.values():
        for name in type_.interfaces:
            if name in types and types[name].kind is TypeKind.INTERFACE:
                yield type_, types[name]


def _tell_missing(draft: Draft, type_: TypeModel, interface: TypeModel, name: str) -> None:
    defining = [index for index, other in enumerate(draft.subgraphs) if other.field(interface.name, name)]
    implementing = [
        index
        for index, other in enumerate(draft.subgraphs)
        if (own := other.type(type_.name)) is not None and interface.name in own.interfaces
    ]
    draft.error(
        "INTERFACE_FIELD_NO_IMPLEM",
        f'Interface field "{interface.name}.{name}" is in {draft.names(defining)}, but "{type_.name}", which '
        f'implements "{interface.name}" in {draft.names(implementing)}, has it nowhere. Add "{type_.name}.{name}"',
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
