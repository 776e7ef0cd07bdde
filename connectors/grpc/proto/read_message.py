"""Read messages and enums of a `.proto` file."""

from collections.abc import Mapping
from types import MappingProxyType

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FieldDescriptorProto

from connectors.grpc.proto.read_options import apply_field_options, pass_over_options, read_option
from connectors.grpc.proto.tokens import Cursor

SCALARS: Mapping[str, FieldDescriptorProto.Type.ValueType] = MappingProxyType(
    {
        name.removeprefix("TYPE_").lower(): number
        for name, number in FieldDescriptorProto.Type.items()
        if name not in {"TYPE_MESSAGE", "TYPE_ENUM", "TYPE_GROUP"}
    }
)
LABELS: Mapping[str, FieldDescriptorProto.Label.ValueType] = MappingProxyType(
    {
        "optional": FieldDescriptorProto.LABEL_OPTIONAL,
        "required": FieldDescriptorProto.LABEL_REQUIRED,
        "repeated": FieldDescriptorProto.LABEL_REPEATED,
    }
)


def read_message(cursor: Cursor, message: DescriptorProto, syntax: str) -> None:
    """Read a message after the word `message`."""
    message.name = cursor.word("the name of a message")
    _body(cursor, message, syntax)


def read_enum(cursor: Cursor, enum: EnumDescriptorProto) -> None:
    """Read an enum after the word `enum`."""
    enum.name = cursor.word("the name of an enum")
    cursor.expect("{")
    while not cursor.skip("}"):
        if cursor.skip(";"):
            continue
        if _begins(cursor, "option"):
            cursor.advance()
            name, value = read_option(cursor)
            if name == "allow_alias":
                enum.options.allow_alias = value.text == "true"
            cursor.expect(";")
        elif _begins(cursor, "reserved"):
            cursor.pass_over_statement()
        else:
            name = cursor.word("the name of a value")
            cursor.expect("=")
            enum.value.add(name=name, number=cursor.whole())
            pass_over_options(cursor)
            cursor.expect(";")


def read_extend(cursor: Cursor, syntax: str) -> None:
    """Read extensions after the word `extend`, for nothing: they are not decoded."""
    cursor.dotted("the name of a message")
    _body(cursor, DescriptorProto(), syntax)


def _body(cursor: Cursor, message: DescriptorProto, syntax: str) -> None:
    with cursor.nested():
        cursor.expect("{")
        while not cursor.skip("}"):
            _member(cursor, message, syntax)
    # The oneofs that stand for a proto3 `optional` come after all others.
    for field in message.field:
        if field.proto3_optional:
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{field.name}")


def _member(cursor: Cursor, message: DescriptorProto, syntax: str) -> None:
    if cursor.skip(";"):
        return
    if any(_begins(cursor, word) for word in ("option", "reserved", "extensions")):
        cursor.pass_over_statement()
    elif _begins(cursor, "message"):
        cursor.advance()
        read_message(cursor, message.nested_type.add(), syntax)
    elif _begins(cursor, "enum"):
        cursor.advance()
        read_enum(cursor, message.enum_type.add())
    elif _begins(cursor, "extend"):
        cursor.advance()
        read_extend(cursor, syntax)
    elif _begins(cursor, "oneof"):
        cursor.advance()
        _oneof(cursor, message, syntax)
    elif cursor.looks_at("map", "<"):
        _map(cursor, message)
    else:
        _labelled(cursor, message, syntax)


def _begins(cursor: Cursor, keyword: str) -> bool:
    """Whether this keyword comes as such: it may also name a package or a value, as in `message.Kind kind = 1`."""
    return cursor.looks_at(keyword) and not cursor.looks_at(keyword, ".") and not cursor.looks_at(keyword, "=")


def _labelled(cursor: Cursor, message: DescriptorProto, syntax: str) -> None:
    place = cursor.token.offset
    label = cursor.token.text if cursor.token.text in LABELS and not cursor.looks_at(cursor.token.text, ".") else ""
    if label:
        cursor.advance()
    if not label and syntax == "proto2":
        raise cursor.wrong(f"expected optional, required or repeated, found {cursor.found()}")
    if label == "required" and syntax == "proto3":
        raise cursor.wrong("proto3 has no required fields", place)
    field = message.field.add(label=LABELS[label or "optional"])
    field.proto3_optional = label == "optional" and syntax == "proto3"
    if not field.proto3_optional:
        field.ClearField("proto3_optional")
    _field(cursor, message, field, syntax)


def _oneof(cursor: Cursor, message: DescriptorProto, syntax: str) -> None:
    index = len(message.oneof_decl)
    message.oneof_decl.add(name=cursor.word("the name of a oneof"))
    cursor.expect("{")
    while not cursor.skip("}"):
        if cursor.skip(";"):
            continue
        if _begins(cursor, "option"):
            cursor.pass_over_statement()
            continue
        field = message.field.add(label=FieldDescriptorProto.LABEL_OPTIONAL, oneof_index=index)
        _field(cursor, message, field, syntax)


def _field(cursor: Cursor, message: DescriptorProto, field: FieldDescriptorProto, syntax: str) -> None:
    is_group = _begins(cursor, "group")
    if is_group:
        cursor.advance()
        field.type, field.type_name = FieldDescriptorProto.TYPE_GROUP, cursor.word("the name of a group")
        field.name = field.type_name.lower()
    else:
        _type(cursor, field)
        field.name = cursor.word("the name of a field")
    cursor.expect("=")
    field.number = cursor.whole()
    apply_field_options(cursor, field)
    if is_group:
        group = message.nested_type.add(name=field.type_name)
        _body(cursor, group, syntax)
    else:
        cursor.expect(";")


def _type(cursor: Cursor, field: FieldDescriptorProto) -> None:
    name = cursor.dotted("a type")
    if name in SCALARS:
        field.type = SCALARS[name]
    else:
        field.type_name = name


def _map(cursor: Cursor, message: DescriptorProto) -> None:
    """A map is a repeated message of a key and a value, whose name protoc makes of the field's."""
    cursor.advance()
    cursor.expect("<")
    entry = message.nested_type.add()
    entry.options.map_entry = True
    key = entry.field.add(name="key", number=1, label=FieldDescriptorProto.LABEL_OPTIONAL)
    value = entry.field.add(name="value", number=2, label=FieldDescriptorProto.LABEL_OPTIONAL)
    _type(cursor, key)
    cursor.expect(",")
    _type(cursor, value)
    cursor.expect(">")
    name = cursor.word("the name of a field")
    entry.name = "".join(part[:1].upper() + part[1:] for part in name.split("_")) + "Entry"
    cursor.expect("=")
    field = message.field.add(
        name=name,
        number=cursor.whole(),
        label=FieldDescriptorProto.LABEL_REPEATED,
        type=FieldDescriptorProto.TYPE_MESSAGE,
        type_name=entry.name,
    )
    apply_field_options(cursor, field)
    cursor.expect(";")
