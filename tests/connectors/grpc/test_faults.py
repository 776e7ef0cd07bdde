"""gRPC servers that misbehave: calls end in time, and queries are answered elsewhere or later."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from connectors.errors import CallFailed, TimedOut, Unreachable
from connectors.grpc.channel import GrpcRequest
from connectors.grpc.service import GrpcService
from connectors.grpc.types import GrpcTypes

ECHO = "interlace.test.EverythingService/GetShared"
BUDGET = 0.3
# On a quiet machine a call ends within 50 ms after its budget; a busy one must not fail the test.
SLACK = 0.5

Make = Callable[..., GrpcService]
Request = Callable[..., GrpcRequest]


@pytest.fixture
def request_of(types: GrpcTypes, soon: Callable[..., float]) -> Request:
    def make(seconds: float = BUDGET, *, idempotent: bool = True) -> GrpcRequest:
        return GrpcRequest(types.method(ECHO), b"x", (), soon(seconds), idempotent=idempotent)

    return make


async def echo(message: bytes, _context: Any) -> bytes:
    return message


async def how_it_ends(service: GrpcService, request: GrpcRequest) -> tuple[CallFailed, float]:
    started = asyncio.get_running_loop().time()
    with pytest.raises(CallFailed) as caught:
        await service.call(request)
    return caught.value, asyncio.get_running_loop().time() - started


async def test_a_late_answer_costs_no_more_than_the_budget(serve: Any, service: Make, request_of: Request) -> None:
    async def late(message: bytes, _context: Any) -> bytes:
        await asyncio.sleep(30)
        return message

    server = await serve({ECHO: late})
    failure, took = await how_it_ends(service(server.address), request_of())
    assert isinstance(failure, TimedOut)
    assert took <= BUDGET + SLACK


async def test_a_peer_that_takes_the_connection_and_never_speaks_costs_no_more_than_the_budget(
    service: Make, request_of: Request
) -> None:
    writers: list[asyncio.StreamWriter] = []

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    host, port = listener.sockets[0].getsockname()[:2]
    made = service(f"{host}:{port}")
    failure, took = await how_it_ends(made, request_of())
    assert failure.code in {"UPSTREAM_TIMEOUT", "UPSTREAM_CONNECT"}
    assert took <= BUDGET + SLACK
    listener.close()
    for writer in writers:
        writer.transport.abort()
    await asyncio.sleep(0)  # the loop closes aborted sockets in its next round


async def test_the_service_is_told_how_much_time_it_has(serve: Any, service: Make, request_of: Request) -> None:
    told: list[float] = []

    async def note(message: bytes, context: Any) -> bytes:
        told.append(context.time_remaining())
        return message

    server = await serve({ECHO: note})
    await service(server.address).call(request_of(5.0))
    assert 4.0 < told[0] <= 5.0


@pytest.mark.parametrize(("pushback", "calls"), [("20", 2), ("-1", 1), ("soon", 1), ("60000", 1)])
async def test_a_service_that_is_away_is_asked_again_when_it_says(
    serve: Any, service: Make, request_of: Request, pushback: str, calls: int
) -> None:
    async def away_at_first(message: bytes, context: Any) -> bytes:
        if len(server.calls) == 1:
            pushed = (("grpc-retry-pushback-ms", pushback),)
            await context.abort(grpc.StatusCode.UNAVAILABLE, "later", trailing_metadata=pushed)
        return message

    server = await serve({ECHO: away_at_first})
    made = service(server.address)
    if calls == 2:
        assert await made.call(request_of(5.0)) == (b"x",)
    else:
        assert isinstance((await how_it_ends(made, request_of(5.0)))[0], Unreachable)
    assert len(server.calls) == calls


async def test_a_mutation_is_not_asked_again(serve: Any, service: Make, request_of: Request) -> None:
    async def away(message: bytes, context: Any) -> bytes:
        await context.abort(grpc.StatusCode.UNAVAILABLE, "later")
        return message

    server = await serve({ECHO: away})
    await how_it_ends(service(server.address), request_of(5.0, idempotent=False))
    assert len(server.calls) == 1


async def test_no_query_fails_when_a_server_goes_away_and_comes_back(
    serve: Any, service: Make, request_of: Request
) -> None:
    going, staying = await serve({ECHO: echo}), await serve({ECHO: echo})
    made = service(going.address, staying.address)
    port = int(going.address.rpartition(":")[2])

    async def many() -> None:
        for _ in range(50):
            assert await made.call(request_of(5.0)) == (b"x",)

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(many())
        await going.stop()  # GOAWAY to all connections
        await serve({ECHO: echo}, port)
