"""The mapping language as data: what a selection, body or template hole says.

`offset` is where a node begins in its text; it takes no part in comparison, so that equal texts are equal nodes.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Current:
    """`$`: the value that the enclosing braces received, or the whole answer."""


@dataclass(frozen=True, slots=True)
class Item:
    """`@`: the value that a method works on."""


@dataclass(frozen=True, slots=True)
class Variable:
    """`$args`, `$this` and the like; `name` keeps its dollar."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`.name`: one member of an object, or that member of every item of a list."""

    name: str


@dataclass(frozen=True, slots=True)
class Optional:
    """`?`: what stands before it may be null or missing; then the whole path is missing, and that is no problem."""


@dataclass(frozen=True, slots=True)
class MethodCall:
    """`->name(arguments)`."""

    name: str
    arguments: tuple["Expression", ...] = ()
    offset: int = field(default=0, compare=False)


Step: TypeAlias = Member | Optional | MethodCall


@dataclass(frozen=True, slots=True)
class Path:
    """A root, the steps from it, and a selection on what they reach.

    A path that starts with a key (`name`, `author.name`) has `Current` as its root and is `relative`.
    """

    root: "Current | Item | Variable | Expression"
    steps: tuple[Step, ...] = ()
    selection: "Selection | None" = None
    relative: bool = False
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, boolean or null."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, b]`."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class ObjectLiteral:
    """`{ a: 1, b: $args.b }` where a value is expected; a member whose value is missing is left out."""

    members: tuple[tuple[str, "Expression"], ...]


class Fallback(Enum):
    """When the next value of a chain is taken."""

    NULL_OR_MISSING = "??"
    MISSING = "?!"


@dataclass(frozen=True, slots=True)
class Choice:
    """`a ?? b ?? c`: the first value that is there."""

    fallback: Fallback
    options: tuple["Expression", ...]


Expression: TypeAlias = Path | Literal | ListLiteral | ObjectLiteral | Choice


@dataclass(frozen=True, slots=True)
class Entry:
    """One part of a selection: `value` under `key`, or merged into the surrounding object where `key` is None.

    A `spread` (`...value`) merges even where it stands alone.
    """

    key: str | None
    value: "Expression | Selection"
    spread: bool = False
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """What an object is made of.

    A single entry without a key stands for its whole value, which may be anything; among others its value is an object
    whose members are merged.
    """

    entries: tuple[Entry, ...]

    @property
    def sole(self) -> "Expression | Selection | None":
        """The value that is the whole result, where there is just one entry and it has no key."""
        if len(self.entries) != 1:
            return None
        entry = self.entries[0]
        return entry.value if entry.key is None and not entry.spread else None


Json: TypeAlias = Any
