"""Types from files: `.proto` files are read as protoc reads them."""

import sys
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import BindingInvalid
from connectors.grpc.proto.read_file import read_proto
from connectors.grpc.proto.tokens import ProtoInvalid
from connectors.grpc.read_types import types_from_path
from connectors.grpc.types import GrpcTypes, TypesInvalid, types_from_files

WELL_KNOWN = Path(sys.modules["grpc_tools"].__path__[0]) / "_proto"
EVERYTHING = "interlace/test/everything.proto"


def told(pool: Any, name: str) -> dict[str, Any]:
    """All that a file's descriptor says of the wire, with every name resolved."""
    file = pool.FindFileByName(name)
    return {
        "package": file.package,
        "messages": [_message(message) for message in file.message_types_by_name.values()],
        "enums": [_enum(enum) for enum in file.enum_types_by_name.values()],
        "methods": [
            (
                service.full_name,
                method.name,
                method.input_type.full_name,
                method.output_type.full_name,
                method.client_streaming,
                method.server_streaming,
            )
            for service in file.services_by_name.values()
            for method in service.methods
        ],
    }


def _message(message: Descriptor) -> Any:
    return {
        "name": message.full_name,
        "map": message.GetOptions().map_entry,
        "fields": [_field(field) for field in message.fields],
        "oneofs": [(oneof.name, [field.name for field in oneof.fields]) for oneof in message.oneofs],
        "messages": sorted((_message(inner) for inner in message.nested_types), key=lambda inner: str(inner["name"])),
        "enums": [_enum(enum) for enum in message.enum_types],
    }


def _enum(enum: EnumDescriptor) -> Any:
    return enum.full_name, enum.is_closed, [(value.name, value.number) for value in enum.values]


def _field(field: FieldDescriptor) -> Any:
    kind = field.message_type or field.enum_type
    return (
        (field.name, field.number, field.type, kind and kind.full_name, field.json_name),
        (field.is_repeated, field.is_required, field.has_presence, field.is_packed),
        (field.has_default_value, str(field.default_value)),
    )


@pytest.mark.parametrize("name", [EVERYTHING, "interlace/test/shared.proto", "interlace/test/older.proto"])
def test_a_proto_is_read_as_protoc_reads_it(types: GrpcTypes, protos: Path, name: str) -> None:
    assert told(types_from_path(protos).pool, name) == told(types.pool, name)


@pytest.mark.parametrize("file", sorted(WELL_KNOWN.rglob("*.proto")), ids=lambda file: file.name)
def test_the_protos_that_come_with_protobuf_are_read_as_protoc_reads_them(file: Path, tmp_path: Path) -> None:
    name = file.relative_to(WELL_KNOWN).as_posix()
    target = tmp_path / "set.binpb"
    arguments = ["protoc", f"--proto_path={WELL_KNOWN}", "--include_imports", f"--descriptor_set_out={target}"]
    assert protoc.main([*arguments, name]) == 0
    expected = types_from_files(FileDescriptorSet.FromString(target.read_bytes()).file, "protoc")
    others = [other for other in FileDescriptorSet.FromString(target.read_bytes()).file if other.name != name]

    found = types_from_files([read_proto(file.read_text(), name), *others], "ours")

    assert told(found.pool, name) == told(expected.pool, name)


def test_a_single_file_finds_its_imports_from_its_folder_upwards(types: GrpcTypes, protos: Path) -> None:
    found = types_from_path(protos / EVERYTHING)

    assert found.method_names() == types.method_names()


@pytest.mark.parametrize("suffix", [".binpb", ".desc", ".pb"])
def test_a_descriptor_set_is_read(types: GrpcTypes, compiled: FileDescriptorSet, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"types{suffix}"
    path.write_bytes(compiled.SerializeToString())

    assert types_from_path(path).method_names() == types.method_names()


def test_an_import_that_only_options_need_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.proto"
    path.write_text(
        """
        syntax = "proto3";
        import "google/api/annotations.proto";
        message Empty {}
        service Lonely {
          rpc Get(Empty) returns (Empty) {
            option (google.api.http) = { get: "/v1/{name=things/*}" additional_bindings { get: "/v2" } };
          }
        }
        """
    )

    assert types_from_path(path).method_names() == ("Lonely/Get",)


def test_an_import_that_a_field_needs_is_named_when_it_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.proto"
    path.write_text('syntax = "proto3"; import "../b.proto"; message A { b.B b = 1; }')

    with pytest.raises(TypesInvalid, match=r"'a.proto' cannot be used: .*b\.B.*'\.\./b\.proto', which is not there"):
        types_from_path(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("message A { int32 x = 1; }", "1:13: expected optional, required or repeated, found 'int32'"),
        ('syntax = "proto3"; message A { required int32 x = 1; }', "1:32: proto3 has no required fields"),
        ('syntax = "proto3";\nmessage A {\n  int32 x 1;\n}', "3:11: expected '=', found '1'"),
        ('syntax = "proto3"; message A {', "1:31: expected a type, found the end of the file"),
        ('syntax = "proto4";', "1:10: the syntax 'proto4' is not known: use proto2 or proto3"),
        ('edition = "2023";', "1:1: editions cannot be read here: name a descriptor set that protoc has made instead"),
        ("massage A {}", "1:1: expected a message, enum, service, import, package or option, found 'massage'"),
        ('syntax = "proto3"; enum E { A = 99999999999; }', "1:33: the number is too large"),
        ('syntax = "proto3"; enum E { A = x; }', "1:33: expected a whole number, found 'x'"),
        ('import "a', "1:8: unexpected '\"'"),
        ("/* open", "1:1: expected a message, enum, service, import, package or option, found '/'"),
        ("message A {" * 65, "1:715: messages are nested more than 64 deep"),
        ("option java = { a: { b: 1 }", "1:28: expected '}', found the end of the file"),
        ("message A { optional int32 a = 1 [default = 1.5]; }", "1:45: expected a whole number, found '1.5'"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(content: str, problem: str) -> None:
    with pytest.raises(ProtoInvalid) as caught:
        read_proto(content, "a.proto")

    assert str(caught.value) == f"a.proto:{problem}"


def test_text_that_is_cut_anywhere_is_read_or_refused_and_nothing_else(protos: Path) -> None:
    texts = [(protos / EVERYTHING).read_text(), (protos / "interlace/test/older.proto").read_text()]

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(texts), st.integers(0, 4000), st.integers(0, 40), st.sampled_from(["", "{", "}", "[", '"']))
    def check(text: str, start: int, length: int, instead: str) -> None:
        mutilated = text[:start] + instead + text[start + length :]
        try:
            types_from_files([read_proto(mutilated, "a.proto")], "here")
        except BindingInvalid as error:
            assert str(error)  # noqa: PT017  both outcomes are right, and only this one has a message

    check()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("gone.proto", None, "there is no such file"),
        ("types.json", b"{}", "the name of a file with types ends with one of .proto, .binpb"),
        ("types.binpb", b"\xff", "this is no descriptor set: make one with protoc --include_imports"),
        ("types.proto", b"\xff", "a .proto file is UTF-8 text"),
    ],
)
def test_a_file_without_types_is_refused(tmp_path: Path, name: str, content: bytes | None, problem: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(TypesInvalid, match=problem):
        types_from_path(tmp_path / name)


def test_a_folder_without_protos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypesInvalid, match=r"there is no \.proto file in this folder"):
        types_from_path(tmp_path)
