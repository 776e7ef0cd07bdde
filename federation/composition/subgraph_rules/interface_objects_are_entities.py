"""An interface object has a key: by it, the gateway finds out of which type an object really is."""

from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles
from federation.composition.subgraph_schema import SubgraphSchema


def interface_objects_are_entities(subgraph: SubgraphSchema, _: FieldRoles) -> Iterator[CompositionError]:
    """INTERFACE_OBJECT_USAGE_ERROR where the key is missing."""
    for type_ in subgraph.schema.types.values():
        if subgraph.is_interface_object(type_.name) and not type_.has("key"):
            message = f'Type "{type_.name}" has @interfaceObject but no @key: add the key of the interface'
            yield CompositionError("INTERFACE_OBJECT_USAGE_ERROR", message)
