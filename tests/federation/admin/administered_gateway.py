"""A gateway over two endpoints of one subgraph, under administration, all in this process and on real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson

from federation.admin.administered import Administered
from federation.admin.measuring import measure
from federation.assembly.lasting import open_lasting
from federation.cli.admin_server import admin_listener, administering_alone
from federation.cli.listen import address_of
from federation.config.read import read_config
from federation.config.sections import Config
from federation.door.door import Door
from federation.door.limiter import Limiter
from federation.gateway import Gateway
from federation.reload.reloading_gateway import Origin, reloading
from federation.request import ClientRequest
from tests.gateway.served_subgraph import served

TOKEN = "of-an-operator-0123456789abcdef"
READER = "of-a-scraper-0123456789abcdef"
SCHEMA = "type Query { a: String b: String }"
CONFIG = """
server: {watch: false}
admin:
  port: 0
  tokens: {ada: %s}
  readers: {scraper: %s}
  %s
subgraphs:
  shop: {sdl: shop.graphql, url: http://shop/graphql}
services:
  shop: {endpoints: [%s], balancer: {kind: round_robin}}
%s
"""


@dataclass
class Administration:
    """The admin port, and the gateway behind it. `asked` says at which endpoint each call came."""

    http: httpx.AsyncClient
    gateway: Gateway
    config: Config
    folder: Path
    places: list[str]
    asked: list[str] = field(default_factory=list)
    door: Door = field(default_factory=lambda: Door(Limiter()))

    async def get(self, path: str, **headers: str) -> Any:
        answer = await self.http.get(path, headers={"authorization": f"Bearer {TOKEN}", **headers})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def metrics(self) -> str:
        return (await self.http.get("/metrics", headers={"authorization": f"Bearer {READER}"})).text

    async def post(self, path: str, told: Any = None, token: str = TOKEN) -> httpx.Response:
        body = b"" if told is None else orjson.dumps(told)
        return await self.http.post(path, content=body, headers={"authorization": f"Bearer {token}"})

    async def query(self, text: str = "{ a }") -> dict[str, Any]:
        answer: dict[str, Any] = orjson.loads((await self.gateway.answer(ClientRequest(text))).body)
        return answer


def write_config(folder: Path, places: list[str], *, admin: str = "", more: str = "") -> Origin:
    path = folder / "interlace.yaml"
    path.write_text(CONFIG % (TOKEN, READER, admin, ", ".join(places), more))
    (folder / "shop.graphql").write_text(SCHEMA)
    return Origin(lambda: read_config(path), path)


@asynccontextmanager
async def administered(folder: Path, *, admin: str = "", more: str = "") -> AsyncIterator[Administration]:
    """An administration with `more` configuration, while the block runs."""
    asked: list[str] = []
    async with AsyncExitStack() as stack:
        places = [
            (await stack.enter_async_context(served(_answering(name, asked)))).removeprefix("http://")
            for name in ("first", "second")
        ]
        origin = write_config(folder, places, admin=admin, more=more)
        config = origin.read()
        lasting = await stack.enter_async_context(open_lasting(config))
        gateway, reloader = await stack.enter_async_context(reloading(origin, config, lasting))
        door = Door(Limiter())
        worker = Administered(gateway, reloader, lasting, door, measure(gateway, reloader, lasting, door))
        listener = stack.enter_context(admin_listener(config.admin))
        assert listener is not None
        url = address_of(listener)
        await stack.enter_async_context(administering_alone(config, listener, worker))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=10))
        yield Administration(http, gateway, config, folder, places, asked, door)


def _answering(name: str, asked: list[str]) -> Any:
    async def execute(body: dict[str, Any], _: object) -> dict[str, Any]:
        asked.append(name)
        await asyncio.sleep(0)
        return {"data": {field: field for field in ("a", "b") if field in body["query"]}}

    return execute
