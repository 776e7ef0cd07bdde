"""Routes of the next snapshot take the place of the old ones without cutting anything off."""

import asyncio
from contextlib import aclosing
from pathlib import Path

from federation.assembly.build_supergraph import build_supergraph
from federation.assembly.lasting import open_lasting
from federation.assembly.open_gateway import make_snapshot
from federation.config.read import parse_config
from federation.config.sections import Config
from federation.gateway import Gateway
from tests.federation.routes.routed_gateway import Routed, code, routed
from tests.federation.routes.test_streams import PIECE, PIECES, ROUTE, Streaming


def next_config(folder: Path, gateway: Routed) -> Config:
    (service,) = (each for each in gateway.gateway.traffic if each.name == "users")
    endpoint = service.endpoints[0].address.removeprefix("http://")
    text = f"subgraphs: {{users: {{sdl: users.graphql}}}}\nservices: {{users: {{endpoints: ['{endpoint}']}}}}\n"
    return parse_config(
        f"{text}routes: [{{path: /new, service: users, public: true}}]\n", folder / "interlace.yaml", {}
    )


async def replace(gateway: Gateway, config: Config) -> None:
    async with open_lasting(config) as lasting:
        await gateway.replace(await make_snapshot(config, await build_supergraph(config), lasting))


async def test_a_long_answer_ends_on_the_snapshot_on_which_it_began(tmp_path: Path) -> None:
    async with (
        routed(tmp_path, Streaming(), ROUTE) as gateway,
        gateway.http.stream("GET", "/api/x") as response,
        aclosing(response.aiter_raw()) as pieces,
        asyncio.TaskGroup() as group,
    ):
        size = len(await anext(pieces))
        replacing = group.create_task(replace(gateway.gateway, next_config(tmp_path, gateway)))
        async with asyncio.timeout(10):
            while (await gateway.http.delete("/api/x")).status_code != 404:
                pass
        assert not replacing.done()
        async for piece in pieces:
            size += len(piece)

    assert size == PIECES * len(PIECE)


async def test_new_routes_answer_and_old_ones_do_not(tmp_path: Path) -> None:
    async with routed(tmp_path, Streaming(), ROUTE) as gateway:
        await replace(gateway.gateway, next_config(tmp_path, gateway))
        old, new = await gateway.http.get("/api/x"), await gateway.http.head("/new")

    assert code(old) == (404, "NOT_FOUND")
    assert new.status_code == 200
