"""Turn plain JSON-able objects into messages, by functions that are made once for each type of message.

The counterpart of `decode.py`, and a little more forgiving: a field goes by its name in the `.proto` or by its JSON
name, an enum's value by name or number, and a whole number may be decimal text. None leaves a field unset.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import EncodeError
from google.protobuf.message_factory import GetMessageClass

from connectors.grpc.encode_fields import (
    SetField,
    many_messages,
    many_scalars,
    map_key,
    message_map,
    one_message,
    one_scalar,
    scalar_map,
)
from connectors.grpc.encode_scalars import WrongInput, scalar_converter, wrong
from connectors.grpc.encode_well_known import WELL_KNOWN, WRAPPERS, Fill, check_depth, well_known_fill
from connectors.protocol import Json
from schemas.problems import suggest

ANY = "google.protobuf.Any"
TAKES_NULL = frozenset({"google.protobuf.Value", "google.protobuf.NullValue"})


class Encoders:
    """The encoders of one pool's messages, each made when it is first needed."""

    def __init__(self, pool: DescriptorPool) -> None:
        self._pool = pool
        self._fills: dict[str, Fill] = {}

    def encoder(self, descriptor: Descriptor) -> Callable[[Json], bytes]:
        """A function from an object to a serialised message of this type; it raises WrongInput with the path."""
        make = GetMessageClass(descriptor)
        fill = self._fill(descriptor)

        def encode(value: Json) -> bytes:
            message = make()
            fill(message, value, 1)
            try:
                return message.SerializeToString()
            except EncodeError as error:  # proto2's required fields
                missing = str(error).rpartition(": ")[2]
                raise WrongInput(f"these fields are required: {missing}") from error

        return encode

    def _fill(self, descriptor: Descriptor) -> Fill:
        name = descriptor.full_name
        if name not in self._fills:
            # A type may contain itself: until its fill is made, references to it are looked up when they are used.
            self._fills[name] = self._later(name)
            self._fills[name] = self._make_fill(descriptor)
        return self._fills[name]

    def _later(self, name: str) -> Fill:
        def fill(message: Any, value: Json, depth: int) -> None:
            self._fills[name](message, value, depth)

        return fill

    def _make_fill(self, descriptor: Descriptor) -> Fill:
        if descriptor.full_name == ANY:
            return self._any
        return well_known_fill(descriptor) or self._object(descriptor)

    def _object(self, descriptor: Descriptor) -> Fill:
        setters = {field.name: (field, self._setter(field)) for field in descriptor.fields}
        names = {field.json_name: field.name for field in descriptor.fields} | {name: name for name in setters}

        def fill(message: Any, value: Json, depth: int) -> None:
            check_depth(depth)
            if value.__class__ is not dict:
                raise wrong(f"an object ({descriptor.full_name})", value)
            message.SetInParent()
            seen: dict[str, str] = {}
            for key, member in value.items():
                name = names.get(key)
                if name is None:
                    raise WrongInput(f"{descriptor.full_name} has no such field.{suggest(key, setters)}", key)
                field, set_field = setters[name]
                if member is None and not _takes_null(field):
                    continue
                _check_once(field, key, seen)
                try:
                    set_field(message, member, depth)
                except WrongInput as error:
                    raise error.inside(key) from error

        return fill

    def _setter(self, field: FieldDescriptor) -> SetField:
        message = field.message_type
        if message is None:
            convert = scalar_converter(field)
            return many_scalars(field, convert) if field.is_repeated else one_scalar(field, convert)
        if message.GetOptions().map_entry:
            return self._map(field, message)
        fill = self._fill(message)
        return many_messages(field, fill) if field.is_repeated else one_message(field, fill)

    def _map(self, field: FieldDescriptor, entry: Descriptor) -> SetField:
        key_of = map_key(entry.fields_by_name["key"])
        value = entry.fields_by_name["value"]
        if value.message_type is not None:
            return message_map(field, key_of, self._fill(value.message_type))
        return scalar_map(field, key_of, scalar_converter(value))

    def _any(self, message: Any, value: Json, depth: int) -> None:
        check_depth(depth)
        if value.__class__ is not dict or not isinstance(value.get("@type"), str):
            raise WrongInput("expected an object with '@type', such as type.googleapis.com/shop.v1.Order")
        url = value["@type"]
        try:
            descriptor = self._pool.FindMessageTypeByName(url.rpartition("/")[2])
        except KeyError:
            raise WrongInput("'@type' names no message that is known here") from None
        members: Json = {key: member for key, member in value.items() if key != "@type"}
        if descriptor.full_name in WELL_KNOWN or descriptor.full_name in WRAPPERS or descriptor.full_name == ANY:
            members = members.get("value")
        inner = GetMessageClass(descriptor)()
        self._fill(descriptor)(inner, members, depth + 1)
        message.type_url = url if "/" in url else f"type.googleapis.com/{url}"
        message.value = inner.SerializeToString()


def _takes_null(field: FieldDescriptor) -> bool:
    kind = field.message_type or field.enum_type
    return kind is not None and kind.full_name in TAKES_NULL and not field.is_repeated


def _check_once(field: FieldDescriptor, key: str, seen: dict[str, str]) -> None:
    """One value for one field, and one field of a oneof."""
    choice = field.containing_oneof
    place = choice.name if choice is not None else field.name
    other = seen.setdefault(place, key)
    if other is not key:
        raise WrongInput(f"only one of '{other}' and '{key}' can be set", key)
