"""Calls whose answers are still on their way when they return: they count until the last byte has passed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from connectors.errors import PoolExhausted, Unreachable
from connectors.http.streams.stream import READ_AHEAD, StreamRequest, StreamTerms
from connectors.traffic.http_service import HttpService
from connectors.traffic.policy import TrafficPolicy

SIZE = READ_AHEAD * 64
GET = StreamRequest("GET", "/", ())
TERMS = StreamTerms(SIZE, 5.0)


def soon() -> float:
    return asyncio.get_running_loop().time() + 5


@asynccontextmanager
async def serving(*heads: str, cut: int = 0) -> AsyncIterator[str]:
    """Answer the requests of each connection with these heads, each with its long body; the last `cut` bytes lack."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for head in heads:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(f"HTTP/1.1 {head}\r\ncontent-length: {SIZE}\r\n\r\n".encode())
                writer.write(b"x" * (SIZE - cut))
                await writer.drain()
            if not cut:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(script, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def service(*addresses: str, **policy: Any) -> AsyncIterator[HttpService]:
    made = HttpService("users", addresses, policy=TrafficPolicy(**policy))
    try:
        yield made
    finally:
        await made.close()


async def drained(read: Callable[[], Any]) -> int:
    size = 0
    while piece := await read():
        size += len(piece)
    return size


async def test_a_call_counts_until_its_last_byte_has_passed() -> None:
    async with serving("200 OK") as address, service(address) as users:
        answer = await users.streams.open(GET, TERMS, soon())
        (endpoint,) = users.endpoints
        during = (endpoint.in_flight, users.traffic.bulkhead.inside, users.streams.under_way)
        await drained(answer.read)
        after = (endpoint.in_flight, users.traffic.bulkhead.inside, users.streams.under_way)

    assert (during, after) == ((1, 1, 1), (0, 0, 0))


async def test_whoever_closes_an_answer_early_gives_its_place_back_once() -> None:
    async with serving("200 OK") as address, service(address) as users:
        answer = await users.streams.open(GET, TERMS, soon())
        await answer.close()
        await answer.close()

        assert (users.traffic.bulkhead.inside, users.streams.under_way) == (0, 0)


async def test_an_answer_that_breaks_off_counts_against_its_endpoint() -> None:
    async with serving("200 OK", cut=1) as address, service(address) as users:
        answer = await users.streams.open(GET, TERMS, soon())
        with pytest.raises(Unreachable):
            await drained(answer.read)
        await answer.close()
        (endpoint,) = users.endpoints

    assert (endpoint.calls, endpoint.failures, endpoint.in_flight) == (1, 1, 0)
    assert users.traffic.failures == {"UPSTREAM_RESET": 1}


async def test_a_draining_endpoint_waits_for_its_long_answers() -> None:
    async with serving("200 OK") as address, serving("200 OK") as other, service(address, other) as users:
        answer = await users.streams.open(GET, TERMS, soon())
        (busy,) = (endpoint for endpoint in users.endpoints if endpoint.in_flight)
        async with asyncio.TaskGroup() as group:
            draining = group.create_task(users.traffic.drain(busy.address, 5))
            await asyncio.sleep(0)
            assert not draining.done()
            size = len(answer.response.body) + await drained(answer.read)

    assert size == SIZE


async def test_long_answers_are_half_of_the_calls_at_most() -> None:
    async with serving("200 OK") as address, service(address, most_calls=4) as users:
        answers = [await users.streams.open(GET, TERMS, soon()) for _ in range(2)]
        with pytest.raises(PoolExhausted):
            await users.streams.open(GET, TERMS, soon())
        for answer in answers:
            await answer.close()

        assert (users.traffic.bulkhead.inside, users.streams.under_way) == (0, 0)


async def test_a_failure_with_a_long_answer_is_passed_on_and_not_repeated() -> None:
    async with serving("503 Away") as address, service(address) as users:
        answer = await users.streams.open(GET, TERMS, soon(), idempotent=True)
        (endpoint,) = users.endpoints
        size = len(answer.response.body) + await drained(answer.read)

    assert (answer.response.status, size, endpoint.calls, endpoint.failures) == (503, SIZE, 1, 1)


async def test_the_time_for_which_a_client_kept_its_service_waiting_is_not_the_services() -> None:
    async def slow() -> AsyncIterator[bytes]:
        for _ in range(4):
            await asyncio.sleep(0.02)
            yield b"x"

    class Learning:
        """Takes the first endpoint, and remembers what it is told."""

        learns = True

        def __init__(self) -> None:
            self.told: list[float] = []

        def choose(self, candidates: Any, now: float, key: str | None) -> Any:
            return candidates[0]

        def learn(self, endpoint: Any, seconds: float, now: float) -> None:
            self.told.append(seconds)

    learning = Learning()
    async with serving("200 OK") as address, service(address) as users:
        users.traffic._dispatch._balancer = learning
        answer = await users.streams.open(StreamRequest("POST", "/", (), pieces=slow(), length=4), TERMS, soon())
        await answer.close()

    assert len(learning.told) == 1
    assert learning.told[0] < 0.08
