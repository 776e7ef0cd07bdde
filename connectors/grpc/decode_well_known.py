"""Turn the well-known types into what JSON has for them: text, numbers, objects."""

import math
import struct
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from connectors.grpc.instants import moment_text, span_text
from connectors.protocol import Json

DEEPEST_ANY = 16
EXACT = 2**53
FLOAT = struct.Struct("f")


class DecodeFailed(ValueError):
    """A message holds what its type does not allow, although protobuf can read it."""


def well_known_decoder(descriptor: Descriptor) -> Callable[[Any], Json] | None:
    """The decoder of a well-known type other than Any; None for all other messages."""
    return WELL_KNOWN.get(descriptor.full_name)


def any_decoder(pool: DescriptorPool, decoder: Callable[[Descriptor], Callable[[Any], Json]]) -> Callable[[Any], Json]:
    """A decoder of Any: the members of the message inside beside `@type`, or its bytes where the type is unknown."""
    depth = 0

    def decode(message: Any) -> Json:
        nonlocal depth
        if not message.type_url:
            return {}
        try:
            descriptor = pool.FindMessageTypeByName(message.type_url.rpartition("/")[2])
        except KeyError:
            return {"@type": message.type_url, "value": b64encode(message.value).decode("ascii")}
        if depth == DEEPEST_ANY:
            raise DecodeFailed(f"google.protobuf.Any is nested more than {DEEPEST_ANY} deep")
        depth += 1
        try:
            inner = decoder(descriptor)(GetMessageClass(descriptor).FromString(message.value))
        except DecodeError as error:
            raise DecodeFailed(f"google.protobuf.Any does not hold a {descriptor.full_name}") from error
        finally:
            depth -= 1
        is_special = descriptor.full_name in WELL_KNOWN or descriptor.full_name == "google.protobuf.Any"
        return {"@type": message.type_url, "value": inner} if is_special else {"@type": message.type_url, **inner}

    return decode


def json_number(value: float) -> float | str:
    """The number itself; JSON has text only for what is no number."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def shortest_float(value: float) -> float | str:
    """The shortest decimal that is the same 32-bit number: 0.1, and not 0.10000000149011612."""
    if not math.isfinite(value):
        return json_number(value)
    for digits in (6, 7, 8):
        short = float(f"{value:.{digits}g}")
        if FLOAT.unpack(FLOAT.pack(short))[0] == value:
            return short
    return float(f"{value:.9g}")


@lru_cache(maxsize=8192)
def timestamp_text(seconds: int, nanos: int) -> str:
    """What JSON has for a Timestamp; services tell of the same moments again and again.

    Raises DecodeFailed outside years 1 to 9999.
    """
    try:
        return moment_text(seconds, nanos)
    except ValueError as error:
        raise DecodeFailed(str(error)) from error


def _timestamp(message: Any) -> Json:
    return timestamp_text(message.seconds, message.nanos)


def _duration(message: Any) -> Json:
    try:
        return span_text(message.seconds, message.nanos)
    except ValueError as error:
        raise DecodeFailed(str(error)) from error


def _struct(message: Any) -> Json:
    return {key: _value(value) for key, value in message.fields.items()}


def _list_value(message: Any) -> Json:
    return [_value(value) for value in message.values]


def _value(message: Any) -> Json:
    match message.WhichOneof("kind"):
        case "number_value":
            number = message.number_value
            return int(number) if number.is_integer() and abs(number) <= EXACT else json_number(number)
        case "string_value":
            return message.string_value
        case "bool_value":
            return message.bool_value
        case "struct_value":
            return _struct(message.struct_value)
        case "list_value":
            return _list_value(message.list_value)
        case _:
            return None


def _field_mask(message: Any) -> Json:
    return ",".join(message.paths)


WELL_KNOWN: Mapping[str, Callable[[Any], Json]] = MappingProxyType(
    {
        "google.protobuf.Timestamp": _timestamp,
        "google.protobuf.Duration": _duration,
        "google.protobuf.Struct": _struct,
        "google.protobuf.ListValue": _list_value,
        "google.protobuf.Value": _value,
        "google.protobuf.FieldMask": _field_mask,
        "google.protobuf.BytesValue": lambda message: b64encode(message.value).decode("ascii"),
        "google.protobuf.DoubleValue": lambda message: json_number(message.value),
        "google.protobuf.FloatValue": lambda message: shortest_float(message.value),
        **{
            f"google.protobuf.{name}Value": attrgetter("value")
            for name in ("Int32", "Int64", "UInt32", "UInt64", "Bool", "String")
        },
    }
)
