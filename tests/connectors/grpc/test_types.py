"""What the types of a service say of its methods."""

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from connectors.errors import BindingInvalid
from connectors.grpc.types import GrpcTypes, MethodUnknown, TypesInvalid, types_from_files


def test_a_method_has_its_messages_and_whether_it_streams(types: GrpcTypes) -> None:
    unary = types.method("interlace.test.EverythingService/Echo")
    streaming = types.method("interlace.test.EverythingService/ListShared")

    assert (unary.input.full_name, unary.output.full_name) == ("interlace.test.Everything",) * 2
    assert unary.path == "/interlace.test.EverythingService/Echo"
    assert (unary.server_streaming, streaming.server_streaming) == (False, True)


def test_every_method_is_named(types: GrpcTypes) -> None:
    assert types.method_names() == tuple(
        f"interlace.test.EverythingService/{name}"
        for name in ("Echo", "GetShared", "BatchGetShared", "ListShared", "Upload")
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "interlace.test.EverythingService/GetShard",
            (
                "the gRPC service 'interlace.test.EverythingService' has no method 'GetShard'. "
                "Did you mean 'GetShared' or 'ListShared'?"
            ),
        ),
        (
            "interlace.test.EverythingServices/Echo",
            (
                "there is no gRPC service 'interlace.test.EverythingServices'. "
                "Did you mean 'interlace.test.EverythingService'?"
            ),
        ),
        (
            "other.Thing/Echo",
            "there is no gRPC service 'other.Thing'. Known: interlace.test.EverythingService.",
        ),
        (
            "interlace.test.EverythingService/Upload",
            (
                "'interlace.test.EverythingService/Upload' takes a stream of requests, which a field cannot send: "
                "bind another method"
            ),
        ),
    ],
)
def test_a_method_that_cannot_be_called_is_refused_with_what_to_do(types: GrpcTypes, name: str, message: str) -> None:
    with pytest.raises(MethodUnknown) as caught:
        types.method(name)

    assert str(caught.value) == message
    assert isinstance(caught.value, BindingInvalid)


def test_files_may_come_in_any_order_and_twice(compiled: FileDescriptorSet) -> None:
    types = types_from_files([*reversed(compiled.file), *compiled.file], "everything")

    assert types.services == ("interlace.test.EverythingService",)


def test_an_import_that_nothing_uses_may_be_missing() -> None:
    file = FileDescriptorProto(name="a.proto", dependency=["options.proto"], public_dependency=[0])
    file.service.add(name="Lonely")

    assert types_from_files([file], "here").services == ("Lonely",)


def test_types_that_need_what_is_missing_are_refused() -> None:
    file = FileDescriptorProto(name="a.proto", dependency=["b.proto"])
    file.message_type.add(name="A").field.add(name="b", number=1, label=1, type_name=".B")

    with pytest.raises(TypesInvalid, match=r"^here: 'a.proto' cannot be used: .*\.B"):
        types_from_files([file], "here")


def test_a_file_that_is_defined_twice_and_differently_is_refused() -> None:
    with pytest.raises(TypesInvalid, match=r"here: 'a.proto' is defined twice, and differently"):
        types_from_files(
            [FileDescriptorProto(name="a.proto"), FileDescriptorProto(name="a.proto", package="x")], "here"
        )


def test_a_circle_of_imports_is_refused() -> None:
    circle = [FileDescriptorProto(name=a, dependency=[b]) for a, b in [("a.proto", "b.proto"), ("b.proto", "a.proto")]]

    with pytest.raises(TypesInvalid, match=r"here: these files import one another in a circle: a.proto, b.proto"):
        types_from_files(circle, "here")
