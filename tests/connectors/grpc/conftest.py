"""The types of a service that uses everything protobuf has, and real servers that answer with them."""

import asyncio
import contextlib
import inspect
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc

from connectors.grpc.connector import GrpcConnector
from connectors.grpc.service import GrpcService
from connectors.grpc.types import GrpcTypes, types_from_files
from connectors.protocol import Answer, CallContext, CallRequest, Fetch, Representation, RepresentationField
from examples.storefront.chassis.grpc_server import Refused
from examples.storefront.orders.api import SERVICE, methods
from examples.storefront.orders.seed import fill
from schemas.selection import Selection

PROTOS = Path(__file__).parent / "protos"


@pytest.fixture(scope="session")
def protos() -> Path:
    """The folder from which the test's `.proto` files import one another."""
    return PROTOS


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileDescriptorSet:
    """The test's `.proto` files as protoc reads them, without the well-known types."""
    target = tmp_path_factory.mktemp("compiled") / "everything.binpb"
    well_known = Path(sys.modules["grpc_tools"].__path__[0]) / "_proto"
    files = [str(file.relative_to(PROTOS)) for file in sorted(PROTOS.rglob("*.proto"))]
    arguments = ["protoc", f"--proto_path={PROTOS}", f"--proto_path={well_known}", f"--descriptor_set_out={target}"]
    assert protoc.main([*arguments, *files]) == 0
    return FileDescriptorSet.FromString(target.read_bytes())


@pytest.fixture(scope="session")
def types(compiled: FileDescriptorSet) -> GrpcTypes:
    """The types of `interlace.test.EverythingService`."""
    return types_from_files(compiled.file, "everything")


Handle = Callable[[bytes, Any], Awaitable[bytes] | AsyncIterator[bytes]]


@dataclass
class Server:
    """A real gRPC server; `calls` has what it was asked: the method's name, the message, the metadata."""

    address: str
    server: grpc.aio.Server
    calls: list[tuple[str, bytes, dict[str, Any]]]

    async def stop(self) -> None:
        """Break off, as a service that is killed does."""
        await self.server.stop(None)


async def _start(handlers: Mapping[str, Handle], port: int, reflects: Sequence[grpc.GenericRpcHandler]) -> Server:
    calls: list[tuple[str, bytes, dict[str, Any]]] = []

    def counted(name: str, handle: Handle) -> Any:
        if inspect.isasyncgenfunction(handle):

            async def stream(message: bytes, context: Any) -> AsyncIterator[bytes]:
                calls.append((name, message, dict(context.invocation_metadata())))
                async for answer in handle(message, context):
                    yield answer

            return grpc.unary_stream_rpc_method_handler(stream)

        async def unary(message: bytes, context: Any) -> bytes:
            calls.append((name, message, dict(context.invocation_metadata())))
            return await handle(message, context)

        return grpc.unary_unary_rpc_method_handler(unary)

    server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    by_service: dict[str, dict[str, Any]] = {}
    for name, handle in handlers.items():
        service, _, method = name.partition("/")
        by_service.setdefault(service, {})[method] = counted(name, handle)
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler(service, methods) for service, methods in by_service.items()]
    )
    server.add_generic_rpc_handlers(tuple(reflects))
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    return Server(f"127.0.0.1:{bound}", server, calls)


class Serve(Protocol):
    """Starts a server for methods by their full names; it is stopped at the end of the test."""

    async def __call__(
        self, handlers: Mapping[str, Handle], port: int = 0, reflects: Sequence[grpc.GenericRpcHandler] = ()
    ) -> Server: ...


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    async with contextlib.AsyncExitStack() as started:

        async def start(
            handlers: Mapping[str, Handle], port: int = 0, reflects: Sequence[grpc.GenericRpcHandler] = ()
        ) -> Server:
            server = await _start(handlers, port, reflects)
            started.push_async_callback(server.stop)
            return server

        yield start


@pytest.fixture
async def service() -> AsyncIterator[Callable[..., GrpcService]]:
    """Makes services that are closed at the end of the test."""
    made: list[GrpcService] = []

    def make(*addresses: str, **settings: Any) -> GrpcService:
        made.append(GrpcService("everything", addresses, **settings))
        return made[-1]

    yield make
    for item in made:
        await item.close()


@pytest.fixture
def soon() -> Callable[..., float]:
    """A deadline, in the loop's time."""
    return lambda seconds=5.0: asyncio.get_running_loop().time() + seconds


@pytest.fixture
async def orders(serve: Serve) -> AsyncIterator[Server]:
    """The storefront's orders service, in this process."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.row_factory = sqlite3.Row
        fill(database)
        yield await serve({f"{SERVICE.full_name}/{name}": _handle(name, of) for name, of in methods(database).items()})


@pytest.fixture(scope="session")
def shop_types() -> GrpcTypes:
    """The types of the storefront's orders service."""
    return types_from_files([FileDescriptorProto.FromString(SERVICE.file.serialized_pb)], "orders")


def _handle(name: str, of: Callable[[Any], Any]) -> Handle:
    method = SERVICE.methods_by_name[name]
    read = GetMessageClass(method.input_type).FromString

    async def unary(message: bytes, context: Any) -> bytes:
        try:
            return bytes(of(read(message)).SerializeToString())
        except Refused as refused:
            await context.abort(refused.status, refused.detail)
            raise

    async def stream(message: bytes, _context: Any) -> AsyncIterator[bytes]:
        for answer in of(read(message)):
            yield answer.SerializeToString()

    return stream if method.server_streaming else unary


class Ask(Protocol):
    """Makes a connector of an SDL text with one binding, and asks it as the engine does."""

    async def __call__(
        self,
        sdl: str,
        asked: str,
        address: str,
        *,
        kind: Literal["query", "mutation"] = "query",
        representations: Sequence[Mapping[str, Any]] = (),
        variables: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 5.0,
    ) -> Answer: ...


@pytest.fixture
def ask(bound: Any, selections: Any, service: Any, shop_types: GrpcTypes) -> Ask:
    async def ask_connector(
        sdl: str,
        asked: str,
        address: str,
        *,
        kind: Literal["query", "mutation"] = "query",
        representations: Sequence[Mapping[str, Any]] = (),
        variables: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        added: tuple[tuple[str, str], ...] = (),
        seconds: float = 5.0,
    ) -> Answer:
        connect, graph = bound(sdl)
        connector = GrpcConnector(connect, service(*address.split(",")), graph, shop_types)
        deadline = asyncio.get_running_loop().time() + seconds
        template = connector.prepare(_fetch(selections(asked), kind, representations))
        context = CallContext(deadline, headers or {}, added_headers=added)
        return await connector.call(CallRequest(template, variables or {}, representations, context))

    return ask_connector


def _fetch(
    asked: tuple[Selection, ...],
    kind: Literal["query", "mutation"],
    representations: Sequence[Mapping[str, Any]],
) -> Fetch:
    if not representations:
        return Fetch("shop", kind, asked)
    typename = representations[0]["__typename"]
    fields = tuple(RepresentationField(name, name) for name in representations[0])
    return Fetch("shop", kind, asked, (Representation(typename, frozenset({typename}), fields),))
