"""Where in a team's files its types and fields are written."""

from strawberry.types.base import StrawberryObjectDefinition

from schemas.authoring.class_source import class_source
from schemas.authoring.definitions import Definitions
from schemas.authoring.derive_mapping import graphql_name


def places_of(definitions: Definitions) -> dict[str, tuple[str, int]]:
    """The file and line of each type and field, by coordinate."""
    found: dict[str, tuple[str, int]] = {}
    for definition in definitions.objects:
        found.update(_places(definition))
    return found


def _places(definition: StrawberryObjectDefinition) -> dict[str, tuple[str, int]]:
    source = class_source(definition.origin)
    if source is None:
        return {}
    fields = {
        f"{definition.name}.{graphql_name(field)}": (source.file, source.line_of(field.python_name))
        for field in definition.fields
    }
    return {definition.name: (source.file, source.line), **fields}
