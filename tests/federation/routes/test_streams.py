"""Long bodies pass piece by piece: memory stays bounded, and nobody who is slow or leaves holds up anybody else."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from federation.http import route_endpoint
from tests.federation.routes.routed_gateway import Noting, Routed, code, reply, routed

ROUTE = """\
- {path: /api/*, service: users, rewrite: /*, public: true, methods: [GET, POST],
   max_request_size: 100MB, max_answer_size: 100MB}
"""
PIECE = b"x" * 65_536
PIECES = 800  # 50 MB and a little
MOST_MEMORY = 8 << 20


async def fifty_megabytes() -> AsyncIterator[bytes]:
    for _ in range(PIECES):
        yield PIECE


class Streaming:
    """A service that counts what it gets, and gives as many pieces as it is asked for; `stops_after` breaks off."""

    def __init__(self, *, stops_after: int | None = None) -> None:
        self.got = self.given = 0
        self.stops_after = stops_after
        self.left = asyncio.Event()
        self.asked = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.set()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left.set()
                return
            self.got += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        if scope["method"] == "POST":
            await reply(send, self.got)
            return
        lengths = [(b"content-length", str(PIECES * len(PIECE)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": lengths})
        for number in range(PIECES):
            if number == self.stops_after:
                raise ConnectionAbortedError
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
            self.given += len(PIECE)
        await send({"type": "http.response.body", "body": b""})


async def until(condition: Any) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nothing tells when it holds
            await asyncio.sleep(0)


def calls_under_way(gateway: Routed) -> int:
    (service,) = (each for each in gateway.gateway.traffic if each.name == "users")
    return service.bulkhead.inside


async def test_a_long_answer_passes_with_little_memory(tmp_path: Path) -> None:
    async with routed(tmp_path, Streaming(), ROUTE) as gateway:
        await gateway.http.get("/health/live")
        tracemalloc.start()
        size = 0
        async with gateway.http.stream("GET", "/api/x") as response:
            async for piece in response.aiter_raw():
                size += len(piece)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert calls_under_way(gateway) == 0
    assert response.headers["content-length"] == str(size) == str(PIECES * len(PIECE))
    assert peak < MOST_MEMORY


async def test_a_long_request_passes_with_little_memory(tmp_path: Path) -> None:
    async with routed(tmp_path, Streaming(), ROUTE) as gateway:
        await gateway.http.get("/health/live")
        tracemalloc.start()
        response = await gateway.http.post("/api/x", content=fifty_megabytes())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert response.json() == PIECES * len(PIECE)
    assert peak < MOST_MEMORY


async def test_a_long_request_of_known_length_passes_with_its_length(tmp_path: Path) -> None:
    async with routed(tmp_path, Noting(), ROUTE) as gateway:
        response = await gateway.http.post("/api/x", content=PIECE * 3, headers={"content-type": "text/plain"})

    asked = response.json()
    assert len(asked["body"]) == 3 * len(PIECE)
    assert dict(asked["headers"])["content-length"] == str(3 * len(PIECE))


async def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    async with routed(tmp_path, Streaming(stops_after=10), ROUTE) as gateway:
        with pytest.raises(httpx.RemoteProtocolError):
            await gateway.http.get("/api/x")

        (service,) = (each for each in gateway.gateway.traffic if each.name == "users")
        assert service.failures == {"UPSTREAM_RESET": 1}
        assert calls_under_way(gateway) == 0


async def test_a_client_that_reads_slowly_slows_the_service_down(tmp_path: Path) -> None:
    service = Streaming()
    async with (
        routed(tmp_path, service, ROUTE) as gateway,
        gateway.http.stream("GET", "/api/x") as response,
        aclosing(response.aiter_raw()) as pieces,
    ):
        await anext(pieces)
        given = -1
        while given != service.given:
            given = service.given
            await gateway.http.get("/health/live")

        assert service.given < MOST_MEMORY
        assert calls_under_way(gateway) == 1


async def test_a_client_that_leaves_ends_the_call(tmp_path: Path) -> None:
    class Hanging(Streaming):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            self.asked.set()
            while (await receive())["type"] != "http.disconnect":
                pass
            self.left.set()

    service = Hanging()
    async with routed(tmp_path, service, ROUTE) as gateway:
        where = urlsplit(gateway.url)
        _, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(b"GET /api/x HTTP/1.1\r\nhost: a\r\n\r\n")
        async with asyncio.timeout(5):
            await service.asked.wait()
            writer.close()
            await service.left.wait()
        await until(lambda: calls_under_way(gateway) == 0)


async def test_a_client_that_leaves_in_the_middle_of_its_request_ends_the_call(tmp_path: Path) -> None:
    service = Streaming()
    async with routed(tmp_path, service, ROUTE) as gateway:
        where = urlsplit(gateway.url)
        _, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(b"POST /api/x HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n" + PIECE * 2)
        async with asyncio.timeout(5):
            await service.asked.wait()
            writer.close()
            await service.left.wait()
        await until(lambda: calls_under_way(gateway) == 0)


async def test_a_client_that_takes_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route_endpoint, "CLIENT_SECONDS", 0.05)
    async with routed(tmp_path, Streaming(), ROUTE) as gateway, gateway.http.stream("GET", "/api/x") as response:
        await until(lambda: calls_under_way(gateway) == 0)
        with pytest.raises(httpx.RemoteProtocolError):
            await response.aread()


async def test_a_service_that_refuses_a_long_request_early_is_heard(tmp_path: Path) -> None:
    async def refusing(_scope: Any, _receive: Any, send: Any) -> None:
        await reply(send, "no", 403)

    async with routed(tmp_path, refusing, ROUTE) as gateway:
        response = await gateway.http.post("/api/x", content=fifty_megabytes())

    assert (response.status_code, response.json()) == (403, "no")


async def test_a_long_request_that_is_larger_than_the_route_takes_is_refused_on_its_way(tmp_path: Path) -> None:
    route = ROUTE.replace("max_request_size: 100MB", "max_request_size: 200KB")
    async with routed(tmp_path, Streaming(), route) as gateway:
        response = await gateway.http.post("/api/x", content=fifty_megabytes())

    assert code(response) == (413, "REQUEST_TOO_LARGE")


async def test_long_answers_leave_half_of_the_calls_to_others(tmp_path: Path) -> None:
    bounds = "services: {users: {endpoints: [ENDPOINT], max_calls: 2}}"
    async with (
        routed(tmp_path, Streaming(), ROUTE, bounds) as gateway,
        gateway.http.stream("GET", "/api/x") as response,
        aclosing(response.aiter_raw()) as pieces,
    ):
        await anext(pieces)
        second = await gateway.http.get("/api/x")
        short = await gateway.http.post("/api/x", content=b"1")

    assert code(second) == (503, "POOL_EXHAUSTED")
    assert short.status_code == 200


async def test_a_service_that_does_not_answer_ends_at_its_timeout(tmp_path: Path) -> None:
    async def silent(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    bounds = "services: {users: {endpoints: [ENDPOINT], timeout: 50ms, retries: {max_attempts: 1}}}"
    async with routed(tmp_path, silent, ROUTE, bounds) as gateway:
        short = await gateway.http.get("/api/x")
        long = await gateway.http.post("/api/x", content=PIECE * 2)

    assert {code(short), code(long)} == {(504, "UPSTREAM_TIMEOUT")}


async def test_the_budget_of_a_route_bounds_all_of_it(tmp_path: Path) -> None:
    async def silent(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async with routed(tmp_path, silent, ROUTE.replace("methods", "timeout: 50ms, methods")) as gateway:
        response = await gateway.http.get("/api/x")

    assert code(response) == (504, "DEADLINE_EXCEEDED")


async def test_a_service_may_answer_at_length_while_the_request_is_still_coming(tmp_path: Path) -> None:
    async def echo(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
            await send({"type": "http.response.body", "body": message.get("body", b""), "more_body": more})

    count = 0
    async with routed(tmp_path, echo, ROUTE) as gateway:
        where = urlsplit(gateway.url)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(f"POST /api/x HTTP/1.1\r\nhost: a\r\ncontent-length: {PIECES * len(PIECE)}\r\n\r\n".encode())

        async def write() -> None:
            for _ in range(PIECES):
                writer.write(PIECE)
                await writer.drain()

        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            group.create_task(write())
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            while count < PIECES * len(PIECE):
                count += (await reader.read(1 << 20)).count(b"x")
        writer.close()
