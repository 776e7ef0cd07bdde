"""Counts outlive the services that counted, for as long as there is a service of their name."""

import pytest

from connectors.errors import CallFailed, Unreachable
from connectors.traffic.history import TrafficHistory
from connectors.traffic.views import ServiceView
from tests.connectors.traffic.driven_loop import now, run_driven
from tests.connectors.traffic.scripted import Scripted, service_of


async def called(service: object, times: int) -> None:
    for _ in range(times):
        await service.call(Scripted.ask, now() + 5)  # type: ignore[attr-defined]


def calls(views: list[ServiceView]) -> dict[str, int]:
    return {endpoint.address: endpoint.calls for view in views for endpoint in view.endpoints}


def test_the_next_generation_goes_on_counting_where_the_last_one_ended() -> None:
    async def main() -> None:
        history = TrafficHistory()
        first, second = service_of(Scripted("a:1")), service_of(Scripted("a:1"))
        end = history.follow([first])
        await called(first, 3)
        history.follow([second])
        await called(second, 2)
        assert calls(history.views()) == {"a:1": 5}, "both are open: the first one is being drained"
        end()
        assert calls(history.views()) == {"a:1": 5}
        await called(second, 1)
        assert calls(history.views()) == {"a:1": 6}

    run_driven(main())


def test_states_are_those_of_the_newest_and_failures_those_of_all() -> None:
    async def main() -> None:
        history = TrafficHistory()
        bad, good = service_of(Scripted("a:1", lambda: Unreachable("broken"))), service_of(Scripted("a:1"))
        end = history.follow([bad])
        for _ in range(6):
            with pytest.raises(CallFailed):
                await bad.call(Scripted.ask, now() + 5)
        history.follow([good])
        end()
        (view,) = history.views()
        assert (view.circuit.value, view.times_opened, sum(view.failures.values())) == ("closed", 1, 6)

    run_driven(main())


def test_endpoints_and_services_that_are_gone_are_forgotten() -> None:
    async def main() -> None:
        history = TrafficHistory()
        first, second = service_of(Scripted("a:1"), Scripted("b:1")), service_of(Scripted("b:1"))
        end_first = history.follow([first])
        await called(first, 4)
        end_second = history.follow([second])
        (view,) = history.views()
        states = {endpoint.address: endpoint.state.value for endpoint in view.endpoints}
        assert states == {"a:1": "draining", "b:1": "ready"}, "the first one is being drained"
        end_first()
        assert set(calls(history.views())) == {"b:1"}
        end_second()
        assert history.views() == []
        third = service_of(Scripted("b:1"))
        history.follow([third])
        assert calls(history.views()) == {"b:1": 0}

    run_driven(main())
