"""Read options: those that change messages on the wire, or what an unset field is; all others are passed over."""

from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.protobuf.text_encoding import CEscape

from connectors.grpc.proto.tokens import Cursor, whole_number

WHOLE_TYPES = frozenset(
    {
        FieldDescriptorProto.TYPE_INT32,
        FieldDescriptorProto.TYPE_INT64,
        FieldDescriptorProto.TYPE_UINT32,
        FieldDescriptorProto.TYPE_UINT64,
        FieldDescriptorProto.TYPE_SINT32,
        FieldDescriptorProto.TYPE_SINT64,
        FieldDescriptorProto.TYPE_FIXED32,
        FieldDescriptorProto.TYPE_FIXED64,
        FieldDescriptorProto.TYPE_SFIXED32,
        FieldDescriptorProto.TYPE_SFIXED64,
    }
)


@dataclass(frozen=True, slots=True)
class Constant:
    """The value of an option: a word or number as written, or a string's bytes; `offset` is its place."""

    text: str
    string: bytes | None
    offset: int


def read_option(cursor: Cursor) -> tuple[str, Constant]:
    """`name = value`, where the name may have parts in brackets."""
    name = ""
    while not cursor.looks_at("="):
        if cursor.token.kind not in {"word", "mark"} or cursor.token.text in {";", "]", "}"}:
            raise cursor.wrong(f"expected the name of an option and '=', found {cursor.found()}")
        name += cursor.advance().text
    cursor.expect("=")
    return name, _constant(cursor)


def apply_field_options(cursor: Cursor, field: FieldDescriptorProto) -> None:
    """Read `[name = value, ...]`, if it comes, into the descriptor of a field."""
    for name, value in _bracketed(cursor).items():
        match name:
            case "packed":
                field.options.packed = value.text == "true"
            case "json_name" if value.string is not None:
                field.json_name = value.string.decode(errors="replace")
            case "default":
                field.default_value = _default(cursor, field, value)


def pass_over_options(cursor: Cursor) -> None:
    """Read `[name = value, ...]`, if it comes, for nothing."""
    _bracketed(cursor)


def _bracketed(cursor: Cursor) -> Mapping[str, Constant]:
    options: dict[str, Constant] = {}
    if not cursor.skip("["):
        return options
    while True:
        name, value = read_option(cursor)
        options[name] = value
        if cursor.skip("]"):
            return options
        cursor.expect(",")


def _constant(cursor: Cursor) -> Constant:
    offset = cursor.token.offset
    if cursor.looks_at("{"):
        cursor.pass_over_braces()
        return Constant("", None, offset)
    if cursor.token.kind == "string":
        return Constant("", cursor.string(), offset)
    sign = "-" if cursor.skip("-") else ""
    cursor.skip("+")
    if cursor.token.kind == "number":
        return Constant(sign + cursor.advance().text, None, offset)
    return Constant(sign + cursor.dotted("a value"), None, offset)


def _default(cursor: Cursor, field: FieldDescriptorProto, value: Constant) -> str:
    if field.type == FieldDescriptorProto.TYPE_BYTES and value.string is not None:
        return CEscape(value.string, as_utf8=False)
    if value.string is not None:
        return value.string.decode(errors="replace")
    if field.type not in WHOLE_TYPES:
        return value.text
    try:
        return str(whole_number(value.text))
    except ValueError:
        raise cursor.wrong(f"expected a whole number, found '{value.text}'", value.offset) from None
