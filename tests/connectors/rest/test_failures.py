"""A failing service is an answer with errors: each cause once, and nothing that clients may not see."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import BindingInvalid, CannotPrepare, Unreachable
from connectors.protocol import CallContext, CallRequest, Fetch
from connectors.rest.connector import RestConnector
from schemas.connect import HttpCall

SINGLE = """
type Query { a: Int }
type User @key(fields: "id") @connect(
  source: "shop" http: { GET: "/users/{$this.id}" } selection: "id name tags"
) { id: ID! name: String! tags: [String] }
"""
BATCH = """
type Query { a: Int }
type User @key(fields: "id") {
  id: ID!
  orders: [Order!]! @connect(
    source: "shop" http: { POST: "/orders", body: "ids: $batch.id" } selection: "$.orders { id total }"
    groupBy: "user_id" batch: { maxSize: 2 }
  )
}
type Order { id: ID! total: Float! }
"""
USER = """
type Query { user(id: ID): User @connect(source: "shop" http: { GET: "/users/{$args.id}" } selection: "id name") }
type User { id: ID! name: String! }
"""
NAMES = "{ ... on User { name } }"
ORDERS = "{ ... on User { orders { id total } } }"


def users(*ids: object) -> list[dict[str, Any]]:
    """Representations of users."""
    return [{"__typename": "User", "id": user} for user in ids]


async def test_a_failing_fetch_is_one_error(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: (500, b"Traceback: 10.0.0.7 broke")

    answer = await ask(SINGLE, NAMES, representations=users(1, 2, 3))

    assert answer.data is None
    (error,) = answer.errors
    assert (error.code, error.message) == ("UPSTREAM_ERROR", "the service answered with status 500")
    assert error.extensions == {"status": 500, "count": 3}
    assert error.path == (0,)
    assert "10.0.0.7" in error.detail
    assert "10.0.0.7" not in error.message


async def test_what_did_not_fail_is_answered(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: (503, {}) if received.target[-1] in "24" else {"name": received.target[-1]}

    answer = await ask(SINGLE, NAMES, representations=users(1, 2, 3, 4))

    assert answer.data == [{"name": "1"}, None, {"name": "3"}, None]
    assert [(error.path, error.extensions) for error in answer.errors] == [((1,), {"status": 503, "count": 2})]


async def test_different_causes_are_different_errors(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: (500, {}) if received.target.endswith("1") else b"<html>"

    answer = await ask(SINGLE, NAMES, representations=users(1, 2))

    assert [(error.code, error.path) for error in answer.errors] == [
        ("UPSTREAM_ERROR", (0,)),
        ("UPSTREAM_BAD_RESPONSE", (1,)),
    ]


async def test_a_failing_batch_leaves_the_others_alone(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: (500, {}) if b'"3"' in received.body else {"orders": []}

    answer = await ask(BATCH, ORDERS, representations=users("1", "2", "3"))

    assert answer.data == [{"orders": []}, {"orders": []}, {}]
    assert [(error.path, error.extensions) for error in answer.errors] == [((2, "orders"), {"status": 500})]


@pytest.mark.parametrize("body", [b"<html>", b'{"name": ', b"NaN", b"\xff"])
async def test_an_answer_that_is_no_json_is_a_bad_answer(ask: Callable[..., Any], shop: Any, body: bytes) -> None:
    shop.answer = lambda _: body

    (error,) = (await ask(USER, '{ user(id: "1") { name } }')).errors

    assert (error.code, error.message, error.path) == ("UPSTREAM_BAD_RESPONSE", "the answer is not JSON", ("user",))


@pytest.mark.parametrize("body", [[], [{"name": "Ada"}], "Ada", 7, True])
async def test_an_answer_of_another_kind_is_a_bad_answer(ask: Callable[..., Any], shop: Any, body: object) -> None:
    shop.answer = lambda _: body

    answer = await ask(USER, '{ user(id: "1") { name } }')

    (error,) = answer.errors
    assert (error.code, error.path) == ("UPSTREAM_BAD_RESPONSE", ("user",))
    assert "Query.user has to be an object" in error.message
    assert answer.data == {}


async def test_a_missing_field_is_one_error_for_all_entities(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: {
        "orders": [{"id": 1, "total": 2, "user_id": 1}, {"id": 2, "user_id": 2}, {"id": 3, "user_id": 2}]
    }

    answer = await ask(BATCH, ORDERS, representations=users("1", "2"))

    assert answer.data == [{"orders": [{"id": 1, "total": 2}]}, {"orders": [{"id": 2}, {"id": 3}]}]
    (error,) = answer.errors
    assert error.path == (1, "orders", 0, "total")
    assert error.message == "the answer does not fit the schema: Order.total is missing (2 times)"


async def test_a_batch_that_is_no_list_is_a_bad_answer(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: {"orders": {"id": 1}}

    answer = await ask(BATCH, ORDERS, representations=users("1", "2"))

    assert answer.data is None
    assert [(error.code, error.path) for error in answer.errors] == [("UPSTREAM_BAD_RESPONSE", (0, "orders"))]


async def test_values_that_cannot_be_sent_are_refused_before_any_call(ask: Callable[..., Any], shop: Any) -> None:
    answer = await ask(USER, "{ a: user(id: null) { name } b: user(id: $id) { name } }", variables={"id": ".."})

    assert [error.code for error in answer.errors] == ["UPSTREAM_REQUEST_INVALID"] * 2
    assert [error.path for error in answer.errors] == [("a",), ("b",)]
    assert shop.received == []


async def test_a_method_that_fails_on_its_way_into_a_request_is_told(ask: Callable[..., Any], shop: Any) -> None:
    answer = await ask(USER.replace("$args.id}", "$args.id->first->parseInt}"), '{ user(id: "x") { name } }')

    (error,) = answer.errors
    assert error.code == "UPSTREAM_REQUEST_INVALID"
    assert shop.received == []


async def test_a_service_that_cannot_be_reached_is_an_answer(
    bound: Callable[[str], Any], selections: Callable[[str], Any]
) -> None:
    class Nobody:
        key_argument = None

        async def request(self, *_arguments: object, **_options: object) -> Any:
            raise Unreachable("the service cannot be reached", detail="127.0.0.1:1 refused")

        share = request

    connect, graph = bound(USER)
    connector = RestConnector(connect, Nobody(), graph)
    template = connector.prepare(Fetch("shop", "query", selections('{ user(id: "1") { name } }')))
    context = CallContext(asyncio.get_running_loop().time() + 1)
    answer = await connector.call(CallRequest(template, {}, [], context))
    await connector.close()

    assert answer.data is None
    assert [(error.code, error.detail) for error in answer.errors] == [("UPSTREAM_RESET", "127.0.0.1:1 refused")]


async def test_cancelling_a_fetch_passes_through(bound: Callable[[str], Any], selections: Callable[[str], Any]) -> None:
    class Silent:
        key_argument = None

        async def request(self, *_arguments: object, **_options: object) -> Any:
            await asyncio.Event().wait()

        share = request

    connect, graph = bound(USER)
    connector = RestConnector(connect, Silent(), graph)
    template = connector.prepare(Fetch("shop", "query", selections('{ user(id: "1") { name } }')))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await connector.call(CallRequest(template, {}, [], CallContext(0)))


def test_a_fetch_for_another_field_cannot_be_prepared(
    bound: Callable[[str], Any], selections: Callable[[str], Any]
) -> None:
    connect, graph = bound(USER)
    connector = RestConnector(connect, None, graph)

    for text, message in (("{ users { id } }", "gives Query.user, and not 'users'"), ("{ user { age } }", "User.age")):
        with pytest.raises(CannotPrepare, match=message):
            connector.prepare(Fetch("shop", "query", selections(text)))


def test_everything_that_is_wrong_with_a_binding_is_told_at_once(bound: Callable[[str], Any]) -> None:
    connect, graph = bound(USER)
    call = HttpCall("POST", "/users/{$args.id", body="a: $nothing")
    broken = replace(connect, call=call, selection="id name: ->upper")

    with pytest.raises(BindingInvalid) as caught:
        RestConnector(broken, None, graph)

    problems = str(caught.value).splitlines()
    assert len(problems) == 3
    assert all(problem.startswith("shop: @connect on Query.user: ") for problem in problems)
    assert "POST: line 1, column 8: this '{' is never closed" in problems[0]
    assert "body: line 1, column 4: there is no variable $nothing" in problems[1]
    assert "selection: line 1, column 10" in problems[2]
