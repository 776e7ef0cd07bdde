"""Read one `.proto` file into the descriptor that protoc would make of it.

Understood are proto2 and proto3 as far as messages on the wire go. Options that do not change these are passed over, as
are comments and extensions. Names of types are left as they are written: the descriptor pool resolves them.
"""

from google.protobuf.descriptor_pb2 import FileDescriptorProto, ServiceDescriptorProto

from connectors.grpc.proto.read_message import read_enum, read_extend, read_message
from connectors.grpc.proto.tokens import Cursor

SYNTAXES = ("proto2", "proto3")


def read_proto(text: str, name: str) -> FileDescriptorProto:
    """The descriptor of a file, under the `name` by which others import it.

    Raises ProtoInvalid with the place of the first thing that cannot be read.
    """
    cursor = Cursor(text, name)
    file = FileDescriptorProto(name=name)
    syntax = _syntax(cursor)
    if syntax != "proto2":
        file.syntax = syntax  # protoc leaves it out for proto2
    while cursor.token.kind != "end":
        _statement(cursor, file, syntax)
    return file


def _syntax(cursor: Cursor) -> str:
    if cursor.looks_at("edition", "="):
        raise cursor.wrong("editions cannot be read here: name a descriptor set that protoc has made instead")
    if not cursor.skip("syntax"):
        return "proto2"
    cursor.expect("=")
    place = cursor.token.offset
    syntax = cursor.string().decode(errors="replace")
    if syntax not in SYNTAXES:
        raise cursor.wrong(f"the syntax '{syntax}' is not known: use {' or '.join(SYNTAXES)}", place)
    cursor.expect(";")
    return syntax


def _statement(cursor: Cursor, file: FileDescriptorProto, syntax: str) -> None:
    if cursor.looks_at("option"):
        cursor.pass_over_statement()
        return
    place, found = cursor.token.offset, cursor.found()
    match cursor.advance().text:
        case "package":
            file.package = cursor.dotted("the name of a package")
            cursor.expect(";")
        case "import":
            _import(cursor, file)
        case "message":
            read_message(cursor, file.message_type.add(), syntax)
        case "enum":
            read_enum(cursor, file.enum_type.add())
        case "service":
            _service(cursor, file.service.add())
        case "extend":
            read_extend(cursor, syntax)
        case ";":
            pass
        case _:
            raise cursor.wrong(f"expected a message, enum, service, import, package or option, found {found}", place)


def _import(cursor: Cursor, file: FileDescriptorProto) -> None:
    if cursor.skip("public"):
        file.public_dependency.append(len(file.dependency))
    elif cursor.skip("weak"):
        file.weak_dependency.append(len(file.dependency))
    file.dependency.append(cursor.string().decode(errors="replace"))
    cursor.expect(";")


def _service(cursor: Cursor, service: ServiceDescriptorProto) -> None:
    service.name = cursor.word("the name of a service")
    cursor.expect("{")
    while not cursor.skip("}"):
        if cursor.skip(";"):
            continue
        if cursor.looks_at("option"):
            cursor.pass_over_statement()
            continue
        cursor.expect("rpc")
        method = service.method.add(name=cursor.word("the name of a method"))
        method.input_type, method.client_streaming = _streamed(cursor)
        cursor.expect("returns")
        method.output_type, method.server_streaming = _streamed(cursor)
        if not cursor.skip(";"):
            cursor.pass_over_braces()


def _streamed(cursor: Cursor) -> tuple[str, bool]:
    """A message's name in brackets, and whether `stream` stands before it."""
    cursor.expect("(")
    is_stream = cursor.looks_at("stream") and not cursor.looks_at("stream", ".") and not cursor.looks_at("stream", ")")
    if is_stream:
        cursor.advance()
    name = cursor.dotted("the name of a message")
    cursor.expect(")")
    return name, is_stream
