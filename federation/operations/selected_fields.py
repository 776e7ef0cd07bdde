"""All fields of an operation in a row, each with where it stands and when it is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass

from federation.operations.mask import Mark, ResponsePath
from federation.operations.operation import Operation, OperationField, OperationSelection
from schemas.selection import Condition


@dataclass(frozen=True, slots=True, eq=False)
class SelectedField:
    """One field of an operation.

    `conditions` are its own and those of the fields around it; all must hold. `marks` are its own mark, last, and those
    of the fields around it.
    """

    field: OperationField
    coordinate: str
    conditions: tuple[Condition, ...]
    marks: tuple[Mark, ...]

    @property
    def mark(self) -> Mark:
        """The field where it stands."""
        return self.marks[-1]

    @property
    def path(self) -> ResponsePath:
        """The response keys that lead to it."""
        return self.marks[-1][0]


def selected_fields(operation: Operation) -> Iterator[SelectedField]:
    """Every field, the outer before the inner, in the order of the operation; `__typename` too."""
    yield from _below(operation.selections, (), (), ())


def _below(
    selections: tuple[OperationSelection, ...],
    path: ResponsePath,
    conditions: tuple[Condition, ...],
    marks: tuple[Mark, ...],
) -> Iterator[SelectedField]:
    for item in selections:
        if not isinstance(item, OperationField):
            yield from _below(item.selections, path, conditions, marks)
            continue
        here = (*path, item.key)
        coordinate = f"{item.parent_type}.{item.name}"
        held = conditions + tuple(each for each in item.conditions if each not in conditions)
        own = (*marks, (here, coordinate))
        yield SelectedField(item, coordinate, held, own)
        yield from _below(item.selections, here, held, own)
