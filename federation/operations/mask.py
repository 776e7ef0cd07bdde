"""Take denied fields out of an operation: they are null in its answer, and nothing is fetched for them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from federation.operations.operation import Operation, OperationField, OperationSelection

# Response keys from the root; they have no list indices.
ResponsePath: TypeAlias = tuple[str, ...]
# A field where it stands in an operation: its path, and its coordinate (`User.email`), since fragments may put fields
# of several types at one path.
Mark: TypeAlias = tuple[ResponsePath, str]


def mask(operation: Operation, marks: frozenset[Mark]) -> Operation:
    """The operation with those fields masked."""
    return replace(operation, selections=_masked(operation.selections, (), marks))


def _masked(
    selections: Iterable[OperationSelection], path: ResponsePath, marks: frozenset[Mark]
) -> tuple[OperationSelection, ...]:
    made: list[OperationSelection] = []
    for item in selections:
        if not isinstance(item, OperationField):
            made.append(replace(item, selections=_masked(item.selections, path, marks)))
            continue
        here = (*path, item.key)
        if not item.hidden and (here, f"{item.parent_type}.{item.name}") in marks:
            made.append(replace(item, selections=(), masked=True))
        else:
            made.append(replace(item, selections=_masked(item.selections, here, marks)))
    return tuple(made)
