"""What is wanted at some place of the data: by the client, or by a key or `@requires` on the way to it."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeAlias

from schemas.selection import Argument, Condition


@dataclass(frozen=True, slots=True, eq=False)
class WantField:
    """A field; `source` is its key in the gathered data where that is settled already (for what clients want).

    By a `rule` some objects give it and others do not; fields with an equal rule are fetched for the same objects. What
    is wanted in order to know them `decides` about the objects at that slot.
    """

    name: str
    arguments: tuple[Argument, ...] = ()
    selections: tuple["Want", ...] = ()
    conditions: tuple[Condition, ...] = ()
    source: str | None = None
    rule: Hashable = None
    decides: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WantFragment:
    """What is wanted of objects of type `on`."""

    on: str
    selections: tuple["Want", ...]


Want: TypeAlias = WantField | WantFragment

TYPENAME = WantField("__typename", source="__typename")


def has_rules(want: Want) -> bool:
    """Whether it is a type condition around fields that some objects give and others do not."""
    return isinstance(want, WantFragment) and any(
        item.rule is not None if isinstance(item, WantField) else has_rules(item) for item in want.selections
    )
