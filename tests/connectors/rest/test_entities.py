"""Entities, and fields of entities, that are bound to REST calls: one call each, or one for many."""

import json
import threading
from collections.abc import Callable
from typing import Any

from connectors.bound.run import MOST_AT_ONCE

SINGLE = """
type Query { a: Int }
type User @key(fields: "id") @connect(
  source: "shop" http: { GET: "/users/{$this.id}" } selection: "id name"
) { id: ID! name: String }
"""
ENTITY_FIELD = """
type Query {
  user(id: ID!): User @connect(
    source: "shop" http: { POST: "/find", body: "$args" } selection: "name" entity: true
  )
}
type User @key(fields: "id") { id: ID! name: String }
"""
BATCH = """
type Query { a: Int }
type User @key(fields: "id") @connect(
  source: "shop" http: { GET: "/users?ids={$batch.id->joinNotNull(',')}" } selection: "$.users { id: user_id name }"
  batch: { maxSize: 3 }
) { id: ID! name: String }
"""
FIELD = """
type Query { a: Int }
type User @key(fields: "id") {
  id: ID!
  orders(last: Int = 5): [Order!] @connect(
    source: "shop" http: { GET: "/users/{$this.id}/orders?last={$args.last}" } selection: "id total: total.amount"
  )
}
type Order { id: ID! total: Float }
"""
MANY = """
type Query { a: Int }
type User @key(fields: "id") {
  id: ID!
  orders(status: String): [Order!]! @connect(
    source: "shop" http: { POST: "/orders/batch", body: "ids: $batch.id status: $args.status" }
    selection: "$.orders { id }" groupBy: "user_id" batch: { maxSize: 2 }
  )
}
type Order { id: ID! }
"""
ONE = """
type Query { a: Int }
type User @key(fields: "id") {
  id: ID!
  theme: Theme @connect(
    source: "shop" http: { POST: "/themes/batch", body: "ids: $batch.id" } selection: "name" groupBy: "userId"
  )
}
type Theme { name: String! }
"""


def users(*ids: object) -> list[dict[str, Any]]:
    """Representations of users."""
    return [{"__typename": "User", "id": user} for user in ids]


