"""Several workers under one administration: all are reached, who is silent is named, and who comes later is told."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from connectors.traffic.breaker import BreakerMode
from federation.admin.actions import Actions
from federation.admin.administered import Administered
from federation.admin.audit import Strangers
from federation.admin.crew import MOST_UNANSWERED, Crew
from federation.admin.measuring import measure
from federation.admin.obeying import obeying
from federation.admin.reads import Reads
from federation.admin.scraping import Scraping
from federation.admin.standing_decisions import StandingDecisions
from federation.admin.told import Told
from federation.admin.workforce import Deadlines
from federation.assembly.lasting import open_lasting
from federation.door.door import Door
from federation.gateway import Gateway
from federation.reload.reloading_gateway import reloading
from federation.request import ClientRequest
from tests.federation.admin.administered_gateway import write_config
from tests.federation.cli.serving import until
from tests.gateway.served_subgraph import served

SHORT = Deadlines(look=0.2, act=0.2, reload=10)


@dataclass
class Office:
    """A crew without workers, and what operators do with it; `folder` has the configuration."""

    crew: Crew
    reads: Reads
    actions: Actions
    scraping: Scraping
    folder: Path
    places: list[str]
    stack: AsyncExitStack

    def channel(self, number: int, pid: int = 0) -> socket.socket:
        """A worker's end of its socket."""
        ours, theirs = socket.socketpair()
        self.crew.join(number, pid or os.getpid(), ours)
        return theirs

    async def worker(self, number: int, stack: AsyncExitStack | None = None) -> Gateway:
        """A gateway that obeys."""
        opened = stack or self.stack
        origin = write_config(self.folder, self.places)
        config = origin.read()
        lasting = await opened.enter_async_context(open_lasting(config))
        gateway, reloader = await opened.enter_async_context(reloading(origin, config, lasting))
        door = Door(None)
        administered = Administered(gateway, reloader, lasting, door, measure(gateway, reloader, lasting, door))
        await opened.enter_async_context(obeying(self.channel(number), administered))
        return gateway


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    async def execute(body: dict[str, Any], _: object) -> dict[str, Any]:
        return {"data": {"a": "a"}}

    async with AsyncExitStack() as stack:
        places = [(await stack.enter_async_context(served(execute))).removeprefix("http://") for _ in range(2)]
        group = await stack.enter_async_context(asyncio.TaskGroup())
        workers = await stack.enter_async_context(AsyncExitStack())
        standing = StandingDecisions(60)
        crew = Crew(standing, group)
        reads, actions = Reads(crew, standing, SHORT), Actions(crew, standing, SHORT)
        yield Office(crew, reads, actions, Scraping(crew, Strangers(), SHORT), folder, places, workers)


async def ask(gateway: Gateway) -> dict[str, Any]:
    answer: dict[str, Any] = orjson.loads((await gateway.answer(ClientRequest("{ a }"))).body)
    return answer


async def test_an_action_reaches_all_workers_and_counts_are_sums(tmp_path: Path) -> None:
    async with office(tmp_path) as held:
        gateways = [await held.worker(number) for number in range(2)]
        for gateway in gateways:
            await ask(gateway)
        status, answer = (await held.actions.force("shop", Told({"mode": "open"}))).answer()
        refused = [await ask(gateway) for gateway in gateways]
        seen = await held.reads.service("shop")
        metrics = (await held.scraping.text()).decode()

    assert (status, answer["workers"]) == (200, {"done": [0, 1], "missing": []})
    assert [each["errors"][0]["extensions"]["code"] for each in refused] == ["CIRCUIT_OPEN"] * 2
    assert (seen["refused_by_circuit"], len(seen["seen_by"])) == (2, 2)
    assert 'interlace_operations_total{outcome="OK"} 2.0' in metrics
    assert 'interlace_operations_total{outcome="PARTIAL"} 2.0' in metrics


