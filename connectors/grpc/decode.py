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

from connectors.grpc.decode_well_known import any_decoder, json_number, shortest_float, well_known_decoder
from connectors.protocol import Json

Decode: TypeAlias = Callable[[Any], Json]

NULL_VALUE = "google.protobuf.NullValue"


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
        names = _Names()
        members = [f"{field.name!r}: {self._member(field, names)}" for field in descriptor.fields]
        # The source holds nothing but literals written by repr and names of `names`.
        made: Decode = eval(f"lambda m: {{{', '.join(members)}}}", names.known)  # noqa: S307
        return made

    def _member(self, field: FieldDescriptor, names: "_Names") -> str:
        """An expression for the field's value in the answer, from the message `m` that holds the field."""
        value = f"getattr(m, {field.name!r})" if iskeyword(field.name) else f"m.{field.name}"
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            entry = field.message_type.fields_by_name
            key = self._converted(entry["key"], "k", names, is_key=True)
            return f"{{{key}: {self._converted(entry['value'], 'v', names)} for k, v in {value}.items()}}"
        if field.is_repeated:
            return f"[{self._converted(field, 'v', names)} for v in {value}]"
        found = self._converted(field, value, names)
        if not field.has_presence:
            return found
        absent = self._converted(field, names.name(field.default_value), names) if field.has_default_value else "None"
        return f"({found} if m.HasField({field.name!r}) else {absent})"

    def _converted(self, field: FieldDescriptor, value: str, names: "_Names", *, is_key: bool = False) -> str:
        """An expression for one value of the field, from an expression for what protobuf holds."""
        if field.message_type is not None:
            return f"{names.name(self.decoder(field.message_type))}({value})"
        if field.enum_type is not None:
            return f"{names.name(_enum(field.enum_type))}[{value}]"
        if is_key and field.type != FieldDescriptor.TYPE_STRING:
            return f"{names.name(_truth_text if field.type == FieldDescriptor.TYPE_BOOL else str)}({value})"
        convert = CONVERTERS.get(field.type)
        return value if convert is None else f"{names.name(convert)}({value})"


class _Names:
    """Names in generated source for what is not written in it."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"__builtins__": {}, "getattr": getattr}

    def name(self, value: Any) -> str:
        name = f"x{len(self.known)}"
        self.known[name] = value
        return name


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
