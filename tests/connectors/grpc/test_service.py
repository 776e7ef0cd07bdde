"""Calls over real sockets: what arrives, what goes wrong, and what the gateway says of it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import pytest

from connectors.errors import (
    AnswerTooLarge,
    BadAnswer,
    BadStatus,
    BindingInvalid,
    CallFailed,
    TimedOut,
    Unreachable,
)
from connectors.grpc.channel import GrpcRequest
from connectors.grpc.service import GrpcService
from connectors.grpc.types import GrpcTypes

ECHO = "interlace.test.EverythingService/GetShared"
STREAM = "interlace.test.EverythingService/ListShared"
NOTHING_LISTENS = "127.0.0.1:1"

Make = Callable[..., GrpcService]
Soon = Callable[..., float]
Request = Callable[..., GrpcRequest]


async def echo(message: bytes, _context: Any) -> bytes:
    return message


async def hang(_message: bytes, _context: Any) -> bytes:
    await asyncio.Event().wait()
    return b""


@pytest.fixture
def request_of(types: GrpcTypes, soon: Soon) -> Request:
    def make(message: bytes = b"", name: str = ECHO, seconds: float = 5.0, **more: Any) -> GrpcRequest:
        return GrpcRequest(types.method(name), message, more.pop("metadata", ()), soon(seconds), **more)

    return make


async def failed(service: GrpcService, request: GrpcRequest) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        await service.call(request)
    return caught.value


async def test_bytes_and_metadata_arrive_as_they_are(serve: Any, service: Make, request_of: Request) -> None:
    server = await serve({ECHO: echo})

    found = await service(server.address).call(request_of(b"\x0a\x01x", metadata=(("x-tenant", "a"), ("t-bin", b"\0"))))

    assert found == (b"\x0a\x01x",)
    ((name, message, metadata),) = server.calls
    assert (name, message, metadata["x-tenant"], metadata["t-bin"]) == (ECHO, b"\x0a\x01x", "a", b"\0")


async def test_the_messages_of_a_stream_come_together(serve: Any, service: Make, request_of: Request) -> None:
    async def three(message: bytes, _context: Any) -> AsyncIterator[bytes]:
        for _ in range(3):
            yield message

    server = await serve({STREAM: three})

    assert await service(server.address).call(request_of(b"x", STREAM)) == (b"x",) * 3


async def test_endpoints_are_called_in_turn(serve: Any, service: Make, request_of: Request) -> None:
    servers = [await serve({ECHO: echo}) for _ in range(3)]
    made = service(*(server.address for server in servers))

    for _ in range(6):
        await made.call(request_of())

    assert [len(server.calls) for server in servers] == [2, 2, 2]


async def test_an_endpoint_that_refuses_is_passed_over(serve: Any, service: Make, request_of: Request) -> None:
    server = await serve({ECHO: echo})
    made = service(NOTHING_LISTENS, server.address)

    for _ in range(4):
        assert await made.call(request_of(b"x")) == (b"x",)

    assert len(server.calls) == 4


async def test_a_service_that_refuses_all_connections_is_unreachable(service: Make, request_of: Request) -> None:
    error = await failed(service(NOTHING_LISTENS, "127.0.0.1:2"), request_of())

    assert isinstance(error, Unreachable)
    assert str(error) == "the service cannot be reached"
    assert NOTHING_LISTENS in error.detail
    assert "127.0.0.1:2" in error.detail


async def test_an_endpoint_that_is_killed_is_passed_over_from_then_on(
    serve: Any, service: Make, request_of: Request
) -> None:
    servers = [await serve({ECHO: echo}) for _ in range(2)]
    made = service(*(server.address for server in servers))
    for _ in range(2):
        await made.call(request_of())

    await servers[0].stop()

    for _ in range(4):
        assert await made.call(request_of(b"x")) == (b"x",)
    assert len(servers[1].calls) == 5


async def test_an_endpoint_that_comes_back_is_called_again(serve: Any, service: Make, request_of: Request) -> None:
    server = await serve({ECHO: echo})
    made = service(server.address)
    await made.call(request_of())
    await server.stop()
    assert isinstance(await failed(made, request_of()), Unreachable)

    await serve({ECHO: echo}, port=int(server.address.rpartition(":")[2]))

    async with asyncio.timeout(5):
        while True:
            try:
                assert await made.call(request_of(b"back")) == (b"back",)
                break
            except Unreachable:
                await asyncio.sleep(0.02)


@pytest.mark.parametrize("idempotent", [True, False])
async def test_only_an_idempotent_request_is_sent_again_when_its_endpoint_dies(
    serve: Any, service: Make, request_of: Request, idempotent: bool
) -> None:
    called = asyncio.Event()

    async def die(_message: bytes, _context: Any) -> bytes:
        called.set()
        return await hang(_message, _context)

    dying, healthy = await serve({ECHO: die}), await serve({ECHO: echo})
    made = service(dying.address, healthy.address)

    async with asyncio.TaskGroup() as group:
        call = group.create_task(_outcome(made, request_of(b"x", idempotent=idempotent)))
        await called.wait()
        await dying.stop()

    assert (call.result() == (b"x",)) is idempotent
    assert len(healthy.calls) == (1 if idempotent else 0)


async def _outcome(made: GrpcService, request: GrpcRequest) -> Any:
    try:
        return await made.call(request)
    except Unreachable as error:
        return error


@pytest.mark.parametrize(
    "status", [status for status in grpc.StatusCode if status.name not in {"OK", "UNAVAILABLE", "DEADLINE_EXCEEDED"}]
)
async def test_a_status_is_named_and_its_text_is_not(
    serve: Any, service: Make, request_of: Request, status: grpc.StatusCode
) -> None:
    async def abort(_message: bytes, context: Any) -> bytes:
        await context.abort(status, "secret of 10.0.0.7")
        return b""

    server = await serve({ECHO: abort})

    error = await failed(service(server.address), request_of())

    assert isinstance(error, BadStatus)
    assert str(error) == f"the service answered with the gRPC status {status.name}"
    assert error.extensions == {"grpcStatus": status.name}
    assert error.detail == f"{server.address}: {status.name} secret of 10.0.0.7"


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (grpc.StatusCode.UNAVAILABLE, Unreachable, "UPSTREAM_RESET"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, TimedOut, "UPSTREAM_TIMEOUT"),
    ],
)
async def test_a_service_may_say_itself_that_it_is_away_or_late(
    serve: Any, service: Make, request_of: Request, status: grpc.StatusCode, kind: type, code: str
) -> None:
    async def abort(_message: bytes, context: Any) -> bytes:
        await context.abort(status, "secret")
        return b""

    server = await serve({ECHO: abort})

    error = await failed(service(server.address), request_of())

    assert isinstance(error, kind)
    assert error.code == code
    assert "secret" not in str(error)


async def test_a_status_may_end_a_stream(serve: Any, service: Make, request_of: Request) -> None:
    async def abort(message: bytes, context: Any) -> AsyncIterator[bytes]:
        yield message
        await context.abort(grpc.StatusCode.DATA_LOSS, "")

    server = await serve({STREAM: abort})

    assert (await failed(service(server.address), request_of(b"x", STREAM))).extensions == {"grpcStatus": "DATA_LOSS"}


async def test_a_method_that_nobody_serves_is_a_status(serve: Any, service: Make, request_of: Request) -> None:
    server = await serve({})

    assert (await failed(service(server.address), request_of())).extensions == {"grpcStatus": "UNIMPLEMENTED"}


@pytest.mark.parametrize("name", [ECHO, STREAM])
async def test_the_deadline_is_passed_on_and_kept(serve: Any, service: Make, request_of: Request, name: str) -> None:
    left: list[float] = []

    async def slow(message: bytes, context: Any) -> bytes:
        left.append(context.time_remaining())
        return await hang(message, context)

    async def slow_stream(message: bytes, context: Any) -> AsyncIterator[bytes]:
        yield await slow(message, context)

    server = await serve({ECHO: slow, STREAM: slow_stream})

    error = await failed(service(server.address), request_of(name=name, seconds=0.2))

    assert isinstance(error, TimedOut)
    assert str(error) == "the service did not answer in time"
    assert 0 < left[0] <= 0.2


async def test_nothing_is_sent_after_the_deadline(serve: Any, service: Make, request_of: Request) -> None:
    server = await serve({ECHO: echo})
    made = service(server.address)
    await made.call(request_of())

    assert isinstance(await failed(made, request_of(seconds=-1)), TimedOut)
    assert len(server.calls) == 1


async def test_an_address_that_takes_connections_and_says_nothing_is_late(service: Make, request_of: Request) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        made = service(f"127.0.0.1:{silent.getsockname()[1]}")

        assert isinstance(await failed(made, request_of(seconds=0.2)), TimedOut)


async def test_an_address_that_does_not_speak_grpc_is_unreachable(service: Make, request_of: Request) -> None:
    async def speak_http(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(speak_http, "127.0.0.1", 0) as other:
        made = service(f"127.0.0.1:{other.sockets[0].getsockname()[1]}")

        assert isinstance(await failed(made, request_of()), Unreachable)


async def test_an_answer_above_the_limit_is_not_read(serve: Any, service: Make, request_of: Request) -> None:
    async def large(_message: bytes, _context: Any) -> bytes:
        return bytes(2000)

    server = await serve({ECHO: large})

    error = await failed(service(server.address, most_bytes=1000), request_of())

    assert isinstance(error, AnswerTooLarge)
    assert str(error) == "the answer of the service is too large"


async def test_the_messages_of_a_stream_share_the_limit(serve: Any, service: Make, request_of: Request) -> None:
    async def endless(_message: bytes, _context: Any) -> AsyncIterator[bytes]:
        while True:
            yield bytes(300)

    server = await serve({STREAM: endless})

    assert isinstance(await failed(service(server.address, most_bytes=1000), request_of(name=STREAM)), AnswerTooLarge)


async def test_a_cancelled_call_is_cancelled_at_the_service(serve: Any, service: Make, request_of: Request) -> None:
    called, cancelled = asyncio.Event(), asyncio.Event()

    async def wait(message: bytes, context: Any) -> bytes:
        called.set()
        try:
            return await hang(message, context)
        finally:
            cancelled.set()

    server = await serve({ECHO: wait})
    made = service(server.address)

    async with asyncio.TaskGroup() as group:
        call = group.create_task(made.call(request_of()))
        await called.wait()
        call.cancel()

    assert call.cancelled()
    async with asyncio.timeout(2):
        await cancelled.wait()


async def test_closing_fails_calls_in_flight_and_later_ones(serve: Any, service: Make, request_of: Request) -> None:
    called = asyncio.Event()

    async def wait(message: bytes, context: Any) -> bytes:
        called.set()
        return await hang(message, context)

    server = await serve({ECHO: wait})
    made = service(server.address)

    async with asyncio.TaskGroup() as group:
        call = group.create_task(_outcome(made, request_of()))
        await called.wait()
        await made.close()

    assert isinstance(call.result(), Unreachable)
    assert isinstance(await failed(made, request_of()), Unreachable)
    await made.close()


async def test_nothing_runs_on_after_closing(service: Make, request_of: Request) -> None:
    before = asyncio.all_tasks()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        made = service(NOTHING_LISTENS, f"127.0.0.1:{silent.getsockname()[1]}")
        await failed(made, request_of(seconds=0.1))

        await made.close()

    assert asyncio.all_tasks() == before


def test_a_service_needs_an_endpoint() -> None:
    with pytest.raises(BindingInvalid, match="the service 'orders' has no endpoint"):
        GrpcService("orders", ())


async def test_success_without_a_message_is_a_bad_answer(serve: Any, service: Make, request_of: Request) -> None:
    async def nothing(_message: bytes, _context: Any) -> AsyncIterator[bytes]:
        return
        yield b""

    server = await serve({ECHO: nothing})

    assert isinstance(await failed(service(server.address), request_of()), BadAnswer)
