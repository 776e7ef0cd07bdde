"""The query that stays valid for ever, and what it costs the services."""

import pytest

from examples.storefront.run import Storefront
from tests.gateway.conftest import Client

STOREFRONT = """
query Storefront($first: Int = 20) {
  users(first: $first) { id name email orders { id status total placedAt } preferences { theme locale } }
}
"""
USERS, ORDERS, PREFERENCES = "GET /users", "shop.v1.OrderService/BatchGetOrders", "POST /preferences/batch"


async def test_20_users_with_orders_and_preferences_cost_three_calls(client: Client, shop: Storefront) -> None:
    await client.data(STOREFRONT)

    assert await shop.calls() == {USERS: 1, ORDERS: 1, PREFERENCES: 1}


async def test_one_user_costs_three_calls(client: Client, shop: Storefront) -> None:
    await client.data(STOREFRONT, {"first": 1})

    assert await shop.calls() == {USERS: 1, ORDERS: 1, PREFERENCES: 1}


async def test_1000_users_cost_no_more_calls_than_the_batch_limits_make(client: Client, shop: Storefront) -> None:
    data = await client.data(STOREFRONT, {"first": 1000})

    assert len(data["users"]) == 1000
    assert await shop.calls() == {USERS: 1, ORDERS: 4, PREFERENCES: 4}


async def test_entities_behind_orders_are_fetched_in_one_batch(client: Client, shop: Storefront) -> None:
    data = await client.data("{ users(first: 20) { orders { user { id name } } } }")

    assert all(order["user"]["name"] for user in data["users"] for order in user["orders"])
    assert await shop.calls() == {USERS: 2, ORDERS: 1}


async def test_items_of_all_orders_come_by_one_call(client: Client, shop: Storefront) -> None:
    data = await client.data("{ users(first: 20) { orders { items { title price } } } }")

    assert sum(len(user["orders"]) for user in data["users"]) == 104
    assert (await shop.calls())["shop.v1.OrderService/BatchGetItems"] == 1


async def test_awkward_data_comes_through_whole(client: Client) -> None:
    users = (await client.data(STOREFRONT))["users"]

    assert users[0]["name"] == "Rūta García"
    assert any(user["email"] is None for user in users)
    assert users[3]["orders"] == []
    assert users[4]["preferences"] is None
    assert {status for user in users for status in (order["status"] for order in user["orders"])} >= {"PAID", "SHIPPED"}


async def test_64_bit_integers_lose_nothing(client: Client) -> None:
    order = (await client.data("{ order(id: 1) { number } }"))["order"]

    assert order["number"] > 1 << 53


@pytest.mark.parametrize(
    ("field", "coordinate"), [("user(id: 99999) { name }", "user"), ("order(id: 99999) { id }", "order")]
)
async def test_what_is_not_there_is_null_without_an_error(client: Client, field: str, coordinate: str) -> None:
    assert await client.data(f"{{ {field} }}") == {coordinate: None}


async def test_aliases_fragments_and_conditions_are_the_clients_own(client: Client) -> None:
    query = """
    query ($with: Boolean!) {
      first: user(id: 1) { ...Names }
      second: user(id: 2) { ...Names email @include(if: $with) orders @skip(if: true) { id } __typename }
    }
    fragment Names on User { called: name }
    """

    data = await client.data(query, {"with": False})

    assert list(data) == ["first", "second"]
    assert list(data["second"]) == ["called", "__typename"]


async def test_nothing_is_called_for_what_is_not_included(client: Client, shop: Storefront) -> None:
    query = "query ($with: Boolean!) { users(first: 1) { name orders @include(if: $with) { id } } }"

    await client.data(query, {"with": False})

    assert await shop.calls() == {USERS: 1}
