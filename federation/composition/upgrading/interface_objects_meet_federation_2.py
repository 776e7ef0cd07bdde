"""An interface object relies on others to tell its type by the interface's key, which federation 1 subgraphs cannot."""

from collections.abc import Iterator, Sequence

from federation.composition.errors import CompositionError
from federation.composition.subgraph_schema import SubgraphSchema
from schemas.supergraph import TypeKind


def interface_objects_meet_federation_2(subgraphs: Sequence[SubgraphSchema]) -> Iterator[CompositionError]:
    """INTERFACE_OBJECT_USAGE_ERROR for interfaces that have keys in a federation 1 subgraph."""
    for subgraph in subgraphs:
        if subgraph.is_federation_2:
            continue
        for type_ in subgraph.schema.types.values():
            if type_.kind is not TypeKind.INTERFACE or not type_.has("key"):
                continue
            if any(other.is_interface_object(type_.name) for other in subgraphs):
                message = (
                    f'[{subgraph.name}] Interface "{type_.name}" has a @key here and is an @interfaceObject elsewhere, '
                    "but a federation 1 subgraph cannot say of which type objects are: link federation 2, or drop @key"
                )
                yield CompositionError("INTERFACE_OBJECT_USAGE_ERROR", message)