async def test_an_entity_without_a_batch_form_is_a_call_each(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: {"id": received.target[-1], "name": f"n{received.target[-1]}"}

    answer = await ask(SINGLE, "{ ... on User { __typename who: name } }", representations=users(1, 2))

    assert answer.data == [{"__typename": "User", "who": "n1"}, {"__typename": "User", "who": "n2"}]
    assert shop.targets == ["/v1/users/1", "/v1/users/2"]


async def test_an_entity_that_is_not_there_is_null(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: (404, {}) if received.target.endswith("1") else {"id": 2, "name": "B"}

    answer = await ask(SINGLE, "{ ... on User { name } }", representations=users(1, 2))

    assert answer.data == [None, {"name": "B"}]
    assert answer.errors == ()


async def test_an_entity_field_gets_the_key_as_its_arguments(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: {"name": "Ada"}

    answer = await ask(ENTITY_FIELD, "{ ... on User { id name } }", representations=users("7"))

    assert answer.data == [{"id": "7", "name": "Ada"}]
    assert json.loads(shop.received[0].body) == {"id": "7"}


async def test_an_entity_field_is_a_root_field_as_well(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: {"name": "Ada"}

    assert (await ask(ENTITY_FIELD, '{ user(id: "7") { name } }')).data == {"user": {"name": "Ada"}}


async def test_entities_of_a_batch_find_their_places_by_key(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: {
        "users": [
            {"user_id": int(user), "name": f"n{user}"}
            for user in reversed(received.target.partition("=")[2].split("%2C"))
            if user != "2"
        ]
    }

    answer = await ask(BATCH, "{ ... on User { name } }", representations=users("1", "2", "3", "4"))

    assert answer.data == [{"name": "n1"}, None, {"name": "n3"}, {"name": "n4"}]
    assert answer.errors == ()
    assert shop.targets == ["/v1/users?ids=1%2C2%2C3", "/v1/users?ids=4"]


async def test_fields_of_entities_are_called_with_their_arguments(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: [{"id": received.target, "total": {"amount": 1.5}}]
    text = "{ ... on User { __typename id few: orders(last: 1) { id } orders { total } } }"

    answer = await ask(FIELD, text, representations=users(1, 2))

    assert answer.data == [
        {
            "__typename": "User",
            "id": user,
            "few": [{"id": f"/v1/users/{user}/orders?last=1"}],
            "orders": [{"total": 1.5}],
        }
        for user in (1, 2)
    ]
    assert len(shop.received) == 4


async def test_calls_of_one_fetch_run_at_once_but_not_without_bound(ask: Callable[..., Any], shop: Any) -> None:
    together = threading.Barrier(MOST_AT_ONCE)
    counting, under_way, most = threading.Lock(), 0, 0

    def answer_in_groups(received: Any) -> Any:
        nonlocal under_way, most
        with counting:
            under_way += 1
            most = max(most, under_way)
        together.wait(timeout=10)
        with counting:
            under_way -= 1
        return {"name": received.target}

    shop.answer = answer_in_groups
    answer = await ask(SINGLE, "{ ... on User { name } }", representations=users(*range(2 * MOST_AT_ONCE)))

    assert [item["name"] for item in answer.data] == [f"/v1/users/{user}" for user in range(2 * MOST_AT_ONCE)]
    assert most == MOST_AT_ONCE


async def test_a_list_field_gets_its_items_of_a_batch(ask: Callable[..., Any], shop: Any) -> None:
    owners = {"1": [10, 11], "2": [], "3": [30]}
    shop.answer = lambda received: {
        "orders": [
            {"id": order, "user_id": int(user)} for user in json.loads(received.body)["ids"] for order in owners[user]
        ]
    }

    answer = await ask(MANY, "{ ... on User { orders { id } } }", representations=users("1", "2", "3"))

    assert answer.data == [{"orders": [{"id": 10}, {"id": 11}]}, {"orders": []}, {"orders": [{"id": 30}]}]
    assert sorted(json.loads(received.body)["ids"] for received in shop.received) == [["1", "2"], ["3"]]


async def test_each_alias_of_a_batched_field_is_a_batch_of_its_own(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda received: {"orders": [{"id": json.loads(received.body)["status"], "user_id": 1}]}
    text = '{ ... on User { a: orders(status: "A") { id } b: orders(status: $s) { id } } }'

    answer = await ask(MANY, text, representations=users("1"), variables={"s": "B"})

    assert answer.data == [{"a": [{"id": "A"}], "b": [{"id": "B"}]}]


async def test_a_single_field_gets_its_item_of_a_batch_or_null(ask: Callable[..., Any], shop: Any) -> None:
    shop.answer = lambda _: [{"userId": 2, "name": "dark"}]

    answer = await ask(ONE, "{ ... on User { theme { name } } }", representations=users("1", "2"))

    assert answer.data == [{"theme": None}, {"theme": {"name": "dark"}}]
    assert answer.errors == ()


async def test_a_thousand_entities_cost_no_more_calls_than_the_maximum_makes_it(
    ask: Callable[..., Any], shop: Any
) -> None:
    shop.answer = lambda _: {"users": []}

    await ask(
        BATCH.replace("maxSize: 3", "maxSize: 100"), "{ ... on User { name } }", representations=users(*range(1000))
    )

    assert len(shop.received) == 10


async def test_a_fetch_for_no_entities_calls_nothing(ask: Callable[..., Any], shop: Any) -> None:
    answer = await ask(BATCH, "{ ... on User { name } }", representations=[])

    assert answer.data == []
    assert shop.received == []
