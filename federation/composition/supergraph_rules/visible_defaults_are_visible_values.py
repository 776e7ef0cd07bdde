"""The default values that clients can see are made of values that they can see."""

from collections.abc import Iterator, Mapping

from federation.composition.merging.draft import Draft
from federation.composition.schema_model import SchemaModel
from federation.composition.supergraph_rules.visible_parts import inputs_of_visible_parts
from federation.composition.type_references import is_list, item, named, nullable
from federation.composition.values import EnumName, Unset, Value


def visible_defaults_are_visible_values(draft: Draft) -> None:
    """DEFAULT_VALUE_USES_INACCESSIBLE."""
    for place, value in inputs_of_visible_parts(draft.schema):
        if value.has("inaccessible") or isinstance(value.default, Unset):
            continue
        for hidden in _hidden(draft.schema, value.type, value.default):
            draft.error(
                "DEFAULT_VALUE_USES_INACCESSIBLE",
                f'"{hidden}" is @inaccessible, but part of the default value of "{place}", which clients can see. Show '
                "it, or use another default",
            )


def _hidden(schema: SchemaModel, reference: str, value: Value) -> Iterator[str]:
    """The coordinates of inaccessible values and fields that a value uses."""
    inner = nullable(reference)
    type_ = schema.types.get(named(reference))
    if isinstance(value, tuple):
        for one in value:
            yield from _hidden(schema, item(inner) if is_list(inner) else inner, one)
    elif type_ is None:
        return
    elif isinstance(value, EnumName):
        if value.name in type_.values and type_.values[value.name].has("inaccessible"):
            yield f"{type_.name}.{value.name}"
    elif isinstance(value, Mapping):
        for name, part in value.items():
            field = type_.inputs.get(name)
            if field is None:
                continue
            if field.has("inaccessible"):
                yield f"{type_.name}.{name}"
            else:
                yield from _hidden(schema, field.type, part)
