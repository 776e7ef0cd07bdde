"""Merge enums by their use: all values for what is only given, the common ones for what is only taken."""

from federation.composition.merging.draft import Draft, Sources
from federation.composition.merging.merge_descriptions import merge_descriptions
from federation.composition.merging.merge_directives import merge_directives
from federation.composition.schema_model import Element, SchemaModel, TypeModel
from federation.composition.type_references import named


class EnumUses:
    """Where the merged schema takes and gives values of named types; a coordinate stands for each."""

    def __init__(self, schema: SchemaModel) -> None:
        self.taken: dict[str, str] = {}
        self.given: dict[str, str] = {}
        for type_ in schema.types.values():
            for field in type_.fields.values():
                self.given.setdefault(named(field.type), f"{type_.name}.{field.name}")
                for argument in field.arguments.values():
                    self.taken.setdefault(named(argument.type), f"{type_.name}.{field.name}({argument.name}:)")
            for value in type_.inputs.values():
                self.taken.setdefault(named(value.type), f"{type_.name}.{value.name}")
        for directive in schema.directives.values():
            for argument in directive.arguments.values():
                self.taken.setdefault(named(argument.type), f"@{directive.name}({argument.name}:)")


def merge_enum(draft: Draft, sources: Sources[TypeModel], merged: TypeModel, uses: EnumUses) -> None:
    """Give the merged enum its values."""
    if merged.name not in uses.taken and merged.name not in uses.given:
        draft.hint("UNUSED_ENUM_TYPE", f'Enum "{merged.name}" is used nowhere; the supergraph has all of its values')
    names = dict.fromkeys(name for _, type_ in sources for name in type_.values)
    for name in names:
        having: Sources[Element] = [(index, type_.values[name]) for index, type_ in sources if name in type_.values]
        missing = [index for index, type_ in sources if name not in type_.values]
        is_hidden = any(value.has("inaccessible") for _, value in having)
        if missing and not is_hidden and not _stays(draft, merged.name, name, having, missing, uses):
            continue
        value = Element(name)
        merged.values[name] = value
        merge_descriptions(draft, having, value, f"{merged.name}.{name}")
        for index, _ in having:
            draft.join(value, "join__enumValue", index)
        merge_directives(draft, having, value, f"{merged.name}.{name}")
    if not merged.values:
        draft.error(
            "EMPTY_MERGED_ENUM_TYPE",
            f'Enum "{merged.name}" has no value that all of {draft.names(index for index, _ in sources)} define, and '
            "it is used for arguments. Give it one, or use different enums",
        )


def _stays(draft: Draft, enum: str, name: str, having: Sources[Element], missing: list[int], uses: EnumUses) -> bool:
    """Whether a value that some subgraphs do not know is in the supergraph."""
    if enum not in uses.taken:
        draft.hint(
            "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM", f'Value "{enum}.{name}" is not defined in {draft.names(missing)}'
        )
        return True
    if enum not in uses.given:
        draft.hint(
            "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
            f'Value "{enum}.{name}" is not in the supergraph: {draft.names(missing)} does not define it',
        )
        return False
    draft.error(
        "ENUM_VALUE_MISMATCH",
        f'Enum "{enum}" is both taken ("{uses.taken[enum]}") and given ("{uses.given[enum]}"), so that all subgraphs '
        f'must know the same values, but "{name}" is defined in {draft.names(index for index, _ in having)} and not in '
        f"{draft.names(missing)}. Add it there, or hide it with @inaccessible",
    )
    return True
