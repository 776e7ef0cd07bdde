"""Requests beyond what may be in flight, on real sockets."""

import asyncio

import orjson

from tests.federation.cli.serving import Answering, Served, post, read_answer, serving


async def test_what_is_too_much_is_refused_at_once_and_says_when_to_come_again() -> None:
    application = Answering()
    async with serving(application, most=1) as served:
        await occupy(served, application)
        reader, writer = await served.connect()
        writer.write(post())

        head, body = await read_answer(reader)

        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1" in head
        assert orjson.loads(body)["errors"][0]["extensions"] == {"code": "OVERLOADED"}
        assert len(application.asked) == 1


async def test_the_connection_of_a_refused_request_goes_on() -> None:
    application = Answering()
    async with serving(application, most=1) as served:
        first, _ = await occupy(served, application)
        reader, writer = await served.connect()
        for _ in range(3):
            writer.write(post(b"x" * 5_000))
            assert (await read_answer(reader))[0].startswith(b"HTTP/1.1 503 ")

        application.may_answer.set()
        await read_answer(first)
        writer.write(post())

        assert (await read_answer(reader))[1] == b"ok"
        assert served.door.limiter is not None
        assert served.door.limiter.refused == 3


async def test_probes_are_always_answered() -> None:
    application = Answering()
    async with serving(application, most=1) as served:
        await occupy(served, application)

        answer = await served.exchange(b"GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")

        assert answer.startswith(b"HTTP/1.1 200 ")


async def test_a_refusal_waits_for_the_answers_before_it() -> None:
    application = Answering()
    async with serving(application, most=1) as served:
        reader, writer = await served.connect()
        _, other = await served.connect()
        writer.write(post(b"{}", "/first") + post(b"{}", "/second") + post(b"{}", "/third"))
        await application.is_asked.wait()
        application.may_answer.set()

        statuses = [(await read_answer(reader))[0][9:12] for _ in range(3)]

        assert statuses == [b"200", b"200", b"200"]
        assert application.asked == ["/first", "/second", "/third"]
        other.close()


async def test_thousands_of_pipelined_requests_are_refused_one_after_the_other() -> None:
    application = Answering()
    async with serving(application, most=1) as served:
        await occupy(served, application)
        reader, writer = await served.connect()
        writer.write(b"GET /graphql HTTP/1.1\r\nhost: x\r\n\r\n" * 3_000)

        statuses = {(await read_answer(reader))[0][9:12] for _ in range(3_000)}

        assert statuses == {b"503"}


async def test_a_client_that_leaves_makes_room() -> None:
    application = Answering()
    async with serving(application, most=1) as served:
        _, busy = await occupy(served, application)
        assert served.door.limiter is not None
        assert served.door.limiter.in_flight == 1
        application.may_answer.set()
        busy.close()

        reader, writer = await served.connect()
        while True:
            writer.write(post())
            if (await read_answer(reader))[1] == b"ok":
                break

        assert served.door.limiter.in_flight == 0


async def test_a_request_that_closes_its_connection_is_refused_and_closed() -> None:
    application = Answering()
    async with serving(application, most=1) as served:
        await occupy(served, application)

        answer = await served.exchange(post(b"{}", "/graphql", "connection: close"))

        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"connection: close" in answer


async def occupy(served: Served, application: Answering) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection with a request that is in, and stays there until the application may answer."""
    reader, writer = await served.connect()
    writer.write(post())
    await application.is_asked.wait()
    return reader, writer
