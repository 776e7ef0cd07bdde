"""Clients that ask the same at the same time share calls to services, as far as that may be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.gateway import Gateway
from federation.request import ClientRequest
from tests.gateway.served_subgraph import served

SDL = "type Query { mine: String other: String } type Mutation { count: Int }"
CONFIG = """
server: {{share_requests: {requests}}}
subgraphs: {{shop: {{sdl: shop.graphql, url: {address}/graphql}}}}
services: {{shop: {{endpoints: ["{endpoint}"], forward_headers: [authorization], share_calls: {shares}}}}}
"""


class Subgraph:
    """Answers once so many calls have come, or as soon as one has when nobody says how many."""

    def __init__(self) -> None:
        self.expected = 1
        self.calls: list[str | None] = []
        self._all_there = asyncio.Event()

    async def execute(self, body: dict[str, Any], headers: dict[bytes, str]) -> dict[str, Any]:
        self.calls.append(headers.get(b"authorization"))
        if len(self.calls) >= self.expected:
            self._all_there.set()
        await self._all_there.wait()
        if "count" in body["query"]:
            return {"data": {"count": len(self.calls)}}
        return {"data": {"mine": f"of {headers.get(b'authorization')}", "other": "?"}}


@asynccontextmanager
async def gateway(
    folder: Path, subgraph: Subgraph, shares: str = "true", requests: str = "false"
) -> AsyncIterator[Gateway]:
    (folder / "shop.graphql").write_text(SDL, encoding="utf-8")
    async with served(subgraph.execute) as address:
        endpoint = address.removeprefix("http://")
        text = CONFIG.format(address=address, endpoint=endpoint, shares=shares, requests=requests)
        async with open_gateway(parse_config(text, folder / "interlace.yaml")) as opened:
            yield opened


async def ask(opened: Gateway, query: str, **headers: str) -> Any:
    return orjson.loads((await opened.answer(ClientRequest(query, headers=headers))).body)


async def test_clients_that_ask_the_same_share_a_call(tmp_path: Path) -> None:
    subgraph = Subgraph()
    async with gateway(tmp_path, subgraph) as opened:
        answers = await asyncio.gather(*(ask(opened, "{ mine }", authorization="ada") for _ in range(50)))

    assert answers == [{"data": {"mine": "of ada"}}] * 50
    assert len(subgraph.calls) == 1


async def test_clients_with_other_headers_never_share_a_call(tmp_path: Path) -> None:
    subgraph = Subgraph()
    subgraph.expected = 2
    async with gateway(tmp_path, subgraph) as opened:
        answers = await asyncio.gather(
            ask(opened, "{ mine }", authorization="ada"), ask(opened, "{ mine }", authorization="grace")
        )

    assert answers == [{"data": {"mine": "of ada"}}, {"data": {"mine": "of grace"}}]
    assert sorted(str(each) for each in subgraph.calls) == ["ada", "grace"]


async def test_headers_that_are_not_passed_on_do_not_keep_clients_apart(tmp_path: Path) -> None:
    subgraph = Subgraph()
    async with gateway(tmp_path, subgraph) as opened:
        await asyncio.gather(ask(opened, "{ mine }", cookie="a"), ask(opened, "{ mine }", cookie="b"))

    assert len(subgraph.calls) == 1


async def test_mutations_are_never_shared(tmp_path: Path) -> None:
    subgraph = Subgraph()
    subgraph.expected = 3
    async with gateway(tmp_path, subgraph) as opened:
        await asyncio.gather(*(ask(opened, "mutation { count }") for _ in range(3)))

    assert len(subgraph.calls) == 3


async def test_sharing_can_be_turned_off_for_a_service(tmp_path: Path) -> None:
    subgraph = Subgraph()
    subgraph.expected = 3
    async with gateway(tmp_path, subgraph, shares="false") as opened:
        await asyncio.gather(*(ask(opened, "{ mine }") for _ in range(3)))

    assert len(subgraph.calls) == 3


async def test_equal_requests_get_one_answer(tmp_path: Path) -> None:
    subgraph = Subgraph()
    async with gateway(tmp_path, subgraph, requests="true") as opened:
        requests = [ClientRequest("{ mine }", headers={"authorization": "ada", "cookie": str(n)}) for n in range(20)]
        answers = await asyncio.gather(*map(opened.answer, requests))

    assert len({id(answer.body) for answer in answers}) == 1


async def test_requests_that_services_can_tell_apart_get_answers_of_their_own(tmp_path: Path) -> None:
    subgraph = Subgraph()
    subgraph.expected = 2
    async with gateway(tmp_path, subgraph, requests="true") as opened:
        answers = await asyncio.gather(*(ask(opened, "{ mine }", authorization=name) for name in ("ada", "grace")))

    assert answers == [{"data": {"mine": "of ada"}}, {"data": {"mine": "of grace"}}]


async def test_a_service_whose_calls_are_not_shared_is_called_for_each_request(tmp_path: Path) -> None:
    subgraph = Subgraph()
    subgraph.expected = 3
    async with gateway(tmp_path, subgraph, shares="false", requests="true") as opened:
        await asyncio.gather(*(ask(opened, "{ mine }") for _ in range(3)))

    assert len(subgraph.calls) == 3


async def test_equal_mutations_are_each_run(tmp_path: Path) -> None:
    subgraph = Subgraph()
    subgraph.expected = 3
    async with gateway(tmp_path, subgraph, requests="true") as opened:
        await asyncio.gather(*(ask(opened, "mutation { count }") for _ in range(3)))

    assert len(subgraph.calls) == 3
