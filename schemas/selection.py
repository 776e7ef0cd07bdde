"""Selections as the planner writes them and connectors read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from graphql import ValueNode, print_ast


@dataclass(frozen=True, slots=True)
class Condition:
    """`@include(if: $variable)`, or `@skip(if: $variable)` when `negated`."""

    variable: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; its value may mention the client's variables."""

    name: str
    value: ValueNode


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a subgraph is asked for; it answers under `key`."""

    name: str
    alias: str | None = None
    arguments: tuple[Argument, ...] = ()
    selections: tuple["Selection", ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def key(self) -> str:
        """The name under which the field stands in the subgraph's answer."""
        return self.alias or self.name


@dataclass(frozen=True, slots=True)
class InlineFragment:
    """Selections that hold for objects of one type (of any type, where `on` is None)."""

    on: str | None
    selections: tuple["Selection", ...]
    conditions: tuple[Condition, ...] = ()


Selection: TypeAlias = Field | InlineFragment


def print_arguments(arguments: Iterable[Argument]) -> str:
    """Arguments as text that is equal for equal arguments."""
    return ", ".join(sorted(f"{item.name}: {print_ast(item.value)}" for item in arguments))
