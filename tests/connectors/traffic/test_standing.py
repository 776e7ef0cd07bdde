"""What operators decide about a service holds until they take it back, whatever registries and reloads say."""

import asyncio
from typing import Any

import pytest

from connectors.discovery.found import FoundEndpoint
from connectors.discovery.keep_endpoints import KeepEndpoints
from connectors.errors import CircuitOpen, NoHealthyEndpoint
from connectors.traffic.breaker import BreakerMode, BreakerPolicy
from connectors.traffic.decided import Decided, place_of
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.placed import Placed
from connectors.traffic.policy import TrafficPolicy
from connectors.traffic.service import Service
from connectors.traffic.standing import Standing
from tests.connectors.traffic.driven_loop import now, run_driven
from tests.connectors.traffic.scripted import Scripted, service_of


async def called(service: Service[Any, str], times: int) -> set[str]:
    return {await service.call(Scripted.ask, now() + 5) for _ in range(times)}


class Found:
    """A service as a registry keeps it, and the links that it got."""

    def __init__(self, service: Service[Any, str]) -> None:
        self.traffic = service
        self.keeper = KeepEndpoints(self, lambda found: Placed(found.address, float(found.weight)))

    def add(self, place: Placed) -> None:
        self.traffic.add(Endpoint(place.address, Scripted(place.address), place.weight))

    async def says(self, *found: FoundEndpoint) -> None:
        self.keeper.publish(found)
        await asyncio.sleep(0.1)


def test_a_drained_endpoint_gets_no_calls_until_it_is_restored() -> None:
    async def main() -> None:
        service = service_of(Scripted("a:1"), Scripted("b:1"))
        service.heed(Decided(drained=frozenset({"a:1"})))
        assert await called(service, 10) == {"b:1"}
        service.heed(Decided())
        await asyncio.sleep(60)
        assert await called(service, 10) == {"a:1", "b:1"}

    run_driven(main())


def test_where_all_are_drained_there_is_none_left_also_at_need() -> None:
    async def main() -> None:
        service = service_of(Scripted("a:1"))
        service.heed(Decided(drained=frozenset({"a:1"})))
        with pytest.raises(NoHealthyEndpoint):
            await called(service, 1)

    run_driven(main())


def test_a_drained_endpoint_is_not_probed() -> None:
    async def main() -> None:
        service = service_of(Scripted("a:1"), Scripted("b:1"))
        for _ in range(5):
            service.rotation.failed(service.endpoints[0], now(), was_probe=False)
        service.heed(Decided(drained=frozenset({"a:1"})))
        await asyncio.sleep(100)
        assert await called(service, 10) == {"b:1"}

    run_driven(main())


def test_what_is_decided_holds_for_endpoints_that_come_later() -> None:
    async def main() -> None:
        service = service_of(Scripted("a:1"))
        service.heed(Decided(drained=frozenset({"b:1"}), weights={"c:1": 5.0}))
        for name in ("b:1", "c:1"):
            service.add(Endpoint(name, Scripted(name)))
        assert [(each.is_set_aside, each.weight) for each in service.endpoints[1:]] == [(True, 1.0), (False, 5.0)]

    run_driven(main())


def test_a_weight_that_is_decided_stands_before_that_of_the_registry() -> None:
    async def main() -> None:
        service = service_of(Scripted("a:1"))
        service.heed(Decided(weights={"a:1": 5.0}))
        service.weigh("a:1", 2.0)
        assert service.endpoints[0].weight == 5.0
        service.heed(Decided())
        assert service.endpoints[0].weight == 2.0

    run_driven(main())


def test_an_endpoint_that_a_registry_forgets_goes_also_when_drained_and_comes_back_drained() -> None:
    async def main() -> None:
        found = Found(service_of(Scripted("a:1"), Scripted("b:1")))
        found.traffic.heed(Decided(drained=frozenset({"a:1"})))
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(found.keeper.run())
            await found.says(FoundEndpoint("b:1"))
            assert [each.address for each in found.traffic.endpoints] == ["b:1"]
            await found.says(FoundEndpoint("a:1"), FoundEndpoint("b:1"))
            assert {each.address: each.is_set_aside for each in found.traffic.endpoints} == {"b:1": False, "a:1": True}
            keeping.cancel()

    run_driven(main())


def test_a_mode_that_is_taken_back_is_the_configured_one_again() -> None:
    async def main() -> None:
        policy = TrafficPolicy(breaker=BreakerPolicy(mode=BreakerMode.METRICS_ONLY))
        service = service_of(Scripted("a:1"), policy=policy)
        service.heed(Decided(BreakerMode.FORCED_OPEN))
        with pytest.raises(CircuitOpen):
            await called(service, 1)
        service.heed(Decided())
        assert await called(service, 1) == {"a:1"}
        assert service.breaker.mode is BreakerMode.METRICS_ONLY

    run_driven(main())


def test_services_of_the_next_snapshot_heed_what_was_decided_before() -> None:
    async def main() -> None:
        standing = Standing()
        first, second = service_of(Scripted("a:1")), service_of(Scripted("a:1"))
        leave = standing.follow([first])
        standing.replace({"users": Decided(BreakerMode.FORCED_OPEN)})
        standing.follow([second])
        leave()
        standing.replace({})
        assert first.breaker.mode is BreakerMode.FORCED_OPEN, "it is closed, and follows no more"
        assert second.breaker.mode is BreakerMode.AUTOMATIC

    run_driven(main())


@pytest.mark.parametrize("address", ["10.0.0.1:80", "http://10.0.0.1:80", "https://10.0.0.1:80/v1/"])
def test_people_name_an_endpoint_by_host_and_port(address: str) -> None:
    assert place_of(address) == "10.0.0.1:80"
