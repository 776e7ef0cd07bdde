"""Endpoints from Consul, by blocking queries."""

import pytest

from connectors.discovery.consul import ConsulQuery, ConsulRegistry
from connectors.discovery.found import FoundEndpoint
from tests.connectors.discovery.collecting import addresses, listening
from tests.connectors.discovery.consul_double import Consul, Instance
from tests.serving import serving


async def no_pause(seconds: float) -> None:
    """Stands for waiting."""


async def test_passing_instances_are_found_with_their_weights_and_zones() -> None:
    consul = Consul()
    consul.register(
        Instance("a", 1, weight=3, zone="eu-1"), Instance("b", 2, address=""), Instance("c", 3, status="critical")
    )
    async with serving(consul) as url, listening(ConsulRegistry(url, ConsulQuery("users"))) as heard:
        found = await heard.until(bool)

    assert found == (FoundEndpoint("127.0.0.1:1", 3, "eu-1"), FoundEndpoint("127.0.0.9:2"))


async def test_a_change_is_heard_by_the_query_that_waits_for_it() -> None:
    consul = Consul()
    consul.register(Instance("a", 1))
    async with serving(consul) as url, listening(ConsulRegistry(url, ConsulQuery("users"), sleep=no_pause)) as heard:
        await heard.until(bool)
        consul.register(Instance("b", 2))
        await heard.until(lambda found: addresses(found) == {"127.0.0.1:1", "127.0.0.1:2"})
        consul.deregister("a")
        await heard.until(lambda found: addresses(found) == {"127.0.0.1:2"})

    waiting = [each for each in consul.asked if "index" in each]
    assert len(consul.asked) <= 4
    assert {each["wait"] for each in waiting} == {"30s"}


async def test_an_index_that_goes_backwards_is_begun_anew() -> None:
    consul = Consul(index=5_000)
    consul.register(Instance("a", 1))
    async with serving(consul) as url, listening(ConsulRegistry(url, ConsulQuery("users"), sleep=no_pause)) as heard:
        await consul.until_asked(2)
        consul.restore(Instance("b", 2))
        await heard.until(lambda found: addresses(found) == {"127.0.0.1:2"})
        consul.register(Instance("c", 3))
        await heard.until(lambda found: addresses(found) == {"127.0.0.1:2", "127.0.0.1:3"})


async def test_what_is_asked_for_is_what_the_query_says() -> None:
    consul = Consul(token="s3cret")
    consul.register(Instance("a", 1, tags=("v2", "eu")), Instance("b", 2, tags=("v1",)))
    query = ConsulQuery("users", ("v2", "eu"), "dc7", stale=True)
    async with serving(consul) as url, listening(ConsulRegistry(url, query, "s3cret")) as heard:
        found = await heard.until(bool)

    assert addresses(found) == {"127.0.0.1:1"}
    assert consul.asked[0]["dc"] == "dc7"
    assert "stale" in consul.asked[0]


async def test_a_token_that_is_refused_is_said() -> None:
    async with serving(Consul(token="s3cret")) as url, listening(ConsulRegistry(url, ConsulQuery("users"))) as heard:
        assert "status 403: Permission denied" in await heard.until_away()


async def test_without_an_index_it_is_asked_every_half_a_minute() -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    consul = Consul(sends_index=False)
    async with serving(consul) as url, listening(ConsulRegistry(url, ConsulQuery("users"), sleep=sleep)) as heard:
        consul.register(Instance("a", 1))
        await heard.until(bool)

    assert set(waited) <= {30.0}
    assert all("index" not in each for each in consul.asked)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"<html>", "is not JSON"),
        (b"{}", "not a list of instances"),
        (b'[{"Service": {"Port": "x"}}]', "no address or no port"),
    ],
)
async def test_nonsense_is_no_answer(answer: bytes, problem: str) -> None:
    async with serving(Consul(answer=answer)) as url, listening(ConsulRegistry(url, ConsulQuery("users"))) as heard:
        assert problem in await heard.until_away()


async def test_an_agent_that_is_away_is_said() -> None:
    async with listening(ConsulRegistry("http://127.0.0.1:1", ConsulQuery("users"))) as heard:
        assert "cannot be asked" in await heard.until_away()


async def test_a_name_cannot_leave_its_place_in_the_path() -> None:
    consul = Consul()
    consul.register(Instance("a", 1))
    async with serving(consul) as url, listening(ConsulRegistry(url, ConsulQuery("../../kv/secret?raw"))) as heard:
        await heard.until(bool)

    assert "raw" not in consul.asked[0]
