"""Whatever a server does to a connection, its call ends in time, with the right reason, or is answered elsewhere."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import CallFailed
from connectors.graphql.connector import GraphQLConnector
from connectors.graphql.judge import judge_graphql
from connectors.protocol import Answer, CallContext, CallRequest, Fetch
from connectors.rest.connector import RestConnector
from connectors.traffic.http_service import HttpService
from tests.connectors.traffic.faulty_servers import FAULTS, goes_away_now_and_then, serving, well

BUDGET = 0.3
SLACK = 0.05
# Where the machine keeps the whole process waiting it is late for other reasons: then another call shows the same.
MOST_CALLS = 5
SDL = """
type Query { user(id: ID!): User @connect(source: "shop" http: { GET: "/users/{$args.id}" } selection: "id name") }
type User { id: ID! name: String }
"""
PLAIN = "type Query { a: Int }"


@pytest.fixture(params=["REST", "GraphQL"])
def ask(request: pytest.FixtureRequest, bound: Any, graph: Any, selections: Any) -> Callable[..., Any]:
    """Ask one query of a service by its protocol; gives the answer and how long it took."""

    async def rest(*urls: str, kind: str) -> tuple[Answer, float]:
        service = HttpService("shop", urls)
        connect, types = bound(SDL)
        return await _call(RestConnector(connect, service, types), service, '{ user(id: "1") { name } }', kind)

    async def graphql(*urls: str, kind: str) -> tuple[Answer, float]:
        service = HttpService("shop", urls, judge=judge_graphql)
        return await _call(GraphQLConnector(graph(PLAIN), service, "/"), service, "{ a }", kind)

    async def _call(connector: Any, service: HttpService, text: str, kind: str) -> tuple[Answer, float]:
        template = connector.prepare(Fetch("shop", kind, selections(text)))
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            answer = await connector.call(CallRequest(template, {}, [], CallContext(started + BUDGET)))
            return answer, clock() - started
        finally:
            await service.close()

    async def by_protocol(*urls: str, kind: str = "query") -> tuple[Answer, float]:
        return await (rest if request.param == "REST" else graphql)(*urls, kind=kind)

    return by_protocol


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_faulty_server_costs_no_more_than_the_budget(ask: Callable[..., Any], fault: str) -> None:
    behave, code = FAULTS[fault]
    took = []
    while not took or (min(took) > BUDGET + SLACK and len(took) < MOST_CALLS):
        async with serving(behave) as url:
            answer, seconds = await ask(url, kind="mutation")
        assert [error.code for error in answer.errors] == [code]
        took.append(seconds)
    assert min(took) <= BUDGET + SLACK


@pytest.mark.parametrize("fault", ["503", "reset", "half close", "wrong length"])
async def test_a_query_is_answered_by_the_other_instance(ask: Callable[..., Any], fault: str) -> None:
    async with serving(FAULTS[fault][0]) as bad, serving(well) as good:
        answer, _ = await ask(bad, good)
    assert answer.errors == ()


@pytest.mark.slow
async def test_ten_thousand_queries_never_notice_that_connections_are_closed() -> None:
    failures: list[CallFailed] = []
    async with serving(goes_away_now_and_then()) as url:
        service = HttpService("shop", [url])

        async def many() -> None:
            for _ in range(500):
                try:
                    deadline = asyncio.get_running_loop().time() + 60
                    await service.request("GET", "/", (), None, deadline, idempotent=True)
                except CallFailed as failure:
                    failures.append(failure)

        async with asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(many())
        await service.close()
    assert failures == []
