"""Put values into the fields of a message: one or many, scalars or messages, lists or maps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from google.protobuf.descriptor import FieldDescriptor

from connectors.grpc.encode_scalars import Convert, WrongInput, scalar_converter, wrong
from connectors.grpc.encode_well_known import Fill
from connectors.protocol import Json

SetField: TypeAlias = Callable[[Any, Json, int], None]
"""Puts a value into one field of a message; the number says how many messages stand around the field."""

TRUTHS: Mapping[Json, bool] = {"true": True, "false": False}


def one_scalar(field: FieldDescriptor, convert: Convert) -> SetField:
    """A field of one scalar."""
    name = field.name

    def set_field(message: Any, value: Json, _depth: int) -> None:
        setattr(message, name, convert(value))

    return set_field


def many_scalars(field: FieldDescriptor, convert: Convert) -> SetField:
    """A repeated field of scalars."""
    name = field.name

    def set_field(message: Any, value: Json, _depth: int) -> None:
        values = _list(value)
        try:
            getattr(message, name).extend([convert(item) for item in values])
        except WrongInput:
            _find_wrong(values, convert)
            raise

    return set_field


def one_message(field: FieldDescriptor, fill: Fill) -> SetField:
    """A field of one message; it is set even by an empty object."""
    name = field.name

    def set_field(message: Any, value: Json, depth: int) -> None:
        inner = getattr(message, name)
        inner.SetInParent()
        fill(inner, value, depth + 1)

    return set_field


def many_messages(field: FieldDescriptor, fill: Fill) -> SetField:
    """A repeated field of messages."""
    name = field.name

    def set_field(message: Any, value: Json, depth: int) -> None:
        container = getattr(message, name)
        for position, item in enumerate(_list(value)):
            try:
                fill(container.add(), item, depth + 1)
            except WrongInput as error:
                raise error.inside(f"[{position}]") from error

    return set_field


def scalar_map(field: FieldDescriptor, key_of: Convert, convert: Convert) -> SetField:
    """A map to scalars."""

    def set_member(container: Any, key: Json, value: Json, _depth: int) -> None:
        container[key_of(key)] = convert(value)

    return _map(field, set_member)


def message_map(field: FieldDescriptor, key_of: Convert, fill: Fill) -> SetField:
    """A map to messages; each stands in an entry, which is a message itself."""

    def set_member(container: Any, key: Json, value: Json, depth: int) -> None:
        fill(container[key_of(key)], value, depth + 2)

    return _map(field, set_member)


def map_key(key: FieldDescriptor) -> Convert:
    """How JSON's keys, which are text, become those of a map."""
    return _truth if key.type == FieldDescriptor.TYPE_BOOL else scalar_converter(key)


def _map(field: FieldDescriptor, set_member: Callable[[Any, Json, Json, int], None]) -> SetField:
    name = field.name

    def set_field(message: Any, value: Json, depth: int) -> None:
        if value.__class__ is not dict:
            raise wrong("an object", value)
        container = getattr(message, name)
        for key, member in value.items():
            try:
                set_member(container, key, member, depth)
            except WrongInput as error:
                raise error.inside(f'["{key}"]') from error

    return set_field


def _list(value: Json) -> Sequence[Json]:
    if not isinstance(value, list):
        raise wrong("a list", value)
    return value


def _find_wrong(values: Sequence[Json], convert: Convert) -> None:
    """Raise for the item that is wrong, with its position: looked for only then, so that good lists cost no more."""
    for position, item in enumerate(values):
        try:
            convert(item)
        except WrongInput as error:
            raise error.inside(f"[{position}]") from None


def _truth(value: Json) -> bool:
    if value not in TRUTHS:
        raise WrongInput("expected 'true' or 'false'")
    return TRUTHS[value]
