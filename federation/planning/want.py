"""What is wanted at some place of the data: by the client, or by a key or `@requires` on the way to it."""

from dataclasses import dataclass
from typing import TypeAlias

from schemas.selection import Argument, Condition


@dataclass(frozen=True, slots=True, eq=False)
class WantField:
    """A field; `source` is its key in the gathered data where that is settled already (for what clients want)."""

    name: str
    arguments: tuple[Argument, ...] = ()
    selections: tuple["Want", ...] = ()
    conditions: tuple[Condition, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WantFragment:
    """What is wanted of objects of type `on`."""

    on: str
    selections: tuple["Want", ...]


Want: TypeAlias = WantField | WantFragment

TYPENAME = WantField("__typename", source="__typename")
