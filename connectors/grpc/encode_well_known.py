"""Fill the well-known types from what JSON has for them: text, numbers, objects."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from google.protobuf.descriptor import Descriptor

from connectors.grpc.encode_scalars import WrongInput, scalar_converter, to_double, to_text, wrong
from connectors.grpc.instants import parse_moment, parse_span
from connectors.protocol import Json

# Puts a value into a message; the number says how many messages stand around it.
Fill: TypeAlias = Callable[[Any, Json, int], None]

DEEPEST = 100  # what protobuf's own readers accept
WRAPPERS = frozenset(
    f"google.protobuf.{name}Value"
    for name in ("Double", "Float", "Int32", "Int64", "UInt32", "UInt64", "Bool", "String", "Bytes")
)


def well_known_fill(descriptor: Descriptor) -> Fill | None:
    """How a well-known type other than Any is filled; None for all other messages."""
    if descriptor.full_name in WRAPPERS:
        return _wrapper(descriptor)
    return WELL_KNOWN.get(descriptor.full_name)


def check_depth(depth: int) -> None:
    """Refuse what a reader of protobuf would refuse."""
    if depth > DEEPEST:
        raise WrongInput(f"messages are nested more than {DEEPEST} deep")


def _wrapper(descriptor: Descriptor) -> Fill:
    convert = scalar_converter(descriptor.fields_by_name["value"])

    def fill(message: Any, value: Json, _depth: int) -> None:
        message.value = convert(value)

    return fill


def _counted(parse: Callable[[str], tuple[int, int]], expected: str) -> Fill:
    """Timestamp or Duration, both of which count seconds and nanoseconds."""

    def fill(message: Any, value: Json, _depth: int) -> None:
        if not isinstance(value, str):
            raise wrong(expected, value)
        try:
            message.seconds, message.nanos = parse(value)
        except ValueError as error:
            raise WrongInput(str(error)) from error

    return fill


def _field_mask(message: Any, value: Json, _depth: int) -> None:
    paths = [path.strip() for path in value.split(",") if path.strip()] if isinstance(value, str) else value
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise wrong("paths, as text with commas or as a list", value)
    message.paths.extend([to_text(path) for path in paths])


def _struct(message: Any, value: Json, depth: int) -> None:
    check_depth(depth)
    if not isinstance(value, dict):
        raise wrong("an object", value)
    message.SetInParent()
    for key, member in value.items():
        try:
            _value(message.fields[to_text(key)], member, depth + 2)
        except WrongInput as error:
            raise error.inside(key) from error


def _list_value(message: Any, value: Json, depth: int) -> None:
    check_depth(depth)
    if not isinstance(value, list):
        raise wrong("a list", value)
    message.SetInParent()
    for position, item in enumerate(value):
        try:
            _value(message.values.add(), item, depth + 1)
        except WrongInput as error:
            raise error.inside(f"[{position}]") from error


def _value(message: Any, value: Json, depth: int) -> None:
    match value:
        case None:
            message.null_value = 0
        case bool():
            message.bool_value = value
        case int() | float():
            message.number_value = to_double(value)
        case str():
            message.string_value = to_text(value)
        case dict():
            _struct(message.struct_value, value, depth + 1)
        case list():
            _list_value(message.list_value, value, depth + 1)
        case _:
            raise wrong("a JSON value", value)


WELL_KNOWN: Mapping[str, Fill] = MappingProxyType(
    {
        "google.protobuf.Timestamp": _counted(parse_moment, "a moment as ISO 8601 text"),
        "google.protobuf.Duration": _counted(parse_span, "a span in seconds as text, such as 1.5s"),
        "google.protobuf.FieldMask": _field_mask,
        "google.protobuf.Struct": _struct,
        "google.protobuf.ListValue": _list_value,
        "google.protobuf.Value": _value,
    }
)
