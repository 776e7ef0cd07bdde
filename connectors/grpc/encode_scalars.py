"""Check and convert one value for one scalar field, without loss or guessing."""

import math
import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any, TypeAlias

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from connectors.protocol import Json
from schemas.problems import suggest

Convert: TypeAlias = Callable[[Json], Any]

WHOLE = re.compile(r"[+-]?\d{1,20}", re.ASCII)
DECIMAL = re.compile(r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,4})?", re.ASCII)
NO_NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
LARGEST_FLOAT = 3.4028235677973366e38  # from here on a 32-bit number would be infinite
JSON_NAMES = {
    type(None): "null",
    bool: "a boolean",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}


class WrongInput(ValueError):
    """A value cannot stand in its field; `path` leads from the message to it, as in `lines[2].quantity`."""

    def __init__(self, problem: str, path: str = "") -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.problem = problem
        self.path = path

    def inside(self, outer: str) -> "WrongInput":
        """The same problem, seen from the message around."""
        separator = "" if not self.path or self.path.startswith("[") else "."
        return WrongInput(self.problem, f"{outer}{separator}{self.path}")


def scalar_converter(field: FieldDescriptor) -> Convert:
    """A function that gives what protobuf wants for a value of this scalar or enum field; it raises WrongInput."""
    if field.enum_type is not None:
        return _enum(field.enum_type)
    match field.type:
        case FieldDescriptor.TYPE_BOOL:
            return _boolean
        case FieldDescriptor.TYPE_STRING:
            return to_text
        case FieldDescriptor.TYPE_BYTES:
            return _bytes
        case FieldDescriptor.TYPE_DOUBLE:
            return to_double
        case FieldDescriptor.TYPE_FLOAT:
            return _float
    bits = 64 if field.cpp_type in {FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64} else 32
    unsigned = field.cpp_type in {FieldDescriptor.CPPTYPE_UINT32, FieldDescriptor.CPPTYPE_UINT64}
    return _whole(bits, unsigned=unsigned)


def wrong(expected: str, value: Json) -> WrongInput:
    """The problem that `value` is of another type; the value itself is not told, since it may be anybody's."""
    return WrongInput(f"expected {expected}, found {JSON_NAMES.get(type(value), type(value).__name__)}")


def to_text(value: Json) -> str:
    """Text that UTF-8 can carry; raises WrongInput for anything else."""
    if value.__class__ is int:
        return str(value)  # a service may have given the number that is an ID here
    if not isinstance(value, str):
        raise wrong("text", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise WrongInput("the text has half of a surrogate pair, which is no character") from None
    return value


def to_double(value: Json) -> float:
    """A number, or the text of one; raises WrongInput for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise WrongInput("expected a number of 64 bits, found one that is too large") from None
    if not isinstance(value, str):
        raise wrong("a number", value)
    if value in NO_NUMBERS:
        return NO_NUMBERS[value]
    if not DECIMAL.fullmatch(value):
        raise wrong("a number", value)
    return float(value)


def _whole(bits: int, *, unsigned: bool) -> Convert:
    low, high = (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    expected = f"a whole number of {bits} bits{' without sign' if unsigned else ''}"

    def convert(value: Json) -> int:
        if value.__class__ is not int:
            value = _as_whole(value, expected)
        if not low <= value <= high:
            raise WrongInput(f"expected {expected}, found one that is too {'small' if value < low else 'large'}")
        return int(value)

    return convert


def _as_whole(value: Json, expected: str) -> int:
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)  # GraphQL's ID is text, and so are 64-bit numbers in many clients
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise wrong(expected, value)


def _boolean(value: Json) -> bool:
    if isinstance(value, bool):
        return value
    raise wrong("a boolean", value)


def _bytes(value: Json) -> bytes:
    if not isinstance(value, str):
        raise wrong("base64 text", value)
    standard = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except ValueError:
        raise WrongInput("expected base64 text, found other text") from None


def _float(value: Json) -> float:
    number = to_double(value)
    if math.isfinite(number) and abs(number) >= LARGEST_FLOAT:
        raise WrongInput("expected a number of 32 bits, found one that is too large")
    return number


def _enum(enum: EnumDescriptor) -> Convert:
    numbers = {value.name: value.number for value in enum.values}
    known = frozenset(numbers.values())

    def convert(value: Json) -> int:
        if isinstance(value, str):
            if value not in numbers:
                # The name that was sent is not told; the names there are may be.
                hint = suggest(value, numbers) or f" It has: {', '.join(numbers)}."
                raise WrongInput(f"expected a value of the enum {enum.full_name}, found another word.{hint}")
            return numbers[value]
        if value.__class__ is not int:
            raise wrong(f"a value of the enum {enum.full_name}", value)
        if not -(2**31) <= value < 2**31 or (enum.is_closed and value not in known):
            raise WrongInput(f"the enum {enum.full_name} has no such number")
        return int(value)

    return convert
