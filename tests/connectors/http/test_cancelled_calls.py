"""Calls that are given up at any moment leave nothing behind."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from connectors.http.plain import PlainHttpClient

Serve = Callable[..., Awaitable[Any]]
Connect = Callable[..., PlainHttpClient]
Soon = Callable[..., float]


async def test_calls_given_up_at_any_moment_leave_no_connection_and_no_place_taken(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Any) -> None:
        while request := await peer.request():
            target = request.split(" ")[1]
            await peer.send(f"HTTP/1.1 200 OK\r\ncontent-length: {len(target)}\r\n\r\n{target}")

    server = await serve(script)
    client = connect(server.address, max_connections=3, max_waiting=50)

    async def ask(target: str) -> None:
        response = await client.request("GET", target, [], None, soon(), idempotent=True)
        assert response.body.decode() == target

    for patience in range(60):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(f"/{patience}/{number}")) for number in range(12)]
            for _ in range(patience // 4):
                await asyncio.sleep(0)
            for task in tasks[patience % 3 :: 3]:
                task.cancel()
    assert client._pool._slots_taken == len(client._pool._idle) == len(client._pool._all)
    assert not client._pool._waiting


async def test_a_place_given_in_the_moment_of_giving_up_goes_to_the_next(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def script(peer: Any) -> None:
        while await peer.request():
            asked.set()
            await answer.wait()
            await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    server = await serve(script)
    client = connect(server.address, max_connections=1)

    async def ask() -> int:
        return (await client.request("GET", "/", [], None, soon())).status

    async with asyncio.TaskGroup() as group:
        first = group.create_task(ask())
        await asked.wait()
        second, third = group.create_task(ask()), group.create_task(ask())
        first.add_done_callback(lambda _: second.cancel())  # its connection has just been given to the second
        answer.set()
    assert (second.cancelled(), third.result()) == (True, 200)
