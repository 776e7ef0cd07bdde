"""What happens when the server closes a kept connection while the next request is on its way."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.errors import Unreachable
from connectors.http.plain import PlainHttpClient

Serve = Callable[..., Awaitable[Any]]
Connect = Callable[..., PlainHttpClient]
Soon = Callable[..., float]
OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def closing_second_requests_unanswered(seen: list[str]) -> Callable[[Any], Awaitable[None]]:
    """Each connection answers its first request, reads a second one, and closes."""

    async def script(peer: Any) -> None:
        seen.append(await peer.request())
        await peer.send(OK)
        if second := await peer.request():
            seen.append(second)

    return script


async def test_an_idempotent_call_is_made_again_on_a_fresh_connection(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    seen = []
    server = await serve(closing_second_requests_unanswered(seen))
    client = connect(server.address)
    for _ in range(2):
        assert (await client.request("POST", "/", [], b"query", soon(), idempotent=True)).body == b"ok"
    assert (len(seen), server.connections) == (3, 2)


async def test_any_other_call_is_not_made_again_once_it_was_sent(serve: Serve, connect: Connect, soon: Soon) -> None:
    seen = []
    server = await serve(closing_second_requests_unanswered(seen))
    client = connect(server.address)
    await client.request("POST", "/", [], b"mutation", soon())
    with pytest.raises(Unreachable):
        await client.request("POST", "/", [], b"mutation", soon())
    assert (len(seen), server.connections) == (2, 1)


async def test_a_call_is_made_again_only_once(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        if peer.number == 1:
            await peer.send(OK)
            await peer.request()

    server = await serve(script)
    client = connect(server.address)
    await client.request("GET", "/", [], None, soon(), idempotent=True)
    with pytest.raises(Unreachable):
        await client.request("GET", "/", [], None, soon(), idempotent=True)
    assert server.connections == 2


async def test_a_call_is_not_made_again_once_its_answer_had_begun(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(OK)
        await peer.request()
        await peer.send("HTTP/1.1 200")

    server = await serve(script)
    client = connect(server.address)
    await client.request("GET", "/", [], None, soon(), idempotent=True)
    with pytest.raises(Unreachable):
        await client.request("GET", "/", [], None, soon(), idempotent=True)
    assert server.connections == 1


async def test_a_connection_known_to_be_closed_is_not_used_for_any_call(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(OK)

    server = await serve(script)
    client = connect(server.address)
    for round_ in range(5):
        assert (await client.request("POST", "/", [], b"mutation", soon())).body == b"ok"
        while client._pool._idle:  # noqa: ASYNC110 - the pool has no event for it
            await asyncio.sleep(0)  # until the loop has heard of it
        assert server.connections == round_ + 1


async def test_a_thousand_queries_never_notice_that_the_server_closes_connections(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Any) -> None:
        for _ in range(1 + peer.number % 3):
            if await peer.request():
                await peer.send(OK)

    server = await serve(script)
    client = connect(server.address, max_connections=2)

    async def ask_all() -> list[bytes]:
        return [(await client.request("GET", "/", [], None, soon(), idempotent=True)).body for _ in range(50)]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask_all()) for _ in range(20)]
    assert all(body == b"ok" for task in tasks for body in task.result())


async def test_a_repeated_call_gets_a_new_connection_also_where_others_wait_for_one(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    seen: list[str] = []
    server = await serve(closing_second_requests_unanswered(seen))
    client = connect(server.address, max_connections=1)
    calls = [client.request("GET", "/", [], None, soon(), idempotent=True) for _ in range(5)]
    assert [answer.body for answer in await asyncio.gather(*calls)] == [b"ok"] * 5
    assert server.connections == 5
