"""Types from server reflection, over real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_reflection.v1alpha import reflection, reflection_pb2

from connectors.grpc.reflect import types_from_reflection
from connectors.grpc.types import GrpcTypes, TypesInvalid

NOTHING_LISTENS = "127.0.0.1:1"
SERVICE = "interlace.test.EverythingService"
NAMES = ("v1", "v1alpha")

Soon = Callable[..., float]
Handle = Callable[[AsyncIterator[bytes], Any], AsyncIterator[bytes]]


def handler(handle: Handle, *names: str) -> list[grpc.GenericRpcHandler]:
    """Serve reflection in these versions of it."""
    methods = {"ServerReflectionInfo": grpc.stream_stream_rpc_method_handler(handle)}
    return [grpc.method_handlers_generic_handler(f"grpc.reflection.{name}.ServerReflection", methods) for name in names]


@pytest.fixture
def reflects(types: GrpcTypes) -> Handle:
    """What grpcio answers, in bytes, so that it can be served under any name."""
    servicer = reflection.aio.ReflectionServicer([SERVICE], pool=types.pool)

    async def handle(questions: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
        parsed = (reflection_pb2.ServerReflectionRequest.FromString(question) async for question in questions)
        async for answer in servicer.ServerReflectionInfo(parsed, context):
            yield answer.SerializeToString()

    return handle


@pytest.mark.parametrize("versions", [("v1",), ("v1alpha",), NAMES])
async def test_a_service_describes_itself_in_either_version(
    serve: Any, soon: Soon, types: GrpcTypes, reflects: Handle, versions: tuple[str, ...]
) -> None:
    server = await serve({}, reflects=handler(reflects, *versions))

    found = await types_from_reflection([server.address], soon())

    assert found.services == (SERVICE,)
    assert found.method(f"{SERVICE}/Echo").output.full_name == "interlace.test.Everything"
    assert [field.name for field in found.method(f"{SERVICE}/Echo").input.fields] == [
        field.name for field in types.method(f"{SERVICE}/Echo").input.fields
    ]


async def test_the_first_endpoint_that_answers_is_believed(serve: Any, soon: Soon, reflects: Handle) -> None:
    mute, server = await serve({}), await serve({}, reflects=handler(reflects, "v1"))

    found = await types_from_reflection([NOTHING_LISTENS, mute.address, server.address], soon())

    assert found.services == (SERVICE,)


async def test_an_endpoint_that_hangs_leaves_time_for_the_next(serve: Any, soon: Soon, reflects: Handle) -> None:
    server = await serve({}, reflects=handler(reflects, "v1"))

    with socket.create_server(("127.0.0.1", 0)) as silent:
        addresses = [f"127.0.0.1:{silent.getsockname()[1]}", server.address]
        found = await types_from_reflection(addresses, soon(0.8))

    assert found.services == (SERVICE,)


async def test_when_no_endpoint_answers_the_reasons_and_the_way_out_are_told(serve: Any, soon: Soon) -> None:
    mute = await serve({})

    with pytest.raises(TypesInvalid) as caught:
        await types_from_reflection([NOTHING_LISTENS, mute.address], soon(), "orders")

    told = str(caught.value)
    assert told.startswith(
        "orders: no endpoint describes itself by server reflection (127.0.0.1:1 answered UNAVAILABLE"
    )
    assert f"{mute.address} does not offer server reflection" in told
    assert told.endswith("Enable reflection in the service, or name its .proto file: @source(grpc: { proto: ... })")


async def test_without_endpoints_there_are_no_types(soon: Soon) -> None:
    with pytest.raises(TypesInvalid, match="there is no endpoint"):
        await types_from_reflection([], soon())


async def test_the_deadline_holds_whatever_the_server_does(serve: Any, soon: Soon) -> None:
    async def endless(_questions: AsyncIterator[bytes], _context: Any) -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    server = await serve({}, reflects=handler(endless, "v1"))

    with pytest.raises(TypesInvalid, match=r"did not answer within 0\.2 s"):
        await types_from_reflection([server.address], soon(0.2))


LISTED = reflection_pb2.ServerReflectionResponse(list_services_response={"service": [{"name": SERVICE}]})
NO_DESCRIPTOR = reflection_pb2.ServerReflectionResponse(file_descriptor_response={"file_descriptor_proto": [b"\xff"]})


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([b"\xff"], "answered something that is not a reflection message"),
        ([LISTED.SerializeToString(), NO_DESCRIPTOR.SerializeToString()], "something that is not a file descriptor"),
        ([LISTED.SerializeToString()], "ended the reflection before it was complete|does not offer"),
        ([], "ended the reflection before it was complete|does not offer"),
    ],
)
async def test_nonsense_is_refused(serve: Any, soon: Soon, answers: list[bytes], problem: str) -> None:
    async def handle(questions: AsyncIterator[bytes], _context: Any) -> AsyncIterator[bytes]:
        for answer in answers:
            await anext(questions)
            yield answer

    server = await serve({}, reflects=handler(handle, "v1"))

    with pytest.raises(TypesInvalid, match=problem):
        await types_from_reflection([server.address], soon())


async def test_a_service_that_cannot_be_described_leaves_the_others(
    serve: Any, soon: Soon, compiled: FileDescriptorSet
) -> None:
    files = [file.SerializeToString() for file in compiled.file]

    async def handle(questions: AsyncIterator[bytes], _context: Any) -> AsyncIterator[bytes]:
        async for serialized in questions:
            question = reflection_pb2.ServerReflectionRequest.FromString(serialized)
            answer = reflection_pb2.ServerReflectionResponse(error_response={"error_code": 5})
            if question.list_services:
                answer = reflection_pb2.ServerReflectionResponse(
                    list_services_response={"service": [{"name": "gone.Service"}, {"name": SERVICE}]}
                )
            elif question.file_containing_symbol == SERVICE:
                answer.file_descriptor_response.file_descriptor_proto.extend(files)
            yield answer.SerializeToString()

    server = await serve({}, reflects=handler(handle, "v1"))

    assert (await types_from_reflection([server.address], soon())).services == (SERVICE,)
