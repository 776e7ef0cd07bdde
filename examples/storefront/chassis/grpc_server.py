"""Run a gRPC program: its methods counted and disturbed, with server reflection and the standard health service."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from examples.storefront.chassis.admin import Behaviour
from examples.storefront.chassis.database import Fill, open_database
from examples.storefront.chassis.faults import Kind
from examples.storefront.chassis.program import SECONDS_TO_FINISH, Options, admin_address, announce, stopped

Method = Callable[[Any], Message | Iterable[Message]]
NOT_A_MESSAGE = b"\xff\xff\xff\xff"


class Refused(Exception):
    """A call that is refused, with its gRPC status and what is wrong."""

    def __init__(self, status: grpc.StatusCode, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


async def serve_grpc(
    options: Options,
    fill: Fill,
    service: ServiceDescriptor,
    methods: Callable[[sqlite3.Connection], Mapping[str, Method]],
) -> None:
    """Run a gRPC program over its database until it is told to stop."""
    behaviour = Behaviour()
    with contextlib.closing(open_database(options.database, fill)) as database:
        server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))  # a port in use is an error, not shared
        server.add_generic_rpc_handlers((_handlers(service, methods(database), behaviour),))
        await _add_standard_services(server, service.full_name)
        port = _listen(server, options)
        async with admin_address(behaviour, options) as admin_port:
            await server.start()
            await stopped(options, lambda: announce(options.host, port, admin_port))
            behaviour.stopping.set()
            await server.stop(SECONDS_TO_FINISH)


async def _add_standard_services(server: grpc.aio.Server, name: str) -> None:
    servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    for healthy in ("", name):
        await servicer.set(healthy, health_pb2.HealthCheckResponse.SERVING)
    reflection.enable_server_reflection((name, health.SERVICE_NAME, reflection.SERVICE_NAME), server)


def _listen(server: grpc.aio.Server, options: Options) -> int:
    try:
        return server.add_insecure_port(f"{options.host}:{options.port}")
    except RuntimeError as error:
        raise OSError(
            f"cannot listen on {options.host} port {options.port}: the address is in use or not ours"
        ) from error


def _handlers(
    service: ServiceDescriptor, methods: Mapping[str, Method], behaviour: Behaviour
) -> grpc.GenericRpcHandler:
    handlers = {name: _Call(service.methods_by_name[name], method, behaviour) for name, method in methods.items()}
    return grpc.method_handlers_generic_handler(
        service.full_name, {name: call.handler() for name, call in handlers.items()}
    )


@dataclass(frozen=True, slots=True)
class _Call:
    """How one method is called: counted, perhaps disturbed, then answered."""

    descriptor: MethodDescriptor
    method: Method
    behaviour: Behaviour

    def handler(self) -> "grpc.RpcMethodHandler[Any, Any]":
        read = message_factory.GetMessageClass(self.descriptor.input_type).FromString
        if self.descriptor.server_streaming:
            return grpc.unary_stream_rpc_method_handler(self._stream, read, _encode)
        return grpc.unary_unary_rpc_method_handler(self._unary, read, _encode)

    async def _unary(self, request: Message, context: Any) -> Any:
        disturbed = await self._disturb(context)
        return disturbed if disturbed is not None else await self._answer(request, context)

    async def _stream(self, request: Message, context: Any) -> AsyncIterator[Any]:
        disturbed = await self._disturb(context)
        if disturbed is not None:
            yield disturbed
            return
        for message in await self._answer(request, context):
            yield message

    async def _answer(self, request: Message, context: Any) -> Any:
        try:
            return self.method(request)
        except Refused as refused:
            await context.abort(refused.status, refused.detail)

    async def _disturb(self, context: Any) -> bytes | None:
        """Do what the fault of this call says; gives the bytes to send in place of the answer, if any."""
        operation = f"{self.descriptor.containing_service.full_name}/{self.descriptor.name}"
        self.behaviour.calls[operation] += 1
        fault = self.behaviour.faults.take(operation)
        if fault is None:
            return None
        if fault.kind is Kind.SLOW:
            await self.behaviour.pause(fault.seconds)
            return None
        if fault.kind is Kind.FAIL:
            status = grpc.StatusCode[fault.status] if isinstance(fault.status, str) else grpc.StatusCode.INTERNAL
            await context.abort(status, "this service was told to fail")
        if fault.body is None:
            return NOT_A_MESSAGE
        if isinstance(fault.body, str):
            return fault.body.encode()
        answer = message_factory.GetMessageClass(self.descriptor.output_type)()
        return json_format.ParseDict(fault.body, answer).SerializeToString()


def _encode(answer: Message | bytes) -> bytes:
    return answer if isinstance(answer, bytes) else answer.SerializeToString()
