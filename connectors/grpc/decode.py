"""Turn messages into plain JSON-able objects, by functions that are made once for each type of message.

Members keep the names of the `.proto`. Whole numbers of every width are ints, enums are the names of their values (a
number where a value has no name), bytes are base64 text, a field with presence that is not set is None (or the default
that the `.proto` declares), any other unset field is its type's zero.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from keyword import iskeyword
from types import MappingProxyType
from typing import Any, TypeAlias

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.descriptor_pool import DescriptorPool

from connectors.grpc.decode_well_known import (
    any_decoder,
    json_number,
    shortest_float,
    timestamp_text,
    well_known_decoder,
)
from connectors.mapping.raw_value import Constants, evaluate
from connectors.protocol import Json

Decode: TypeAlias = Callable[[Any], Json]

NULL_VALUE = "google.protobuf.NullValue"
TIMESTAMP = "google.protobuf.Timestamp"


class Decoders:
    """The decoders of one pool's messages, each made when it is first needed."""

    def __init__(self, pool: DescriptorPool) -> None:
        self._made: dict[str, Decode] = {}
        self._any = any_decoder(pool, self.decoder)

    def decoder(self, descriptor: Descriptor) -> Decode:
        """A function from a message of this type to an object; it raises DecodeFailed where JSON has no such value."""
        name = descriptor.full_name
        if name not in self._made:
            # A type may contain itself: until its decoder is made, references to it are looked up when they are used.
            self._made[name] = self._later(name)
            self._made[name] = self._decoder(descriptor)
        return self._made[name]

    def _later(self, name: str) -> Decode:
        def decode(message: Any) -> Json:
            return self._made[name](message)

        return decode

    def _decoder(self, descriptor: Descriptor) -> Decode:
        if descriptor.full_name == "google.protobuf.Any":
            return self._any
        return well_known_decoder(descriptor) or self._object(descriptor)

    def _object(self, descriptor: Descriptor) -> Decode:
        """One expression that makes the object: it takes half the time of as many closures as there are fields."""
        constants = Constants()
        members = [f"{field.name!r}: {self.member('m', field, constants)}" for field in descriptor.fields]
        return evaluate(f"lambda m: {{{', '.join(members)}}}", constants)

    def member(self, holder: str, field: FieldDescriptor, constants: Constants) -> str:
        """An expression for a field's value in the answer, from one for the message that holds the field."""
        value = field_access(holder, field)
        if field.message_type is not None and is_map(field):
            entry = field.message_type.fields_by_name
            key = self._converted(entry["key"], "k", constants, is_key=True)
            return f"{{{key}: {self._converted(entry['value'], 'w', constants)} for k, w in {value}.items()}}"
        if field.is_repeated:
            return f"[{self._converted(field, 'w', constants)} for w in {value}]"
        found = self._converted(field, value, constants)
        if not field.has_presence:
            return found
        default = constants.name(field.default_value) if field.has_default_value else ""
        absent = self._converted(field, default, constants) if default else "None"
        return f"({found} if {holder}.HasField({field.name!r}) else {absent})"

    def key(self, holder: str, field: FieldDescriptor, constants: Constants) -> str | None:
        """The same for a field of a scalar as text; None for any other."""
        if field.is_repeated or field.message_type is not None or field.type in CONVERTERS:
            return None
        if field.enum_type is not None:
            if field.enum_type.full_name == NULL_VALUE:
                return None
            return f"{constants.name(str)}({self._converted(field, field_access(holder, field), constants)})"
        return self._converted(field, field_access(holder, field), constants, is_key=True)

    def _converted(self, field: FieldDescriptor, value: str, constants: Constants, *, is_key: bool = False) -> str:
        """An expression for one value of the field, from an expression for what protobuf holds."""
        if field.message_type is not None:
            if field.message_type.full_name == TIMESTAMP:  # answers are full of them: one call less for each
                return f"{constants.name(timestamp_text)}((t := {value}).seconds, t.nanos)"
            return f"{constants.name(self.decoder(field.message_type))}({value})"
        if field.enum_type is not None:
            return f"{constants.name(_enum(field.enum_type))}[{value}]"
        if is_key and field.type != FieldDescriptor.TYPE_STRING:
            return f"{constants.name(_truth_text if field.type == FieldDescriptor.TYPE_BOOL else str)}({value})"
        convert = CONVERTERS.get(field.type)
        return value if convert is None else f"{constants.name(convert)}({value})"


def field_access(holder: str, field: FieldDescriptor) -> str:
    """An expression for what protobuf holds of a field."""
    return f"getattr({holder}, {field.name!r})" if iskeyword(field.name) else f"{holder}.{field.name}"


def is_map(field: FieldDescriptor) -> bool:
    """Whether the field is a map, which is repeated entries to protobuf."""
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def is_plain(field: FieldDescriptor) -> bool:
    """Whether a field always has a value, which stands in the answer as protobuf gives it."""
    is_scalar = field.message_type is None and field.enum_type is None and field.type not in CONVERTERS
    return is_scalar and not field.is_repeated and not field.has_presence


class _Enum(dict[int, str | int | None]):
    """Names by number; a number that has none stands for itself."""

    def __missing__(self, number: int) -> int:
        return number


def _enum(enum: EnumDescriptor) -> _Enum:
    if enum.full_name == NULL_VALUE:
        return _Enum({0: None})
    names = _Enum()
    for value in enum.values:
        names.setdefault(value.number, value.name)  # of several names for one number, the first is its own
    return names


def _truth_text(value: bool) -> str:  # noqa: FBT001
    return "true" if value else "false"


def _base64(value: bytes) -> str:
    return b64encode(value).decode("ascii")


# How a value becomes JSON's; those of other types stand in the answer as Python gives them.
CONVERTERS: Mapping[int, Decode] = MappingProxyType(
    {
        FieldDescriptor.TYPE_BYTES: _base64,
        FieldDescriptor.TYPE_DOUBLE: json_number,
        FieldDescriptor.TYPE_FLOAT: shortest_float,
    }
)
