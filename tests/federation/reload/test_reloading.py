"""The next snapshot is built beside the live one, and takes its place without dropping a request."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from federation.composition.compose import compose
from federation.config.read import read_config
from federation.gateway import Gateway
from federation.reload.reloader import Reloader
from federation.reload.reloading_gateway import Origin, reloading_gateway
from federation.request import ClientRequest
from schemas.subgraph import Subgraph
from tests.gateway.served_subgraph import served

PATIENCE_SECONDS = 10.0
CONFIG = "server: {watch: %s}\nsubgraphs: {shop: {sdl: shop.graphql, url: %s/graphql}}\n"
MODULE = '''"""A shop."""

import strawberry

from words import GREETING


@strawberry.type
class Query:
    @strawberry.field
    def greeting(self) -> str:
        return GREETING
'''


async def ask(gateway: Gateway, query: str) -> dict[str, Any]:
    answer: dict[str, Any] = orjson.loads((await gateway.answer(ClientRequest(query))).body)
    return answer


@asynccontextmanager
async def shop(folder: Path, *, watch: bool = False) -> AsyncIterator[tuple[Gateway, Reloader]]:
    """A gateway over one subgraph, which answers every field with its name."""

    async def execute(body: dict[str, Any], _: object) -> dict[str, Any]:
        return {"data": {name: name for name in ("a", "b") if name in body["query"]}}

    async with served(execute) as address:
        path = folder / "interlace.yaml"
        path.write_text(CONFIG % (str(watch).lower(), address))
        (folder / "shop.graphql").write_text("type Query { a: String }")
        origin = Origin(lambda: read_config(path), path)
        async with reloading_gateway(origin, origin.read()) as opened:
            yield opened


async def until_version_is_not(gateway: Gateway, version: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while gateway.version == version:  # noqa: ASYNC110 - the gateway has no event for this, and needs none
            await asyncio.sleep(0.01)


async def test_a_changed_schema_is_served_after_a_reload(tmp_path: Path) -> None:
    async with shop(tmp_path) as (gateway, reloader):
        before = await ask(gateway, "{ b }")
        (tmp_path / "shop.graphql").write_text("type Query { a: String b: String }")
        outcome = await reloader.reload("a test")
        after = await ask(gateway, "{ b }")

    assert "errors" in before
    assert outcome.changed
    assert after == {"data": {"b": "b"}}


async def test_a_wrong_schema_is_refused_with_all_its_problems_and_the_live_one_goes_on(tmp_path: Path) -> None:
    async with shop(tmp_path) as (gateway, reloader):
        version = gateway.version
        (tmp_path / "shop.graphql").write_text("type Query { a: Nope b: Nowhere }")
        outcome = await reloader.reload("a test")
        answer = await ask(gateway, "{ a }")

    assert answer == {"data": {"a": "a"}}
    assert (outcome.changed, outcome.version) == (False, version)
    assert len(outcome.problems) == 2


async def test_a_configuration_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    async with shop(tmp_path) as (gateway, reloader):
        (tmp_path / "interlace.yaml").write_text("subgraphs: [")
        outcome = await reloader.reload("a test")
        answer = await ask(gateway, "{ a }")

    assert "not YAML" in outcome.problems[0]
    assert answer == {"data": {"a": "a"}}


async def test_whatever_fails_the_live_version_goes_on(tmp_path: Path) -> None:
    path, supergraph = tmp_path / "interlace.yaml", tmp_path / "supergraph.graphql"
    path.write_text("server: {watch: false}\nsupergraph: supergraph.graphql\n")
    supergraph.write_text(compose([Subgraph("shop", "type Query { a: String }", "http://127.0.0.1:1")]).supergraph_sdl)
    origin = Origin(lambda: read_config(path), path)
    async with reloading_gateway(origin, origin.read()) as (gateway, reloader):
        supergraph.write_bytes(b"# \xff is no UTF-8")
        refused = await reloader.reload("a test")
        answer = await ask(gateway, "{ __typename }")

    assert refused.problems
    assert not refused.changed
    assert answer == {"data": {"__typename": "Query"}}


async def test_a_reload_that_changes_nothing_keeps_the_version(tmp_path: Path) -> None:
    async with shop(tmp_path) as (gateway, reloader):
        version = gateway.version
        outcome = await reloader.reload("a test")

        assert (outcome.changed, gateway.version) == (False, version)


async def test_the_same_graph_has_the_same_version_in_every_replica(tmp_path: Path) -> None:
    async with shop(tmp_path) as (first, _):
        path = tmp_path / "interlace.yaml"
        origin = Origin(lambda: read_config(path), path)
        async with reloading_gateway(origin, origin.read()) as (second, _):
            assert first.version == second.version != ""


async def test_a_file_that_changes_is_noticed(tmp_path: Path) -> None:
    async with shop(tmp_path, watch=True) as (gateway, _):
        version = gateway.version
        (tmp_path / "new.graphql").write_text("type Query { a: String b: String }")
        (tmp_path / "new.graphql").replace(tmp_path / "shop.graphql")  # as editors and deployments write files
        await until_version_is_not(gateway, version)
        answer = await ask(gateway, "{ b }")

    assert answer == {"data": {"b": "b"}}


async def test_sighup_reloads(tmp_path: Path) -> None:
    async with shop(tmp_path) as (gateway, _):
        version = gateway.version
        (tmp_path / "shop.graphql").write_text("type Query { b: String }")
        os.kill(os.getpid(), signal.SIGHUP)
        await until_version_is_not(gateway, version)


async def test_requests_on_their_way_end_on_the_snapshot_on_which_they_began(tmp_path: Path) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def execute(body: dict[str, Any], _: object) -> dict[str, Any]:
        arrived.set()
        await go_on.wait()
        return {"data": {"a": "slow"}}

    async with served(execute) as address:
        path = tmp_path / "interlace.yaml"
        path.write_text(CONFIG % ("false", address))
        (tmp_path / "shop.graphql").write_text("type Query { a: String }")
        origin = Origin(lambda: read_config(path), path)
        async with (
            reloading_gateway(origin, origin.read()) as (gateway, reloader),
            asyncio.TaskGroup() as group,
        ):
            slow = group.create_task(ask(gateway, "{ a }"))
            await arrived.wait()
            version = gateway.version
            (tmp_path / "shop.graphql").write_text("type Query { b: String }")
            reloading = group.create_task(reloader.reload("a test"))
            await until_version_is_not(gateway, version)
            was_drained_early = reloading.done()
            go_on.set()
            answer = await slow
            outcome = await reloading

    assert not was_drained_early
    assert answer == {"data": {"a": "slow"}}
    assert outcome.changed


async def test_python_modules_and_what_they_import_are_read_anew(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    path = tmp_path / "interlace.yaml"
    path.write_text("server: {watch: false}\nsubgraphs: {shop: {module: reloaded_shop}}\n")
    (tmp_path / "reloaded_shop.py").write_text(MODULE)
    (tmp_path / "words.py").write_text('GREETING = "hello"\n')
    origin = Origin(lambda: read_config(path), path)
    async with reloading_gateway(origin, origin.read()) as (gateway, reloader):
        before = await ask(gateway, "{ greeting }")
        (tmp_path / "words.py").write_text('GREETING = "good day"\n')
        outcome = await reloader.reload("a test")
        after = await ask(gateway, "{ greeting }")
        (tmp_path / "words.py").write_text("GREETING = nonsense\n")
        refused = await reloader.reload("a test")
        still = await ask(gateway, "{ greeting }")

    assert before == {"data": {"greeting": "hello"}}
    assert outcome.changed
    assert after == still == {"data": {"greeting": "good day"}}
    assert "words" in refused.problems[0] or "nonsense" in refused.problems[0]


async def test_many_reloads_leave_nothing_behind(tmp_path: Path) -> None:
    async with shop(tmp_path) as (gateway, reloader):
        kept = []
        for number in range(8):
            (tmp_path / "shop.graphql").write_text(f"type Query {{ a: String c{number}: String }}")
            await reloader.reload("a test")
            await ask(gateway, "{ a }")
            gc.collect()
            kept.append((_pipelines(), sum(map(_is_socket, os.listdir("/proc/self/fd")))))

    assert kept[-1][0] <= kept[2][0]
    assert kept[-1][1] <= kept[2][1] + 1


def _pipelines() -> int:
    return sum(type(each).__name__ == "Pipeline" for each in gc.get_objects())


def _is_socket(descriptor: str) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket:")
    except OSError:
        return False
