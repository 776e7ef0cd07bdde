"""What a service does when a call fails: ask elsewhere, ask again, or say so."""

import asyncio
from collections.abc import Callable

import pytest

from connectors.errors import (
    BadStatus,
    CallFailed,
    CircuitOpen,
    NoHealthyEndpoint,
    NotConnected,
    PoolExhausted,
    TimedOut,
    Unreachable,
)
from connectors.traffic.breaker import BreakerMode, BreakerPolicy
from connectors.traffic.policy import TrafficPolicy
from connectors.traffic.retry import RetryPolicy
from tests.connectors.traffic.driven_loop import now, run_driven
from tests.connectors.traffic.scripted import Scripted, service_of

NO_BREAKER = BreakerPolicy(mode=BreakerMode.FORCED_CLOSED)


def always(make: Callable[[], Exception]) -> Callable[[], Exception]:
    return make


def broken() -> Exception:
    return Unreachable("the service closed the connection before its answer was complete")


def refused() -> Exception:
    return NotConnected("the service cannot be reached")


def test_a_query_that_broke_is_asked_at_another_endpoint_first() -> None:
    async def main() -> None:
        bad, good = Scripted("bad", broken), Scripted("good")
        service = service_of(bad, good)
        assert await service.call(Scripted.ask, now() + 5, idempotent=True) == "good"
        assert (bad.calls, good.calls) == (1, 1)

    run_driven(main())


def test_a_mutation_that_broke_is_not_asked_again() -> None:
    async def main() -> None:
        bad, good = Scripted("bad", broken), Scripted("good")
        with pytest.raises(Unreachable):
            await service_of(bad, good).call(Scripted.ask, now() + 5)
        assert (bad.calls, good.calls) == (1, 0)

    run_driven(main())


def test_a_mutation_that_was_surely_not_sent_goes_elsewhere_at_once() -> None:
    async def main() -> None:
        bad, good = Scripted("bad", refused), Scripted("good")
        started = now()
        assert await service_of(bad, good).call(Scripted.ask, now() + 5) == "good"
        assert now() - started < 0.001

    run_driven(main())


def test_a_call_is_made_three_times_at_most_between_which_some_time_passes() -> None:
    async def main() -> None:
        bad = Scripted("bad", broken)
        started = now()
        with pytest.raises(Unreachable):
            await service_of(bad).call(Scripted.ask, now() + 5, idempotent=True)
        assert bad.calls == 3
        assert 0 < now() - started <= 0.025 + 0.05 + 0.001

    run_driven(main())


