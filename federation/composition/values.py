"""Constant values of SDL (arguments of directives, defaults) as plain data that can be compared and printed."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)


@dataclass(frozen=True, slots=True)
class EnumName:
    """A value written without quotes: `ADMIN`."""

    name: str


@dataclass(frozen=True, slots=True)
class Unset:
    """No value was written, which is not the same as null."""


UNSET = Unset()

Value: TypeAlias = "bool | int | float | str | EnumName | tuple[Value, ...] | Mapping[str, Value] | None"
Written: TypeAlias = "Value | Unset"


class NumberTooLarge(ValueError):
    """A number of an SDL is beyond what can be computed with."""


def read_value(node: ValueNode) -> Value:
    """The value that an SDL literal stands for; enum values keep being told from strings. Raises NumberTooLarge."""
    match node:
        case StringValueNode():
            return node.value
        case IntValueNode():
            return _read_number(node.value, int)
        case FloatValueNode():
            return _read_number(node.value, float)
        case BooleanValueNode():
            return node.value
        case NullValueNode():
            return None
        case EnumValueNode():
            return EnumName(node.value)
        case ListValueNode():
            return tuple(read_value(item) for item in node.values)
        case ObjectValueNode():
            return {item.name.value: read_value(item.value) for item in node.fields}
        case VariableNode():
            raise ValueError(f"${node.name.value} is a variable; SDL has constant values only")
        case _:
            raise TypeError(f"{type(node).__name__} is not a kind of value")


def _read_number(text: str, kind: type[int] | type[float]) -> int | float:
    try:
        number = kind(text)
    except ValueError as error:  # more digits than Python reads
        raise NumberTooLarge(f"the number {text[:20]}... has {len(text)} digits") from error
    if math.isinf(number):
        raise NumberTooLarge(f"the number {text[:20]} is too large")
    return number


def print_value(value: Value) -> str:
    """The value as SDL writes it; equal values give equal text."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case EnumName():
            return value.name
        case int() | float():
            return repr(value)
        case tuple():
            return f"[{', '.join(map(print_value, value))}]"
        case _:
            return f"{{{', '.join(f'{name}: {print_value(item)}' for name, item in value.items())}}}"


def same_value(one: Written, other: Written) -> bool:
    """Whether two values mean the same; the order of an object's members does not count, 1 and true differ."""
    return _key(one) == _key(other)


def print_arguments(arguments: Mapping[str, Value]) -> str:
    """`(a: 1, b: "x")`, or nothing when there are none."""
    if not arguments:
        return ""
    return f"({', '.join(f'{name}: {print_value(value)}' for name, value in arguments.items())})"


def arguments_key(arguments: Mapping[str, Value]) -> str:
    """Text that is equal for equal arguments, in whatever order they were written."""
    return _key(arguments)


def _key(value: Written) -> str:
    if isinstance(value, Unset):
        return ""
    if isinstance(value, tuple):
        return f"[{','.join(map(_key, value))}]"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{name}:{_key(value[name])}' for name in sorted(value))}}}"
    return print_value(value)
