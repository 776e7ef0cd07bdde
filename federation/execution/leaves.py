"""Check values of leaf types against the schema (GraphQL specification, section 6.4.3, result coercion)."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from graphql import GraphQLEnumType, GraphQLNamedType

INT_RANGE = range(-(1 << 31), 1 << 31)


@dataclass(frozen=True, slots=True)
class LeafCheck:
    """`read` gives the value for the answer, or None when it is not `expected`."""

    expected: str
    read: Callable[[Any], Any]


def leaf_check(named: GraphQLNamedType) -> LeafCheck:
    """The check for a scalar or an enum. Custom scalars may be any JSON value."""
    if isinstance(named, GraphQLEnumType):
        values = frozenset(named.values)
        return LeafCheck("a value of the enum", lambda value: value if _is_in(value, values) else None)
    return _SCALARS.get(named.name, _ANYTHING)


def _is_in(value: Any, values: frozenset[str]) -> bool:
    return isinstance(value, str) and value in values


def _int(value: Any) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value in INT_RANGE else None


def _float(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return value


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _id(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


_ANYTHING = LeafCheck("a value", lambda value: value)
_SCALARS = {
    "Int": LeafCheck("a whole number of 32 bits", _int),
    "Float": LeafCheck("a finite number", _float),
    "String": LeafCheck("a text", _string),
    "Boolean": LeafCheck("true or false", _boolean),
    "ID": LeafCheck("a text or a whole number", _id),
}
