"""Take the items of a batch's answer apart, each still as the service wrote it.

An item's own members say to which entity it belongs (`groupBy`), and the selection need not give them.
"""

from dataclasses import dataclass, replace

from connectors.errors import BadAnswer
from connectors.mapping.methods.method import kind
from connectors.mapping.missing import MISSING
from connectors.mapping.readers import Read, reader
from connectors.mapping.scope import Scope
from connectors.mapping.syntax import Current, Entry, Expression, Json, MethodCall, Path, Selection

WHOLE = Selection((Entry(None, Path(Current())),))


@dataclass(frozen=True, slots=True)
class Items:
    """Where the items of an answer stand, and the selection on each; `read` goes the way to the `place`."""

    place: Expression
    selection: Selection
    read: Read

    def of(self, answer: Json, scope: Scope) -> list[Json]:
        """The items of one answer; an answer of null has none. Raises BadAnswer where there is no list."""
        found = None if answer is None else self.read(answer, scope)
        if found is None:
            return []
        if found.__class__ is not list:
            what = "nothing" if found is MISSING else kind(found)
            raise BadAnswer(f"the answer does not fit the schema: a batch needs a list of items, and found {what}")
        return _flat(found) if any(item.__class__ is list for item in found) else found


def items_of(selection: Selection) -> Items:
    """Divide a selection into the way to the items, and what to select of each.

    `$.orders { id total }` goes to `$.orders` and selects `id total`; methods that make items anew make the raw ones.
    """
    if selection.sole is None:
        return _items(Path(Current()), selection)
    if isinstance(selection.sole, Selection):
        return items_of(selection.sole)
    return _items_at(selection.sole)


def _items_at(node: Expression) -> Items:
    if isinstance(node, Path) and node.selection is not None and not _binds(node):
        return _items(replace(node, selection=None), node.selection)
    return _items(node, WHOLE)


def _items(place: Expression, selection: Selection) -> Items:
    return Items(place, selection, reader(place))


def _binds(path: Path) -> bool:
    return any(isinstance(step, MethodCall) and step.name == "as" for step in path.steps)


def _flat(values: list[Json]) -> list[Json]:
    found: list[Json] = []
    for value in values:
        if value.__class__ is list:
            found.extend(_flat(value))
        else:
            found.append(value)
    return found
