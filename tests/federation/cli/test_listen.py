"""The socket on which the gateway listens."""

import asyncio
import socket

import pytest

from examples.storefront.chassis import program
from federation.cli.listen import CannotListen, listen


@pytest.mark.parametrize("make", [listen, program.listen])
async def test_what_is_written_in_two_parts_is_not_held_back(make: object) -> None:
    listener = make("127.0.0.1", 0)  # type: ignore[operator]
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def look(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken = writer.get_extra_info("socket")
        accepted.set_result(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(look, sock=listener) as server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        without_delay = await accepted
        writer.close()

    assert without_delay


def test_a_port_in_use_is_named() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(CannotListen, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])
