"""A client that leaves ends what is done for it; one that waits costs next to nothing."""

import asyncio
from typing import Any

import pytest

from federation.http.app import App, EdgeOptions
from federation.http.read_body import ClientGone
from federation.http.waiting_client import WaitingClient
from federation.request import ClientAnswer, ClientRequest
from tests.connectors.traffic.driven_loop import now, run_driven


class Client:
    """What ASGI's `receive` tells: nothing, until the client leaves."""

    def __init__(self) -> None:
        self.has_left = asyncio.Event()
        self.asked = 0

    async def receive(self) -> dict[str, Any]:
        self.asked += 1
        await self.has_left.wait()
        return {"type": "http.disconnect"}


def test_a_client_that_leaves_ends_the_block_within_a_tenth_of_a_second() -> None:
    async def main() -> None:
        client = Client()
        asyncio.get_running_loop().call_later(0.01, client.has_left.set)
        started = now()
        with pytest.raises(ClientGone):
            async with WaitingClient(client.receive):
                await asyncio.sleep(30)
        assert now() - started < 0.1
        assert len(asyncio.all_tasks()) == 1

    run_driven(main())


def test_a_quick_answer_is_not_watched_at_all() -> None:
    async def main() -> None:
        client = Client()
        async with WaitingClient(client.receive):
            await asyncio.sleep(0.01)
        assert client.asked == 0

    run_driven(main())


def test_a_slow_answer_is_given_and_the_watch_ends_with_it() -> None:
    async def main() -> None:
        client = Client()
        async with WaitingClient(client.receive):
            await asyncio.sleep(1)
        assert client.asked == 1
        assert len(asyncio.all_tasks()) == 1

    run_driven(main())


def test_cancelling_from_elsewhere_passes_through() -> None:
    async def main() -> None:
        async def block() -> None:
            async with WaitingClient(Client().receive):
                await asyncio.sleep(30)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(block(), 1.0)

    run_driven(main())


def test_an_error_of_the_block_passes_through_even_if_the_client_has_left() -> None:
    async def main() -> None:
        client = Client()

        async def block() -> None:
            async with WaitingClient(client.receive):
                try:
                    client.has_left.set()
                    await asyncio.sleep(30)
                except asyncio.CancelledError:
                    raise ValueError("mine") from None

        with pytest.raises(ValueError, match="mine"):
            await block()
        await asyncio.sleep(0.1)  # no cancellation is left over

    run_driven(main())


def test_the_endpoint_stops_answering_whoever_has_left() -> None:
    class Slow:
        is_ready = True
        ended: str = "not at all"

        async def answer(self, request: ClientRequest) -> ClientAnswer:
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                self.ended = "cancelled"
                raise
            return ClientAnswer(b"{}")

    async def main() -> None:
        gateway, client, sent = Slow(), Client(), []
        messages = [{"type": "http.request", "body": b'{"query": "{ a }"}', "more_body": False}]

        async def receive() -> dict[str, Any]:
            return messages.pop() if messages else await client.receive()

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
        asyncio.get_running_loop().call_later(0.2, client.has_left.set)
        started = now()
        await App(gateway, EdgeOptions())(scope, receive, send)
        assert gateway.ended == "cancelled"
        assert now() - started < 0.3
        assert sent == []

    run_driven(main())
