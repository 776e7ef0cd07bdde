"""A second call where the first is late: what it gains, and what it may cost."""

import asyncio
from random import Random

import pytest

from connectors.traffic.latency import Quantile
from connectors.traffic.policy import HedgingPolicy, TrafficPolicy
from tests.connectors.traffic.driven_loop import now, run_driven
from tests.connectors.traffic.scripted import Scripted, service_of


async def latencies(links: list[Scripted], policy: TrafficPolicy, calls: int) -> list[float]:
    service = service_of(*links, policy=policy)
    found: list[float] = []

    async def one() -> None:
        started = now()
        await service.call(Scripted.ask, now() + 30, idempotent=True)
        found.append(now() - started)

    async with asyncio.TaskGroup() as group:
        for _ in range(calls):
            group.create_task(one())
            await asyncio.sleep(0.005)
    return sorted(found[calls // 10 :])


def sometimes_slow(seed: int) -> list[Scripted]:
    """Two endpoints where 2 % of the calls take 20 times as long."""
    rng = Random(seed)

    def seconds() -> float:
        return (0.2 if rng.random() < 0.02 else 0.01) * (0.9 + rng.random() / 5)

    return [Scripted("a", seconds=seconds), Scripted("b", seconds=seconds)]


@pytest.mark.parametrize("seed", [1, 2])
def test_with_two_percent_of_calls_twenty_times_slower_the_99th_percentile_falls_by_half(seed: int) -> None:
    calls = 4_000
    plain = run_driven(latencies(sometimes_slow(seed), TrafficPolicy(), calls))
    links = sometimes_slow(seed)
    hedged = run_driven(latencies(links, TrafficPolicy(hedging=HedgingPolicy()), calls))
    assert hedged[int(len(hedged) * 0.99)] <= plain[int(len(plain) * 0.99)] / 2
    assert sum(link.calls for link in links) <= calls * 1.05 + 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_calls_that_are_a_little_late_do_not_spend_what_those_that_hang_need(seed: int) -> None:
    calls, rng = 4_000, Random(seed)

    def seconds() -> float:
        return 0.2 if rng.random() < 0.03 else 0.009 + rng.expovariate(500)

    links = [Scripted("a", seconds=seconds), Scripted("b", seconds=seconds)]
    hedged = run_driven(latencies(links, TrafficPolicy(hedging=HedgingPolicy()), calls))

    assert sum(each > 0.1 for each in hedged) <= len(hedged) * 0.004
    assert sum(link.calls for link in links) <= calls * 1.05 + 1


def test_the_loser_is_cancelled_within_fifty_milliseconds() -> None:
    async def main() -> None:
        slow, fast = Scripted("slow", seconds=lambda: 0.01), Scripted("fast", seconds=lambda: 0.01)
        service = service_of(slow, fast, policy=TrafficPolicy(hedging=HedgingPolicy()))
        for _ in range(200):
            await service.call(Scripted.ask, now() + 30, idempotent=True)
        assert service.hedging is not None
        made, won = service.hedging.made, service.hedging.won
        slow.seconds = lambda: 5.0
        slow.cancelled_at.clear()
        for _ in range(2):  # one of them begins at the slow one
            assert await service.call(Scripted.ask, now() + 30, idempotent=True) == "fast"
        answered_at = now()
        assert len(slow.cancelled_at) == 1
        assert answered_at - slow.cancelled_at[0] < 0.05
        assert [endpoint.in_flight for endpoint in service.endpoints] == [0, 0]
        assert (service.hedging.made, service.hedging.won) == (made + 1, won + 1)

    run_driven(main())


def test_calls_that_may_not_be_repeated_are_never_hedged() -> None:
    async def main() -> None:
        links = sometimes_slow(3)
        service = service_of(*links, policy=TrafficPolicy(hedging=HedgingPolicy()))
        for _ in range(500):
            await service.call(Scripted.ask, now() + 30)
        assert sum(link.calls for link in links) == 500

    run_driven(main())


def test_a_caller_that_leaves_cancels_both() -> None:
    async def main() -> None:
        links = [Scripted("a", seconds=lambda: 0.01), Scripted("b", seconds=lambda: 0.01)]
        service = service_of(*links, policy=TrafficPolicy(hedging=HedgingPolicy()))
        for _ in range(200):
            await service.call(Scripted.ask, now() + 30, idempotent=True)
        for link in links:
            link.seconds = lambda: 10.0
            link.cancelled_at.clear()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await service.call(Scripted.ask, now() + 30, idempotent=True)
        assert [len(link.cancelled_at) for link in links] == [1, 1]
        assert [endpoint.in_flight for endpoint in service.endpoints] == [0, 0]

    run_driven(main())


@pytest.mark.parametrize("quantile", [0.5, 0.95, 0.99])
def test_the_estimate_comes_to_rest_near_the_quantile(quantile: float) -> None:
    rng, estimate = Random(5), Quantile(quantile, step=0.02)
    values = [rng.lognormvariate(0, 1) for _ in range(20_000)]
    for value in values:
        estimate.add(value)
    exact = sorted(values)[int(quantile * len(values))]
    assert estimate.value == pytest.approx(exact, rel=0.25)


def test_the_estimate_follows_when_times_change() -> None:
    rng, estimate = Random(5), Quantile(0.95)
    for scale in (1.0, 10.0, 0.1):
        for _ in range(2_000):
            estimate.add(scale * (0.9 + rng.random() / 5))
        assert estimate.value == pytest.approx(scale * 1.09, rel=0.2)
