"""How clients were answered is counted by what came of it, under few names."""

import asyncio
from pathlib import Path

import httpx
from prometheus_client import CollectorRegistry, generate_latest

from federation.gateway import Gateway
from federation.http.app import App, EdgeOptions
from federation.request import ClientRequest
from federation.telemetry.request_counts import MOST_NAMES, OTHER, OperationCounts, RouteCounts
from federation.telemetry.request_metrics import RequestMetrics
from tests.federation.admin.administered_gateway import administered


def lines(gateway: Gateway) -> set[str]:
    registry = CollectorRegistry()
    registry.register(RequestMetrics(gateway.operations, gateway.routed))
    return set(generate_latest(registry).decode().splitlines())


async def test_operations_are_counted_by_their_outcome(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        transport = httpx.ASGITransport(App(admin.gateway, EdgeOptions(graphiql=False)))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            await client.post("/graphql", json={"query": "{ a }"})
            await client.post("/graphql", json=[{"query": "{ a }"}, {"query": "{ b }"}])
            await client.post("/graphql", json={"query": "{ c }"})
            await client.post("/graphql", content=b"{", headers={"content-type": "application/json"})
            await client.post("/graphql", content=b"{}", headers={"content-type": "text/plain"})
        leaving = asyncio.ensure_future(admin.gateway.answer(ClientRequest("{ a b }")))  # noqa: TID251 - cancelled here
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving])
        found = lines(admin.gateway)

    assert {
        'interlace_operations_total{outcome="OK"} 3.0',
        'interlace_operations_total{outcome="GRAPHQL_VALIDATION_FAILED"} 1.0',
        'interlace_operations_total{outcome="BAD_REQUEST"} 1.0',
        'interlace_operations_total{outcome="UNSUPPORTED_MEDIA_TYPE"} 1.0',
        'interlace_operations_total{outcome="LEFT"} 1.0',
        'interlace_operation_seconds_count{answer="ok"} 3.0',
        'interlace_operation_seconds_count{answer="refused"} 4.0',
        'interlace_operation_seconds_bucket{answer="ok",le="+Inf"} 3.0',
    } - found == set()


async def test_whole_requests_that_a_limit_refuses_are_counted_as_such(tmp_path: Path) -> None:
    async with administered(tmp_path, more='rate_limits: {requests: "2/minute"}') as admin:
        for _ in range(5):
            await admin.query()
        metrics = await admin.metrics()
        limits = await admin.get("/limits")

    assert 'interlace_policy_decisions_total{outcome="allowed",policy="request_limit"} 2.0' in metrics
    assert 'interlace_policy_decisions_total{outcome="denied",policy="request_limit"} 3.0' in metrics
    assert 'interlace_operations_total{outcome="RATE_LIMITED"} 3.0' in metrics
    denied = {"coordinate": "requests", "policy": "RequestLimit", "outcome": "denied", "count": 3}
    assert denied in limits["policies"]


async def test_why_calls_are_not_cached_is_counted_by_reason(tmp_path: Path) -> None:
    async with administered(tmp_path, more="cache: {follow: [shop]}") as admin:
        await admin.query()
        cache = await admin.get("/cache")

    assert cache["not_cached"] == {"undeclared": 1}


def test_routes_are_counted_by_pattern_method_and_class_of_status() -> None:
    counts = RouteCounts()
    for method, status in (("GET", 200), ("GET", 204), ("BREW", 405), ("POST", 0)):
        counts.note("/users/*", method, status, 0.01)

    assert counts.requests == {
        ("/users/*", "GET", "2xx"): 2,
        ("/users/*", "OTHER", "4xx"): 1,
        ("/users/*", "POST", "LEFT"): 1,
    }
    assert counts.durations["/users/*"].counts[3] == 4


def test_names_are_bounded_whatever_comes() -> None:
    operations, routes = OperationCounts(), RouteCounts()
    for number in range(MOST_NAMES + 50):
        operations.note(f"CODE_{number}", 0.0)
        routes.note(f"/{number}", "GET", 200, 0.0)

    assert (operations.outcomes[OTHER], len(operations.outcomes)) == (50, MOST_NAMES + 1)
    assert (routes.requests[OTHER, "GET", "2xx"], len(routes.durations)) == (50, MOST_NAMES + 1)
