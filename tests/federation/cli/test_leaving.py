"""How a server leaves: told so, it fails nothing that came in time."""

import asyncio
import os
import signal

import pytest

from federation.cli.connection_limits import ConnectionLimits
from federation.cli.leaving_server import LeavingPolicy
from tests.federation.cli.serving import PATIENCE, Answering, post, read_answer, serving, until

PROBE = b"GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


async def test_during_the_notice_connections_are_taken_and_at_its_end_no_more() -> None:
    application = Answering()
    application.may_answer.set()
    async with serving(application, leaving=LeavingPolicy(notice=0.5)) as served:
        served.server.stop(at_once=False)

        assert served.is_leaving.is_set()
        assert (await served.exchange(PROBE)).startswith(b"HTTP/1.1 200 ")
        await asyncio.wait_for(served.stopped.wait(), PATIENCE)
        with pytest.raises(ConnectionRefusedError):
            await served.connect()


async def test_what_is_in_flight_is_answered_and_closed() -> None:
    application = Answering()
    async with serving(application) as served:
        reader, writer = await served.connect()
        writer.write(post())
        await application.is_asked.wait()
        served.server.stop(at_once=False)
        await until(lambda: not served.server.servers[0].is_serving())
        application.may_answer.set()

        head, body = await read_answer(reader)

        assert (body, b"connection: close" in head.lower()) == (b"ok", True)
        assert await reader.read() == b""
        await asyncio.wait_for(served.stopped.wait(), PATIENCE)


async def test_an_idle_connection_may_be_used_once_more_and_is_closed_then() -> None:
    application = Answering()
    application.may_answer.set()
    async with serving(application, leaving=LeavingPolicy(notice=0.0, patience=5)) as served:
        reader, writer = await served.connect()
        writer.write(post())
        await read_answer(reader)
        served.server.stop(at_once=False)
        await until(lambda: not served.server.servers[0].is_serving())
        writer.write(post())

        head, body = await read_answer(reader)

        assert (body, b"connection: close" in head.lower()) == (b"ok", True)


async def test_an_idle_connection_is_not_waited_for_longer_than_any() -> None:
    application = Answering()
    async with serving(application, limits=ConnectionLimits(idle_seconds=1), leaving=LeavingPolicy(0, 60)) as served:
        reader, _ = await served.connect()
        served.server.stop(at_once=False)

        await asyncio.wait_for(served.stopped.wait(), PATIENCE)
        assert await reader.read() == b""


async def test_whoever_waits_at_the_terminal_does_not_wait_for_idle_connections() -> None:
    application = Answering()
    application.may_answer.set()
    async with serving(application, limits=ConnectionLimits(idle_seconds=60), leaving=LeavingPolicy(60, 60)) as served:
        reader, writer = await served.connect()
        writer.write(post())
        await read_answer(reader)

        served.server.stop(at_once=True)

        await asyncio.wait_for(served.stopped.wait(), PATIENCE)


async def test_what_takes_longer_than_the_patience_is_given_up() -> None:
    application = Answering()
    async with serving(application, leaving=LeavingPolicy(0, 0.2)) as served:
        reader, writer = await served.connect()
        writer.write(post())
        await application.is_asked.wait()

        served.server.stop(at_once=False)

        await asyncio.wait_for(served.stopped.wait(), PATIENCE)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)


async def test_a_second_signal_ends_the_waiting() -> None:
    application = Answering()
    async with serving(application, leaving=LeavingPolicy(60, 60)) as served:
        _, writer = await served.connect()
        writer.write(post())
        await application.is_asked.wait()
        with served.server.stopped_by({signal.SIGUSR1: False}):
            os.kill(os.getpid(), signal.SIGUSR1)
            await served.is_leaving.wait()
            os.kill(os.getpid(), signal.SIGUSR1)

            await asyncio.wait_for(served.stopped.wait(), PATIENCE)
