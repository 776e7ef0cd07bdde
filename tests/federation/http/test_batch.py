"""Several operations in one request are answered each for itself, in their order."""

import httpx
import pytest

from federation.gateway import Gateway, Snapshot
from federation.http.app import App, EdgeOptions
from federation.request import ClientAnswer, ClientRequest
from tests.federation.test_pipeline import pipeline


async def post(body: object, max_batch: int = 3, accept: str = "application/json") -> httpx.Response:
    gateway = Gateway()
    gateway.open(Snapshot(pipeline(), ()))
    transport = httpx.ASGITransport(App(gateway, EdgeOptions(graphiql=False, max_batch=max_batch)))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        return await client.post("/graphql", json=body, headers={"accept": accept})


async def test_answers_come_in_the_order_of_the_operations() -> None:
    response = await post([{"query": "{ a }"}, {"query": "{ nothing }"}, {"query": "mutation { pay }"}])

    first, second, third = response.json()
    assert (first, third) == ({"data": {"a": 1}}, {"data": {"pay": 2}})
    assert second["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert response.status_code == 200


async def test_a_batch_counts_as_refused_where_all_are() -> None:
    response = await post([{"query": "{ x }"}, {"query": "{ y }"}], accept="application/graphql-response+json")

    assert response.status_code == 400
    assert len(response.json()) == 2


@pytest.mark.parametrize("count", [0, 4])
async def test_a_batch_has_at_least_one_operation_and_not_too_many(count: int) -> None:
    response = await post([{"query": "{ a }"}] * count)

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, "BATCH_TOO_LARGE")


async def test_an_operation_that_is_none_refuses_the_batch() -> None:
    response = await post([{"query": "{ a }"}, 3])

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


async def test_lists_in_lists_are_no_batches() -> None:
    response = await post([[{"query": "{ a }"}]])

    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_a_header_that_several_answers_have_is_sent_once() -> None:
    class Marked(Gateway):
        async def answer(self, request: ClientRequest) -> ClientAnswer:
            return (await super().answer(request))._replace(headers=((b"x-from", request.query.encode()),))

    gateway = Marked()
    gateway.open(Snapshot(pipeline(), ()))
    transport = httpx.ASGITransport(App(gateway, EdgeOptions(graphiql=False)))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        response = await client.post("/graphql", json=[{"query": "{ a }"}, {"query": "{ x: a }"}])

    assert response.headers.get_list("x-from") == ["{ a }"]
