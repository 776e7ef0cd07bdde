"""Tell which fields a selection gives, without an answer to apply it to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from connectors.mapping.syntax import (
    Choice,
    Expression,
    ListLiteral,
    MethodCall,
    ObjectLiteral,
    Optional,
    Path,
    Selection,
)

# Methods whose result has the same members as the value they work on.
TRANSPARENT = frozenset({"first", "last", "filter", "find", "slice", "as"})


@dataclass(frozen=True, slots=True)
class OutputShape:
    """The fields of an object, or of each object in a list.

    An `is_open` shape may have others: it is a value taken as it comes, whose members only an answer shows.
    """

    fields: Mapping[str, "OutputShape"] = field(default_factory=lambda: MappingProxyType({}))
    is_open: bool = False

    def gives(self, path: Iterable[str]) -> bool:
        """Whether the field at `path` is there, or may be."""
        shape = self
        for name in path:
            if name not in shape.fields:
                return shape.is_open
            shape = shape.fields[name]
        return True


OPEN = OutputShape(is_open=True)


def selection_shape(node: Selection | Expression) -> OutputShape:
    """The shape of what a selection or expression gives."""
    match node:
        case Selection():
            return _of_selection(node)
        case Path():
            return _of_path(node)
        case ObjectLiteral():
            return OutputShape(MappingProxyType({key: selection_shape(value) for key, value in node.members}))
        case ListLiteral():
            return _any_of(node.items)
        case Choice():
            return _any_of(node.options)
        case _:
            return OPEN


def _of_selection(selection: Selection) -> OutputShape:
    if selection.sole is not None:
        return selection_shape(selection.sole)
    fields: dict[str, OutputShape] = {}
    is_open = False
    for entry in selection.entries:
        shape = selection_shape(entry.value)
        if entry.key is not None:
            fields[entry.key] = shape
        else:
            fields.update(shape.fields)
            is_open = is_open or shape.is_open
    return OutputShape(MappingProxyType(fields), is_open)


def _of_path(path: Path) -> OutputShape:
    if path.selection is not None:
        return selection_shape(path.selection)
    steps = [step for step in path.steps if not isinstance(step, Optional)]
    while steps and isinstance(steps[-1], MethodCall) and steps[-1].name in TRANSPARENT:
        steps.pop()
    last = steps[-1] if steps else path.root
    match last:
        case MethodCall():
            return _of_result(last)
        case ObjectLiteral() | ListLiteral() | Path() | Choice():
            return selection_shape(last)
        case _:
            return OPEN


def _of_result(call: MethodCall) -> OutputShape:
    match call.name:
        case "map" | "echo":
            return selection_shape(call.arguments[0])
        case "match" | "matchIf":
            return _any_of(pair.items[1] for pair in call.arguments if isinstance(pair, ListLiteral))
        case "entries":
            return OutputShape(MappingProxyType({"key": OPEN, "value": OPEN}))
        case _:
            return OPEN


def _any_of(nodes: Iterable[Expression]) -> OutputShape:
    """What at least one of several values gives; literals give nothing."""
    shapes = [selection_shape(node) for node in nodes if isinstance(node, Path | ObjectLiteral | ListLiteral | Choice)]
    fields: dict[str, OutputShape] = {}
    for shape in shapes:
        fields.update(shape.fields)
    return OutputShape(MappingProxyType(fields), any(shape.is_open for shape in shapes) or not shapes)
