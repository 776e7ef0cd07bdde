"""Federation 1 types have an owner: a type that a subgraph extends is defined by another one."""

from collections.abc import Iterator, Sequence

from federation.composition.errors import CompositionError
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.upgrading.upgrade_subgraphs import is_extension


def extended_types_have_a_base(subgraphs: Sequence[SubgraphSchema]) -> Iterator[CompositionError]:
    """EXTENSION_WITH_NO_BASE, for the federation 1 subgraphs as they were before their upgrade."""
    for subgraph in subgraphs:
        if subgraph.is_federation_2:
            continue
        others = [other for other in subgraphs if other is not subgraph]
        for type_ in subgraph.schema.types.values():
            if not is_extension(type_) or subgraph.is_root(type_.name):
                continue
            definitions = [other.type(type_.name) for other in others]
            if not any(found is not None and found.is_defined for found in definitions):
                message = (
                    f'[{subgraph.name}] Type "{type_.name}" is extended, but no other subgraph defines it: define it '
                    'there, or leave "extend" out here'
                )
                yield CompositionError("EXTENSION_WITH_NO_BASE", message)
