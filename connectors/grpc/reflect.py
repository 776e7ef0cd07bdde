"""Learn the types of a service from the service itself, by server reflection."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import grpc
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import DecodeError
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest, ServerReflectionResponse

from connectors.grpc.types import WELL_KNOWN_FILES, GrpcTypes, TypesInvalid, types_from_files

# The messages of v1 and v1alpha are the same; only the name of the service differs.
REFLECTION_METHODS = (
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
)
MOST_FILES = 10_000
MOST_BYTES = 64 * 1024 * 1024
MOST_BYTES_OF_A_MESSAGE = 16 * 1024 * 1024
DOES_NOT_ANSWER = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})
# What grpc.aio makes of any status that comes while a question is still being written.
ENDED_EARLY = "Internal error from Core"

_Call: TypeAlias = "grpc.aio.StreamStreamCall[Any, Any]"


async def types_from_reflection(endpoints: Sequence[str], deadline: float, name: str = "the service") -> GrpcTypes:
    """The types of all services of the first of `endpoints` (`host:port`) that answers before `deadline` (loop time).

    Raises TypesInvalid with what was wrong at each endpoint when none gives usable types; addresses are in the message,
    which is for operators.
    """
    reasons: list[str] = []
    for position, endpoint in enumerate(endpoints):
        left = deadline - asyncio.get_running_loop().time()
        # An endpoint that hangs leaves time for those after it.
        patience = max(left, 0.0) / (len(endpoints) - position)
        try:
            async with asyncio.timeout(patience):
                return await _types_of(endpoint)
        except TimeoutError:
            reasons.append(f"{endpoint} did not answer within {patience:.1f} s")
        except grpc.aio.AioRpcError as error:
            reasons.append(_reason(endpoint, error))
        except TypesInvalid as error:
            reasons.append(str(error))
    raise TypesInvalid(
        f"{name}: no endpoint describes itself by server reflection ({'; '.join(reasons) or 'there is no endpoint'}). "
        "Enable reflection in the service, or name its .proto file: @source(grpc: { proto: ... })"
    )


def _reason(endpoint: str, error: grpc.aio.AioRpcError) -> str:
    if error.code() is grpc.StatusCode.UNIMPLEMENTED or error.details() == ENDED_EARLY:
        return f"{endpoint} does not offer server reflection"
    return f"{endpoint} answered {error.code().name} {error.details() or ''}".rstrip()


async def _types_of(endpoint: str) -> GrpcTypes:
    options = (("grpc.max_receive_message_length", MOST_BYTES_OF_A_MESSAGE), ("grpc.enable_http_proxy", 0))
    async with grpc.aio.insecure_channel(endpoint, options=options) as channel:
        for method in REFLECTION_METHODS[:-1]:
            try:
                return await _ask(channel, method, endpoint)
            except grpc.aio.AioRpcError as error:
                if error.code() in DOES_NOT_ANSWER:
                    raise
        return await _ask(channel, REFLECTION_METHODS[-1], endpoint)


async def _ask(channel: grpc.aio.Channel, method: str, endpoint: str) -> GrpcTypes:
    """One conversation: the services there are, the files that define them, and the files that those import."""
    call: _Call = channel.stream_stream(
        method,
        request_serializer=ServerReflectionRequest.SerializeToString,
        response_deserializer=None,
    )()
    conversation = _Conversation(call, endpoint)
    try:
        files = await conversation.files()
    finally:
        call.cancel()
    return types_from_files(files, endpoint)


class _Conversation:
    """The questions asked of one server; it is bounded in files and bytes, whatever the server sends."""

    def __init__(self, call: _Call, endpoint: str) -> None:
        self.call = call
        self.endpoint = endpoint
        self.known: dict[str, FileDescriptorProto] = {}
        self.bytes_read = 0

    async def files(self) -> Sequence[FileDescriptorProto]:
        """Every file, once."""
        listed = await self._ask(ServerReflectionRequest(list_services="*"))
        waiting: list[str] = []
        for service in listed.list_services_response.service:
            described = await self._ask(ServerReflectionRequest(file_containing_symbol=service.name))
            waiting.extend(self._learn(described))
        asked: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in asked or name in self.known or name in WELL_KNOWN_FILES:
                continue
            asked.add(name)
            # A server may not have what is imported for options only: types_from_files says whether it is needed.
            waiting.extend(self._learn(await self._ask(ServerReflectionRequest(file_by_filename=name))))
        return tuple(self.known.values())

    async def _ask(self, question: ServerReflectionRequest) -> ServerReflectionResponse:
        try:
            await self.call.write(question)
            answer = await self.call.read()
        except (asyncio.InvalidStateError, grpc.aio.AioRpcError):  # how writing to a call fails that has ended
            answer = grpc.aio.EOF
        if not isinstance(answer, bytes):
            await self._raise_status()
            raise TypesInvalid(f"{self.endpoint} ended the reflection before it was complete")
        self.bytes_read += len(answer)
        if self.bytes_read > MOST_BYTES:
            raise TypesInvalid(f"{self.endpoint} describes itself in more than {MOST_BYTES} bytes")
        try:
            return ServerReflectionResponse.FromString(answer)
        except DecodeError as error:
            raise TypesInvalid(f"{self.endpoint} answered something that is not a reflection message") from error

    async def _raise_status(self) -> None:
        code = await self.call.code()
        if code is not grpc.StatusCode.OK:
            raise grpc.aio.AioRpcError(
                code, await self.call.initial_metadata(), await self.call.trailing_metadata(), await self.call.details()
            )

    def _learn(self, answer: ServerReflectionResponse) -> Iterable[str]:
        """Keep the files of an answer; gives the names of those that they import."""
        imports: list[str] = []
        for serialized in answer.file_descriptor_response.file_descriptor_proto:
            try:
                file = FileDescriptorProto.FromString(serialized)
            except DecodeError as error:
                raise TypesInvalid(f"{self.endpoint} answered something that is not a file descriptor") from error
            if file.name not in self.known:
                self.known[file.name] = file
                imports.extend(file.dependency)
        if len(self.known) > MOST_FILES:
            raise TypesInvalid(f"{self.endpoint} describes itself in more than {MOST_FILES} files")
        return imports
