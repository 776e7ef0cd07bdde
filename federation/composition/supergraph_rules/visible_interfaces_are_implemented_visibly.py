"""What clients can see of an interface they can see on its implementations; what they must give they can see."""

from collections.abc import Iterator

from federation.composition.merging.draft import Draft
from federation.composition.schema_model import Element, Field
from federation.composition.supergraph_rules.visible_parts import inputs_of_visible_parts, visible_types


def visible_interfaces_are_implemented_visibly(draft: Draft) -> None:
    """IMPLEMENTED_BY_INACCESSIBLE."""
    for type_ in visible_types(draft.schema):
        for name in type_.interfaces:
            interface = draft.schema.types.get(name)
            if interface is None or interface.has("inaccessible"):
                continue
            for field in type_.fields.values():
                asked = interface.fields.get(field.name)
                if asked is None or asked.has("inaccessible"):
                    continue
                for suffix, element in _hidden_parts(field, asked):
                    draft.error(
                        "IMPLEMENTED_BY_INACCESSIBLE",
                        f'"{type_.name}.{field.name}{suffix}" is @inaccessible, but "{name}.{element}{suffix}", which '
                        "it implements, can be seen. Hide that too, or show this",
                    )


def _hidden_parts(field: Field, asked: Field) -> Iterator[tuple[str, str]]:
    if field.has("inaccessible"):
        yield "", asked.name
        return
    for argument in field.arguments.values():
        wanted: Element | None = asked.arguments.get(argument.name)
        if argument.has("inaccessible") and wanted is not None and not wanted.has("inaccessible"):
            yield f"({argument.name}:)", asked.name


def required_inputs_are_visible(draft: Draft) -> None:
    """REQUIRED_INACCESSIBLE."""
    for place, value in inputs_of_visible_parts(draft.schema):
        if value.has("inaccessible") and value.is_required:
            draft.error(
                "REQUIRED_INACCESSIBLE",
                f'"{place}" is @inaccessible, but required, so that clients could not give it. Make it optional, or '
                "give it a default value",
            )
