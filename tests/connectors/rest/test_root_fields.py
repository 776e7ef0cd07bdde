"""Root fields that are bound to REST calls."""

import json
from collections.abc import Callable
from typing import Any

import pytest

USER = """
type Query {
  user(id: ID!): User @connect(source: "shop" http: { GET: "/users/{$args.id}" } selection: "id name mail: e_mail")
}
type User { id: ID! name: String! mail: String }
"""
USERS = """
type Query {
  users(first: Int = 20, after: ID): [User!]! @connect(
    source: "shop" http: { GET: "/users?first={$args.first}&after={$args.after}" } selection: "$.users { id }"
  )
}
type User { id: ID! }
"""
SAVE = """
type Query { a: Int }
type Mutation {
  save(id: ID!, input: Input!): User @connect(
    source: "shop" http: { PUT: "/users/{$args.id}", body: "$args.input { name tags size }" } selection: "id"
  )
}
input Input { name: String tags: [String!] size: Int! = 3 }
type User { id: ID! }
"""


async def test_a_root_field_is_one_call(ask: Callable[..., Any], shop: Any, calls: Any) -> None:
    shop.answer = lambda _: {"id": 1, "name": "Ada", "e_mail": None, "secret": "x"}

    answer = await ask(USER, '{ __typename user(id: "1") { name mail __typename } }')

    assert answer.data == {"__typename": "Query", "user": {"name": "Ada", "mail": None, "__typename": "User"}}
    assert answer.errors == ()
    assert [(received.method, received.target) for received in shop.received] == [("GET", "/v1/users/1")]
    assert shop.received[0].headers["accept"] == "application/json"
    assert calls.idempotent == [True]


async def test_each_alias_of_a_root_field_is_a_call_of_its_own(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: {"name": received.target[-1]}

    answer = await ask(USER, '{ a: user(id: "1") { name } b: user(id: $id) { name } }', variables={"id": "2"})

    assert answer.data == {"a": {"name": "1"}, "b": {"name": "2"}}
    assert shop.targets == ["/v1/users/1", "/v1/users/2"]


async def test_arguments_that_are_left_out_have_their_defaults(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: {"users": [{"id": 1}]}

    answer = await ask(USERS, "{ users(first: $first) { id } }")

    assert answer.data == {"users": [{"id": 1}]}
    assert shop.targets == ["/v1/users?first=20&after="]


async def test_a_skipped_root_field_is_not_called(ask: Callable[..., Any], shop: Any) -> None:
    text = '{ a: user(id: "1") @include(if: $a) { name } b: user(id: "2") @skip(if: $a) { name } }'
    shop.answer = lambda _: {"name": "Ada"}

    assert (await ask(USER, text, variables={"a": True})).data == {"a": {"name": "Ada"}}
    assert (await ask(USER, text, variables={"a": False})).data == {"b": {"name": "Ada"}}
    assert shop.targets == ["/v1/users/1", "/v1/users/2"]


async def test_a_body_is_json_from_the_mapping(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: {"id": 7}

    text = '{ save(id: 7, input: { name: null, tags: "a", more: 1 }) { id } }'
    answer = await ask(SAVE, text, kind="mutation")

    assert answer.data == {"save": {"id": 7}}
    received = shop.received[0]
    assert (received.method, received.target) == ("PUT", "/v1/users/7")
    assert json.loads(received.body) == {"name": None, "tags": ["a"], "size": 3}
    assert received.headers["content-type"] == "application/json"


async def test_mutations_are_called_one_after_the_other(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: {"id": received.target[-1]}
    text = "{ " + " ".join(f"m{number}: save(id: {number}, input: {{}}) {{ id }}" for number in range(9)) + " }"

    await ask(SAVE, text, kind="mutation")

    assert [received.target[-1] for received in shop.received] == list("012345678")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_mutation_is_not_repeatable(ask: Callable[..., Any], calls: Any, method: str) -> None:
    await ask(SAVE.replace("PUT", method), "{ save(id: 7, input: {}) { id } }", kind="mutation")

    assert calls.idempotent == [False]


async def test_a_query_is_repeatable_whatever_its_method(ask: Callable[..., Any], calls: Any) -> None:
    await ask(SAVE.replace("PUT", "POST"), "{ save(id: 7, input: {}) { id } }")

    assert calls.idempotent == [True]


@pytest.mark.parametrize(("sent", "is_repeatable"), [({"idempotency-key": "k1"}, True), ({}, False)])
async def test_a_mutation_with_an_idempotency_key_is_repeatable(
    ask: Callable[..., Any], calls: Any, sent: dict[str, str], *, is_repeatable: bool
) -> None:
    keyed = SAVE.replace("http: {", 'http: { headers: [{ name: "Idempotency-Key", from: "idempotency-key" }],')

    await ask(keyed, "{ save(id: 7, input: {}) { id } }", kind="mutation", headers=sent)

    assert calls.idempotent == [is_repeatable]


async def test_an_empty_answer_is_null(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: (204, b"")

    answer = await ask(SAVE.replace("PUT", "DELETE"), "{ save(id: 7, input: {}) { id } }", kind="mutation")

    assert answer.data == {"save": None}
    assert answer.errors == ()


async def test_404_on_a_nullable_get_is_null(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: (404, {"message": "no such user"})

    answer = await ask(USER, '{ user(id: "1") { name } }')

    assert answer.data == {"user": None}
    assert answer.errors == ()


async def test_404_is_a_failure_where_there_has_to_be_something(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: (404, {})

    for sdl, text in ((USERS, "{ users { id } }"), (SAVE, '{ save(id: "1", input: {}) { id } }')):
        answer = await ask(sdl, text)
        assert answer.data is None
        assert [(error.code, error.extensions) for error in answer.errors] == [("UPSTREAM_ERROR", {"status": 404})]
