"""A body that says that it is too large is refused when its head has come, and the client gets to know."""

import asyncio
from pathlib import Path

import pytest

from federation.cli.connection import LINGER_SECONDS
from federation.cli.connection_limits import ConnectionLimits
from federation.http.app import App, EdgeOptions
from tests.federation.cli.serving import PATIENCE, read_answer, serving, until
from tests.federation.routes.routed_gateway import Noting, routed

ROUTES = """
- {path: /files/*, service: users, public: true, methods: [POST], max_request_size: 1MB}
- {path: /notes/*, service: users, public: true, methods: [POST], max_request_size: 10B}
"""
OPTIONS = EdgeOptions(max_request_size=1000)


def head(path: str, length: int, *headers: str) -> bytes:
    lines = (f"POST {path} HTTP/1.1", "host: x", "content-type: application/json", f"content-length: {length}")
    return "\r\n".join((*lines, *headers, "", "")).encode()


@pytest.mark.parametrize("headers", [(), ("expect: 100-continue",)])
@pytest.mark.parametrize(("path", "length"), [("/graphql", 1001), ("/files/x", 1_000_000_000), ("/notes/x", 11)])
async def test_it_is_refused_when_its_head_has_come(
    tmp_path: Path, path: str, length: int, headers: tuple[str, ...]
) -> None:
    service = Noting()
    async with routed(tmp_path, service, ROUTES) as gateway:
        app = App(gateway.gateway, OPTIONS)
        async with serving(app, limits=ConnectionLimits(is_too_large=app.is_too_large)) as served:
            answer = await served.exchange(head(path, length, *headers))

    assert answer.startswith(b"HTTP/1.1 413 ")  # and no 100 before it
    assert b"connection: close" in answer
    assert b"REQUEST_TOO_LARGE" in answer
    assert service.asked == []


async def test_what_one_route_takes_is_not_refused_since_another_takes_less(tmp_path: Path) -> None:
    service = Noting()
    async with routed(tmp_path, service, ROUTES) as gateway:
        app = App(gateway.gateway, OPTIONS)
        async with serving(app, limits=ConnectionLimits(is_too_large=app.is_too_large)) as served:
            answer = await served.exchange(head("/files/x", 2000, "connection: close") + b"x" * 2000)

    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_a_client_that_goes_on_sending_gets_its_answer_and_is_then_cut_off(tmp_path: Path) -> None:
    async with routed(tmp_path, Noting(), ROUTES) as gateway:
        app = App(gateway.gateway, OPTIONS)
        async with serving(app, limits=ConnectionLimits(is_too_large=app.is_too_large)) as served:
            reader, writer = await served.connect()
            writer.write(head("/graphql", 100_000_000))
            connections = served.server.server_state.connections
            await until(lambda: any(each.cycle and each.cycle.response_complete for each in connections))
            for _ in range(20):  # it would be reset by now, were the socket closed
                writer.write(b"x" * 100_000)
                await writer.drain()

            assert (await read_answer(reader))[0].startswith(b"HTTP/1.1 413 ")
            assert await reader.read() == b""
            (connection,) = connections
            began = connection.loop.time()
            async with asyncio.timeout(PATIENCE):
                await until(lambda: not connections)
            assert connection.loop.time() - began < LINGER_SECONDS + 2
