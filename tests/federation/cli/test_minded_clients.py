"""An application that gives slow clients up itself is left to it, so that long bodies may take their time."""

import asyncio
from typing import Any

import pytest

from federation.cli.connection_limits import ConnectionLimits
from federation.http.reply import MINDS_ITS_CLIENT
from tests.federation.cli.serving import Answering, Served, post, serving, until

LIMITS = ConnectionLimits(client_seconds=0.1)


class Minding(Answering):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope[MINDS_ITS_CLIENT] = True
        await super().__call__(scope, receive, send)


async def look_later(served: Served) -> None:
    """Look at all connections, and again when their clients have taken longer than they may."""
    loop = asyncio.get_running_loop()
    since = loop.time()
    look(served)
    await until(lambda: loop.time() > since + LIMITS.client_seconds)
    look(served)


def look(served: Served) -> None:
    for connection in tuple(served.server.server_state.connections):
        connection.look()


@pytest.mark.parametrize(("application", "given_up"), [(Minding, 0), (Answering, 1)])
async def test_a_long_body_may_take_its_time_where_the_application_watches_it(
    application: type[Answering], given_up: int
) -> None:
    asked = application()
    asked.may_answer.set()
    async with serving(asked, limits=LIMITS) as served:
        reader, writer = await served.connect()
        writer.write(post(b"x" * 100_000)[:-1])
        await asked.is_asked.wait()
        await look_later(served)
        writer.write(b"x")
        status = (await reader.readline()).split()[1]

        assert served.door.clients_given_up == given_up
        assert status == (b"408" if given_up else b"200")


async def test_once_it_is_answered_the_connection_is_watched_as_all_others() -> None:
    asked = Minding()
    asked.may_answer.set()
    async with serving(asked, limits=ConnectionLimits(client_seconds=0.1, idle_seconds=0.1)) as served:
        reader, writer = await served.connect()
        writer.write(post(b"{}"))
        await reader.readuntil(b"ok")
        await look_later(served)

        assert await reader.read() == b""
