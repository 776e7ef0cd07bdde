"""What generated code can read off messages: fields by their names in the `.proto`, without making objects of them.

What is not set is null in the answer, as `decode.py` says; members of it are left to the careful way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from connectors.grpc.decode import Decoders, field_access, is_map, is_plain
from connectors.grpc.decode_well_known import DecodeFailed, well_known_decoder
from connectors.grpc.statuses import bad_answer
from connectors.grpc.types import GrpcMethod
from connectors.mapping.raw_value import UNEXPECTED, Constants, Inexpressible, RawForm, RawValue
from connectors.protocol import Json

ANY = "google.protobuf.Any"


@dataclass(frozen=True, slots=True)
class Writing:
    """What all values of one piece of generated code share."""

    decoders: Decoders
    constants: Constants

    def decoder(self, descriptor: Descriptor) -> str:
        """A name for what makes an object of a message."""
        return self.constants.name(self.decoders.decoder(descriptor))


@dataclass(frozen=True, slots=True)
class MessageValue:
    """A message that is there."""

    expression: str
    descriptor: Descriptor
    writing: Writing
    guards: tuple[str, ...] = ()
    may_be_null: bool = False

    def member(self, name: str) -> RawValue:
        """A field."""
        self.check_object()
        field = self.descriptor.fields_by_name.get(name)
        if field is None:
            raise Inexpressible
        return FieldValue(self.expression, field, self.writing, self.guards)

    def whole(self) -> str:
        """The object that the message makes."""
        return _guarded(f"{self.writing.decoder(self.descriptor)}({self.expression})", self.guards)

    def there(self, name: str) -> tuple[str, RawValue]:
        """It always is."""
        return _there(name, self.expression, self.guards), MessageValue(name, self.descriptor, self.writing)

    def items(self, _name: str) -> tuple[str, str, RawValue]:
        """It is no list."""
        raise Inexpressible

    def key(self) -> str:
        """It is no scalar."""
        raise Inexpressible

    def check_object(self) -> None:
        """Most messages are objects; the well-known ones are what JSON has for them."""
        if self.descriptor.full_name == ANY or well_known_decoder(self.descriptor) is not None:
            raise Inexpressible


@dataclass(frozen=True, slots=True)
class MessageList:
    """A list of messages."""

    expression: str
    descriptor: Descriptor
    writing: Writing
    may_be_null: bool = False

    def member(self, _name: str) -> RawValue:
        """That of each item, which is left to the careful way."""
        raise Inexpressible

    def whole(self) -> str:
        """The objects that the messages make."""
        return f"[{self.writing.decoder(self.descriptor)}(w) for w in {self.expression}]"

    def there(self, name: str) -> tuple[str, RawValue]:
        """It always is, be it empty."""
        return _there(name, self.expression, ()), MessageList(name, self.descriptor, self.writing)

    def items(self, name: str) -> tuple[str, str, RawValue]:
        """The messages, of which none is null."""
        return "", self.expression, MessageValue(name, self.descriptor, self.writing)

    def key(self) -> str:
        """It is no scalar."""
        raise Inexpressible

    def check_object(self) -> None:
        """It is no object."""
        raise Inexpressible


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field of a message; `guards` are conditions without which the message is not there."""

    holder: str
    field: FieldDescriptor
    writing: Writing
    guards: tuple[str, ...]
    may_be_null: bool = False

    def member(self, name: str) -> RawValue:
        """A field of the message in the field."""
        return self._message((*self.guards, self._presence())).member(name)

    def whole(self) -> str:
        """The field's value as JSON: null, or the default, where it is not set."""
        value = self.writing.decoders.member(self.holder, self.field, self.writing.constants)
        guarded = _guarded(value, self.guards)
        # A message that has anything but zeros is there: that is known sooner than asked for.
        return f"({value} or {guarded})" if self.guards and is_plain(self.field) else guarded

    def there(self, name: str) -> tuple[str, RawValue]:
        """Whether the message is set; lists always are."""
        expression = field_access(self.holder, self.field)
        condition = _there(name, expression, self.guards)
        messages = self._messages()
        if messages is not None:
            return condition, MessageList(name, messages, self.writing)
        message = self._message(())
        return f"{condition} and {self._presence()}", MessageValue(name, message.descriptor, self.writing)

    def items(self, name: str) -> tuple[str, str, RawValue]:
        """The messages of a repeated field."""
        messages = self._messages()
        if messages is None:
            raise Inexpressible
        item = MessageValue(name, messages, self.writing)
        return " and ".join(self.guards), field_access(self.holder, self.field), item

    def key(self) -> str:
        """Its text; the careful way tells where it is not set."""
        text = self.writing.decoders.key(self.holder, self.field, self.writing.constants)
        if text is None:
            raise Inexpressible
        guards = (*self.guards, self._presence()) if self.field.has_presence else self.guards
        return _guarded(text, guards)

    def check_object(self) -> None:
        """Only a message that is known to be there is one."""
        raise Inexpressible

    def _messages(self) -> Descriptor | None:
        """The type of the messages in a repeated field; None for any other."""
        return self.field.message_type if self.field.is_repeated and not is_map(self.field) else None

    def _message(self, guards: tuple[str, ...]) -> MessageValue:
        message = self.field.message_type
        if message is None or self.field.is_repeated:
            raise Inexpressible
        return MessageValue(field_access(self.holder, self.field), message, self.writing, guards)

    def _presence(self) -> str:
        return f"{self.holder}.HasField({self.field.name!r})"


def message_form(method: GrpcMethod, decoders: Decoders) -> RawForm:
    """The form of a method's answers: a message, or for a stream a list of them."""
    decode = decoders.decoder(method.output)

    def to_json(raw: Any) -> Json:
        try:
            return [decode(message) for message in raw] if method.server_streaming else decode(raw)
        except DecodeFailed as error:
            raise bad_answer(f"{method.name}: expected {method.output.full_name}: {error}") from error

    make: Callable[[str, Descriptor, Writing], RawValue] = MessageList if method.server_streaming else MessageValue

    def root(name: str, constants: Constants) -> RawValue:
        return make(name, method.output, Writing(decoders, constants))

    return RawForm(root, to_json, (*UNEXPECTED, DecodeFailed))


def _guarded(expression: str, guards: tuple[str, ...]) -> str:
    return f"({expression} if {' and '.join(guards)} else unexpected())" if guards else expression


def _there(name: str, expression: str, guards: tuple[str, ...]) -> str:
    """A condition that names the value; without its guards it is for the careful way to say what is wrong."""
    guarded = f"(({' and '.join(guards)}) or unexpected()) and " if guards else ""
    return f"{guarded}({name} := {expression}) is not None"
