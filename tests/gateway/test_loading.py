"""Of one request, whatever asks a service at the same time for the same entities asks once, shared calls or not."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.gateway import Gateway
from federation.request import ClientRequest
from tests.gateway.served_subgraph import served

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'
PERSON = 'type Person @key(fields: "id", resolvable: false) { id: ID! }\n'
SDL = {
    "orders": LINK + PERSON + "type Query { orders: [Order] } type Order { buyer: Person }",
    "returns": LINK + PERSON + "type Query { returns: [Return] } type Return { seller: Person }",
    "people": LINK + 'type Person @key(fields: "id") { id: ID! name: String city: String }',
}
DATA = {
    "orders": {"orders": [{"buyer": {"__typename": "Person", "id": each}} for each in "123"]},
    "returns": {"returns": [{"seller": {"__typename": "Person", "id": each}} for each in "231"]},
}


ENTITIES = re.compile(r"(?:(\w+): ?)?_entities\(representations: ?\$(\w+)\)")


class People:
    """The service that both others lead to; answers whatever is asked of it, under the aliases that the query has."""

    def __init__(self) -> None:
        self.calls = 0

    async def execute(self, body: dict[str, Any], _: dict[bytes, str]) -> dict[str, Any]:
        self.calls += 1
        found = ENTITIES.findall(body["query"])
        return {"data": {alias or "_entities": list(map(person, body["variables"][name])) for alias, name in found}}


def person(shown: dict[str, str]) -> dict[str, str]:
    return {"name": f"n{shown['id']}", "city": f"c{shown['id']}"}


@asynccontextmanager
async def gateway(folder: Path, people: People) -> AsyncIterator[Gateway]:
    async def execute(body: dict[str, Any], _: dict[bytes, str]) -> dict[str, Any]:
        return {"data": DATA["orders" if "orders" in body["query"] else "returns"]}

    async with AsyncExitStack() as stack:
        subgraphs, services = [], []
        for name, sdl in SDL.items():
            (folder / f"{name}.graphql").write_text(sdl, encoding="utf-8")
            address = await stack.enter_async_context(served(people.execute if name == "people" else execute))
            subgraphs.append(f"  {name}: {{sdl: {name}.graphql, url: {address}/graphql}}")
            services.append(f"  {name}: {{endpoints: ['{address.removeprefix('http://')}'], share_calls: false}}")
        text = "\n".join(["subgraphs:", *subgraphs, "services:", *services])
        yield await stack.enter_async_context(open_gateway(parse_config(text, folder / "interlace.yaml")))


@pytest.mark.parametrize("seller", ["name", "city", "name city"])
async def test_entities_that_two_parallel_calls_bring_are_one_call(tmp_path: Path, seller: str) -> None:
    people = People()
    async with gateway(tmp_path, people) as opened:
        query = f"{{ orders {{ buyer {{ name }} }} returns {{ seller {{ {seller} }} }} }}"
        answer = orjson.loads((await opened.answer(ClientRequest(query))).body)

    assert answer["data"]["orders"] == [{"buyer": {"name": f"n{each}"}} for each in "123"]
    sold = [{name: f"{name[0]}{each}" for name in seller.split()} for each in "231"]
    assert answer["data"]["returns"] == [{"seller": each} for each in sold]
    assert people.calls == 1