@pytest.mark.parametrize("status", ["INTERNAL", "NOT_FOUND", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"])
def test_what_the_service_would_say_again_is_not_asked_again(status: str) -> None:
    async def main() -> None:
        bad = Scripted("bad", lambda: BadStatus("no", extensions={"grpcStatus": status}))
        with pytest.raises(BadStatus):
            await service_of(bad).call(Scripted.ask, now() + 5, idempotent=True)
        assert bad.calls == 1

    run_driven(main())


@pytest.mark.parametrize(("pushback", "calls"), [(0.5, 3), (-1.0, 1), (60.0, 1)])
def test_a_service_is_left_alone_for_as_long_as_it_asks(pushback: float, calls: int) -> None:
    async def main() -> None:
        status = {"grpcStatus": "UNAVAILABLE"}
        bad = Scripted("bad", lambda: Unreachable("away", extensions=dict(status), pushback=pushback))
        started = now()
        with pytest.raises(Unreachable):
            await service_of(bad).call(Scripted.ask, now() + 5, idempotent=True)
        assert bad.calls == calls
        assert now() - started >= max(0.0, pushback) * (calls - 1)

    run_driven(main())


def test_nothing_is_waited_for_beyond_the_deadline() -> None:
    async def main() -> None:
        bad = Scripted("bad", broken, seconds=lambda: 0.09)
        started = now()
        with pytest.raises(CallFailed):
            await service_of(bad).call(Scripted.ask, now() + 0.1, idempotent=True)
        assert now() - started <= 0.1 + 1e-6

    run_driven(main())


def test_a_part_of_the_time_may_be_all_that_one_attempt_gets() -> None:
    async def main() -> None:
        hanging, good = Scripted("hanging", seconds=lambda: 60.0), Scripted("good")
        service = service_of(hanging, good, policy=TrafficPolicy(retries=RetryPolicy(attempt_seconds=1.0)))
        started = now()
        assert await service.call(Scripted.ask, now() + 5, idempotent=True) == "good"
        assert 1.0 <= now() - started < 1.1

    run_driven(main())


def test_a_service_that_fails_wholly_is_not_flooded_with_retries() -> None:
    async def main() -> None:
        bad = Scripted("bad", broken)
        service = service_of(bad, policy=TrafficPolicy(breaker=NO_BREAKER))

        said: set[object] = set()

        async def one() -> None:
            with pytest.raises(Unreachable) as caught:
                await service.call(Scripted.ask, now() + 5, idempotent=True)
            said.add(caught.value.extensions.get("notRepeated"))

        async with asyncio.TaskGroup() as group:
            for _ in range(200 * 30):
                group.create_task(one())
                await asyncio.sleep(1 / 200)
        assert bad.calls <= 1.2 * 200 * 30 + 3 * 30 + 3
        assert "RETRY_BUDGET" in said
        assert service.failures["RETRY_BUDGET"] == service.retries.budget.refused

    run_driven(main())


def test_an_open_circuit_answers_at_once_and_calls_nobody() -> None:
    async def main() -> None:
        bad = Scripted("bad", broken)
        service = service_of(bad)
        for _ in range(5):
            with pytest.raises(Unreachable):
                await service.call(Scripted.ask, now() + 5)
        started = now()
        with pytest.raises(CircuitOpen):
            await service.call(Scripted.ask, now() + 5)
        assert now() - started < 0.001
        assert bad.calls == 5
        assert service.failures == {"UPSTREAM_RESET": 5, "CIRCUIT_OPEN": 1}

    run_driven(main())


def test_half_open_five_hundred_callers_make_as_many_calls_as_there_are_probes() -> None:
    async def main() -> None:
        state: dict[str, bool] = {"bad": True}
        link = Scripted("a", lambda: broken() if state["bad"] else None)
        service = service_of(link)
        for _ in range(5):
            with pytest.raises(Unreachable):
                await service.call(Scripted.ask, now() + 5)
        await asyncio.sleep(34)
        state["bad"], link.calls = False, 0
        link.seconds = lambda: 0.5
        outcomes = await asyncio.gather(
            *(service.call(Scripted.ask, now() + 5, idempotent=True) for _ in range(500)), return_exceptions=True
        )
        assert link.calls == 3
        assert sum(isinstance(each, CircuitOpen) for each in outcomes) == 497
        assert await service.call(Scripted.ask, now() + 5) == "a"

    run_driven(main())


def test_one_failing_endpoint_of_two_opens_no_circuit() -> None:
    async def main() -> None:
        bad, good = Scripted("bad", broken), Scripted("good")
        service = service_of(bad, good)
        for _ in range(20):
            try:
                await service.call(Scripted.ask, now() + 5)
            except Unreachable:
                continue
        assert service.breaker.passes
        assert bad.calls == 5, "ejected after five failures"

    run_driven(main())


def test_slow_calls_open_the_circuit_where_that_is_set() -> None:
    async def main() -> None:
        slow = Scripted("slow", seconds=lambda: 2.0)
        service = service_of(slow, policy=TrafficPolicy(breaker=BreakerPolicy(slow_after=1.0)))
        for _ in range(5):
            assert await service.call(Scripted.ask, now() + 5) == "slow"
        with pytest.raises(CircuitOpen):
            await service.call(Scripted.ask, now() + 5)

    run_driven(main())


def test_no_more_calls_than_allowed_are_on_their_way_and_the_queue_is_bounded() -> None:
    async def main() -> None:
        slow = Scripted("slow", seconds=lambda: 1.0)
        service = service_of(slow, policy=TrafficPolicy(most_calls=10, most_waiting=5))
        calls = (service.call(Scripted.ask, now() + 1.5) for _ in range(20))
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert outcomes.count("slow") == 10
        assert sum(isinstance(each, PoolExhausted) for each in outcomes) == 5
        assert sum(isinstance(each, TimedOut) for each in outcomes) == 5, "these had to wait, and ran out of time"
        assert service.bulkhead.inside == 0

    run_driven(main())


@pytest.mark.parametrize("fails_fast", [True, False])
def test_where_no_endpoint_is_healthy_calls_go_to_all_or_to_none(*, fails_fast: bool) -> None:
    async def main() -> None:
        link = Scripted("a", broken)
        service = service_of(link, policy=TrafficPolicy(fails_fast=fails_fast))
        service.set_health("a", is_healthy=False)
        with pytest.raises(NoHealthyEndpoint if fails_fast else Unreachable) as caught:
            await service.call(Scripted.ask, now() + 5)
        assert link.calls == (0 if fails_fast else 1)
        said = str(caught.value) if fails_fast else str(caught.value.extensions)
        assert ("fail fast" if fails_fast else "'routed': 'all'") in said

    run_driven(main())


def test_an_endpoint_drains_without_failing_a_call() -> None:
    async def main() -> None:
        links = [Scripted("old", seconds=lambda: 1.0), Scripted("new", seconds=lambda: 1.0)]
        service = service_of(*links)
        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(service.call(Scripted.ask, now() + 5)) for _ in range(4)]
            await asyncio.sleep(0.5)
            draining = group.create_task(service.drain("old", 5.0))
            await asyncio.sleep(0.1)
            assert not draining.done()
            assert await service.call(Scripted.ask, now() + 5) == "new"
        assert sorted(call.result() for call in calls) == ["new", "new", "old", "old"]
        assert [endpoint.address for endpoint in service.endpoints] == ["new"]
        assert links[0].closed == 1

    run_driven(main())


def test_a_drained_endpoint_is_closed_in_the_end_whatever_is_on_its_way() -> None:
    async def main() -> None:
        service = service_of(Scripted("old", seconds=lambda: 60.0), Scripted("new"))
        async with asyncio.TaskGroup() as group:
            hanging = group.create_task(service.call(Scripted.ask, now() + 100))
            await asyncio.sleep(0.1)
            started = now()
            await service.drain("old", 5.0)
            assert now() - started == pytest.approx(5.0, abs=0.01)
            hanging.cancel()

    run_driven(main())