async def test_a_silent_worker_is_named_and_nobody_waits_for_it(tmp_path: Path) -> None:
    async with office(tmp_path) as held:
        gateway = await held.worker(0)
        with held.channel(1, pid=4711):
            status, answer = (await held.actions.force("shop", Told({"mode": "open"}))).answer()
            seen = await held.reads.services()
            refused = await ask(gateway)

    (missing,) = answer["workers"]["missing"]
    assert (status, answer["error"]["code"], answer["workers"]["done"]) == (503, "PARTLY_DONE", [0])
    assert (missing["worker"], missing["pid"]) == (1, 4711)
    assert "no answer within 0.2 s" in missing["problem"]
    assert seen["missing"] == [missing]
    assert refused["errors"][0]["extensions"]["code"] == "CIRCUIT_OPEN"


async def test_a_worker_that_hangs_is_sent_no_more_than_it_can_read_later(tmp_path: Path) -> None:
    async with office(tmp_path) as held:
        with held.channel(0):
            await until(lambda: held.crew.workers)
            (worker,) = held.crew.workers
            for _ in range(MOST_UNANSWERED):
                worker.tell({"do": "look"})
            (heard,) = (await held.actions.reload(Told({}))).heard

    assert heard.problem == "it has not answered for long: it hangs or starts"


async def test_who_takes_a_workers_place_heeds_what_was_decided_before_it_serves(tmp_path: Path) -> None:
    async with office(tmp_path) as held:
        async with AsyncExitStack() as first:
            await held.worker(0, first)
            await held.actions.force("shop", Told({"mode": "open"}))
            await held.actions.drain("shop", Told({"endpoint": held.places[0]}))
        await until(lambda: not held.crew.workers)
        gateway = await held.worker(0)
        (service,) = gateway.traffic

        assert service.breaker.mode is BreakerMode.FORCED_OPEN
        assert [endpoint.is_set_aside for endpoint in service.endpoints] == [True, False]
        assert held.crew.restarts == 1


async def test_a_worker_that_sends_too_much_is_not_listened_to_any_more(tmp_path: Path) -> None:
    async with office(tmp_path) as held:
        with held.channel(0) as channel:
            await until(lambda: held.crew.workers)
            channel.sendall((1 << 31).to_bytes(4, "big"))
            await until(lambda: not held.crew.workers)


async def test_a_reload_reaches_all_and_they_serve_one_version(tmp_path: Path) -> None:
    async with office(tmp_path) as held:
        gateways = [await held.worker(number) for number in range(2)]
        before = gateways[0].version
        (tmp_path / "shop.graphql").write_text("type Query { a: String c: String }")
        _, answer = (await held.actions.reload(Told({}))).answer()
        status = await held.reads.status()

    assert answer["workers"]["done"] == [0, 1]
    assert answer["versions"] == [status["version"]] != [before]
    assert {gateway.version for gateway in gateways} <= {status["version"], ""}


async def test_scrapers_that_ask_at_once_count_nothing_twice(tmp_path: Path) -> None:
    async with office(tmp_path) as held:
        gateway = await held.worker(0)
        texts: set[bytes] = set()
        for _ in range(3):
            await ask(gateway)
            texts |= set(await asyncio.gather(*(held.scraping.text() for _ in range(10))))
        last = await held.scraping.text()

    assert b'interlace_operations_total{outcome="OK"} 3.0' in last
    assert len(texts) <= 6, "ten that ask at once are answered by two rounds at most"


async def test_what_was_decided_about_a_service_that_is_gone_can_be_taken_back(tmp_path: Path) -> None:
    async with office(tmp_path) as held:
        await held.worker(0)
        held.actions.standing.force("gone", BreakerMode.FORCED_OPEN)
        before = await held.reads.decisions()
        status, _ = (await held.actions.force("gone", Told({"mode": "configured"}))).answer()
        after = await held.reads.decisions()

    assert (status, list(before["services"]), after["services"]) == (200, ["gone"], {})
