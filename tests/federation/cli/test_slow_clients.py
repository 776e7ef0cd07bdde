"""Clients that take too long or send too much: each is given up, and takes nothing from others meanwhile."""

import asyncio
import socket

import pytest

from federation.cli.connection_limits import ConnectionLimits
from tests.federation.cli.serving import Answering, post, read_answer, serving, until

IMPATIENT = ConnectionLimits(head_seconds=0.2, client_seconds=0.2, idle_seconds=1.0)


@pytest.fixture
async def application() -> Answering:
    answering = Answering()
    answering.may_answer.set()
    return answering


async def test_a_head_that_dribbles_in_is_given_up(application: Answering) -> None:
    async with serving(application, limits=IMPATIENT) as served:
        answer = await served.exchange(b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: ")

        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"REQUEST_TIMEOUT" in answer
        assert served.door.clients_given_up == 1


async def test_a_body_that_never_ends_is_given_up_and_takes_nobodys_place(application: Answering) -> None:
    async with serving(application, most=1, limits=IMPATIENT) as served:
        slow = asyncio.gather(served.exchange(post(b"x" * 100)[:-1]))
        await until(lambda: served.server.server_state.connections)
        answer = await served.exchange(post(b"{}", "/graphql", "connection: close"))

        assert answer.endswith(b"ok")
        assert (await slow)[0].startswith(b"HTTP/1.1 408 ")


async def test_a_connection_without_a_request_is_closed(application: Answering) -> None:
    async with serving(application, limits=IMPATIENT) as served:
        assert await served.exchange(b"") == b""
        assert await served.exchange(b"\r\n") == b""


async def test_a_client_that_does_not_read_its_answer_is_given_up(application: Answering) -> None:
    application.body = b"x" * (32 << 20)
    async with serving(application, limits=IMPATIENT) as served:
        with socket.create_connection(("127.0.0.1", served.port)) as client:
            client.sendall(post())
            await until(lambda: served.door.clients_given_up and not served.server.server_state.connections)
        assert served.door.limiter is not None
        assert served.door.limiter.in_flight == 0


@pytest.mark.parametrize("ends", [False, True])
async def test_a_head_that_is_too_large_is_refused(application: Answering, ends: bool) -> None:
    head = b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-large: " + b"y" * 40_000 + (b"\r\n\r\n" if ends else b"")
    async with serving(application) as served:
        answer = await served.exchange(head)

        assert answer.startswith(b"HTTP/1.1 431 ")
        assert b"HEADERS_TOO_LARGE" in answer
        assert not application.asked


async def test_a_large_body_is_no_large_head(application: Answering) -> None:
    async with serving(application) as served:
        answer = await served.exchange(post(b"x" * 300_000, "/graphql", "connection: close"))

        assert answer.endswith(b"ok")


async def test_a_client_that_waits_to_be_asked_for_its_body_is_asked(application: Answering) -> None:
    async with serving(application) as served:
        reader, writer = await served.connect()
        whole = post(b"{}", "/graphql", "expect: 100-continue")
        writer.write(whole[:-2])

        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        writer.write(whole[-2:])
        assert (await read_answer(reader))[1] == b"ok"


async def test_more_connections_than_allowed_are_told_so(application: Answering) -> None:
    async with serving(application, limits=ConnectionLimits(most_connections=1)) as served:
        reader, writer = await served.connect()
        writer.write(post())
        await read_answer(reader)

        answer = await served.exchange(b"")

        assert answer.startswith(b"HTTP/1.1 503 ")
        assert served.door.connections_refused == 1
