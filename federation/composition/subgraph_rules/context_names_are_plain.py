"""The name of a context is made of letters and digits, for it becomes part of a longer name."""

import re
from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles
from federation.composition.subgraph_schema import SubgraphSchema

NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def context_names_are_plain(subgraph: SubgraphSchema, _: FieldRoles) -> Iterator[CompositionError]:
    """CONTEXT_NAME_INVALID."""
    for type_ in subgraph.schema.types.values():
        for applied in type_.uses("context"):
            name = applied.arguments.get("name")
            if isinstance(name, str) and not NAME.fullmatch(name):
                message = f'The context "{name}" of "{type_.name}" must start with a letter, then letters and digits'
                yield CompositionError("CONTEXT_NAME_INVALID", message)
