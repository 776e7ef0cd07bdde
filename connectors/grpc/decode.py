"""Turn messages into plain JSON-able objects, by functions that are made once for each type of message.

Members keep the names of the `.proto`. Whole numbers of every width are ints, enums are the names of their values (a
number where a value has no name), bytes are base64 text, a field with presence that is not set is None (or the default
that the `.proto` declares), any other unset field is its type's zero.
"""

from base64 import b64encode
from collections.abc import Callable
from operator import attrgetter
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
        readers = tuple((field.name, self._reader(field)) for field in descriptor.fields)
        return lambda message: {name: read(message) for name, read in readers}

    def _reader(self, field: FieldDescriptor) -> Decode:
        """A function from the message that holds the field to the field's value in the answer."""
        get = attrgetter(field.name)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            return self._map(field.message_type, get)
        convert = self._value(field)
        if field.is_repeated:
            if convert is None:
                return lambda message: list(get(message))
            return lambda message: [convert(value) for value in get(message)]
        if field.has_presence:
            return _present(field, get, convert)
        if convert is None:
            return get
        return lambda message: convert(get(message))

    def _map(self, entry: Descriptor, get: Decode) -> Decode:
        key_text = _key_text(entry.fields_by_name["key"])
        convert = self._value(entry.fields_by_name["value"])
        if convert is None:
            return lambda message: {key_text(key): value for key, value in get(message).items()}
        return lambda message: {key_text(key): convert(value) for key, value in get(message).items()}

    def _value(self, field: FieldDescriptor) -> Decode | None:
        """How one value of the field is converted; None where it stays as it is."""
        if field.message_type is not None:
            return self.decoder(field.message_type)
        if field.enum_type is not None:
            return _enum(field.enum_type)
        match field.type:
            case FieldDescriptor.TYPE_BYTES:
                return _base64
            case FieldDescriptor.TYPE_DOUBLE:
                return json_number
            case FieldDescriptor.TYPE_FLOAT:
                return shortest_float
            case _:
                return None


def _present(field: FieldDescriptor, get: Decode, convert: Decode | None) -> Decode:
    name = field.name
    absent = None
    if field.has_default_value:
        absent = field.default_value if convert is None else convert(field.default_value)
    if convert is None:
        return lambda message: get(message) if message.HasField(name) else absent
    return lambda message: convert(get(message)) if message.HasField(name) else absent


def _enum(enum: EnumDescriptor) -> Decode:
    if enum.full_name == NULL_VALUE:
        return lambda _number: None
    names: dict[int, str] = {}
    for value in enum.values:
        names.setdefault(value.number, value.name)  # of several names for one number, the first is its own
    find = names.get
    return lambda number: find(number, number)


def _key_text(key: FieldDescriptor) -> Callable[[Any], str]:
    """JSON's keys are text."""
    if key.type == FieldDescriptor.TYPE_BOOL:
        return lambda value: "true" if value else "false"
    return str


def _base64(value: bytes) -> str:
    return b64encode(value).decode("ascii")
