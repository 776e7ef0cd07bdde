"""Give root types their default names: `schema { query: Root }` is `Query` in a supergraph."""

from collections.abc import Mapping

from federation.composition.errors import CompositionError
from federation.composition.schema_model import ROOT_NAMES, SchemaModel


def rename_root_types(schema: SchemaModel) -> list[CompositionError]:
    """Rename the root types and every reference to them; says which default names are taken by other types."""
    errors = []
    renamed: dict[str, str] = {}
    for operation, name in ROOT_NAMES.items():
        root = schema.roots.get(operation)
        if root == name:
            continue
        if name in schema.types:
            message = (
                f'There is a type "{name}", but the {operation} root type is {_described(root)}. '
                f'Name the root type "{name}", or the other type differently'
            )
            errors.append(CompositionError(f"ROOT_{name.upper()}_USED", message))
        elif root is not None:
            renamed[root] = name
    if renamed and not errors:
        _rename(schema, renamed)
    return errors


def _described(root: str | None) -> str:
    return "not set" if root is None else f'"{root}"'


def _rename(schema: SchemaModel, renamed: Mapping[str, str]) -> None:
    schema.roots = {operation: renamed.get(root, root) for operation, root in schema.roots.items()}
    types = {}
    for model in schema.types.values():
        model.name = renamed.get(model.name, model.name)
        model.members = [renamed.get(member, member) for member in model.members]
        for field in model.fields.values():
            for old, new in renamed.items():
                if field.type.strip("[]!") == old:
                    field.type = field.type.replace(old, new)
        types[model.name] = model
    schema.types = types
