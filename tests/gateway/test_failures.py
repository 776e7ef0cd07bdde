"""Services that are down, slow or wrong: null where the schema allows it, one clear error, the rest of the answer."""

import asyncio
from typing import Any

import pytest

from examples.storefront.run import Storefront
from tests.gateway.conftest import Client

STOREFRONT = """
query { users(first: 20) { id name orders { id total } preferences { theme } } }
"""
ORDERS = "shop.v1.OrderService/BatchGetOrders"


def only_error(answer: dict[str, Any]) -> dict[str, Any]:
    assert len(answer["errors"]) == 1, answer["errors"]
    return answer["errors"][0]


def no_address_in(answer: dict[str, Any], shop: Storefront) -> bool:
    text = str(answer)
    ports = [endpoint for service in ("users", "orders", "preferences") for endpoint in shop.endpoints(service)]
    return not any(endpoint in text for endpoint in ports) and "127.0.0.1" not in text and "Traceback" not in text


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "fail", "status": 500}, "UPSTREAM_ERROR"),
        ({"kind": "fail", "status": 404}, "UPSTREAM_ERROR"),
        ({"kind": "nonsense"}, "UPSTREAM_BAD_RESPONSE"),
        ({"kind": "nonsense", "body": '{"preferences": ['}, "UPSTREAM_BAD_RESPONSE"),
        ({"kind": "nonsense", "body": {"a": "list was promised"}}, "UPSTREAM_BAD_RESPONSE"),
        ({"kind": "nonsense", "body": "<html></html>"}, "UPSTREAM_BAD_RESPONSE"),
        ({"kind": "slow", "seconds": 30}, "UPSTREAM_TIMEOUT"),
    ],
    ids=["500", "404", "bytes", "cut json", "wrong shape", "html", "slow"],
)
async def test_a_failing_rest_service_nulls_its_fields_with_one_error(
    client: Client, shop: Storefront, fault: dict[str, Any], code: str
) -> None:
    await shop.set_fault("preferences", **fault)

    answer = await client.ask(STOREFRONT)

    error = only_error(answer)
    assert error["extensions"]["code"] == code
    assert error["extensions"]["service"] == "preferences"
    assert error["path"] == ["users", 0, "preferences"]
    assert all(user["preferences"] is None and user["name"] for user in answer["data"]["users"])
    assert no_address_in(answer, shop)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "fail", "status": "INTERNAL"}, "UPSTREAM_ERROR"),
        ({"kind": "fail", "status": "UNAVAILABLE"}, "UPSTREAM_RESET"),
        ({"kind": "fail", "status": "PERMISSION_DENIED"}, "UPSTREAM_ERROR"),
        ({"kind": "nonsense"}, "UPSTREAM_BAD_RESPONSE"),
        ({"kind": "slow", "seconds": 30}, "UPSTREAM_TIMEOUT"),
    ],
    ids=["internal", "unavailable", "denied", "bytes", "slow"],
)
async def test_null_for_a_list_that_must_not_be_null_goes_up_to_the_root(
    client: Client, shop: Storefront, fault: dict[str, Any], code: str
) -> None:
    await shop.set_fault("orders", **fault)

    answer = await client.ask(STOREFRONT)

    error = only_error(answer)
    assert (error["extensions"]["code"], error["extensions"]["service"]) == (code, "orders")
    assert error["path"] == ["users", 0, "orders"]
    assert answer["data"] is None
    assert no_address_in(answer, shop)


async def test_a_wrong_type_is_null_with_one_error_for_all_places(client: Client, shop: Storefront) -> None:
    users = [{"id": str(number), "name": {"not": "a text"}, "email": None} for number in range(3)]
    await shop.set_fault("users", "nonsense", body={"users": users})

    answer = await client.ask("{ users(first: 3) { id name email } }")

    assert only_error(answer)["path"] == ["users", 0, "name"]
    assert answer["data"] is None


async def test_a_missing_field_is_one_error_that_names_it(client: Client, shop: Storefront) -> None:
    await shop.set_fault("users", "nonsense", body={"users": [{"id": "1", "name": "Ada"}, {"id": "2", "name": "Bo"}]})

    answer = await client.ask("{ users(first: 2) { id name email } }")

    error = only_error(answer)
    assert error["extensions"]["service"] == "users"
    assert "email" in error["message"]
    assert answer["data"] == {
        "users": [{"id": "1", "name": "Ada", "email": None}, {"id": "2", "name": "Bo", "email": None}]
    }


async def test_a_value_outside_its_enum_is_null_with_an_error(client: Client, shop: Storefront) -> None:
    await shop.set_fault(
        "preferences", "nonsense", body=[{"userId": "1", "theme": "PINK", "locale": "en", "newsletter": True}]
    )

    answer = await client.ask("{ user(id: 1) { name preferences { theme } } }")

    assert only_error(answer)["path"] == ["user", "preferences", "theme"]
    assert answer["data"] == {"user": {"name": "Rūta García", "preferences": None}}


async def test_root_fields_that_do_not_need_the_failing_service_are_answered(client: Client, shop: Storefront) -> None:
    await shop.set_fault("orders", "fail")

    answer = await client.ask("{ order(id: 1) { id } user(id: 1) { name } }")

    assert only_error(answer)["path"] == ["order"]
    assert answer["data"] == {"order": None, "user": {"name": "Rūta García"}}


async def test_with_one_endpoint_dead_every_query_is_answered_by_the_other(client: Client, shop: Storefront) -> None:
    for service in ("users", "orders", "preferences"):
        await shop.kill(service, 1)
    try:
        answers = [await client.ask(STOREFRONT) for _ in range(4)]
    finally:
        for service in ("users", "orders", "preferences"):
            await shop.restart(service, 1)

    assert not any("errors" in answer for answer in answers)


async def test_a_service_that_is_down_is_one_error_and_comes_back_by_itself(client: Client, shop: Storefront) -> None:
    await asyncio.gather(shop.kill("preferences", 1), shop.kill("preferences", 2))
    try:
        answer = await client.ask(STOREFRONT)
    finally:
        await asyncio.gather(shop.restart("preferences", 1), shop.restart("preferences", 2))

    assert only_error(answer)["extensions"]["code"] == "UPSTREAM_CONNECT"
    assert all(user["preferences"] is None and user["orders"] is not None for user in answer["data"]["users"])
    assert no_address_in(answer, shop)
    assert "errors" not in await client.ask(STOREFRONT)


async def shop_has_been_called(shop: Storefront, service: str) -> None:
    """Wait until a call is in flight: services count calls when they come, and answer later."""
    operation = {"preferences": "POST /preferences/batch", "orders": ORDERS}[service]
    async with asyncio.timeout(10):
        while operation not in await shop.calls():
            pass


@pytest.mark.parametrize("service", ["preferences", "orders"])
async def test_a_service_killed_during_the_query_is_one_error_and_no_hang(
    client: Client, shop: Storefront, service: str
) -> None:
    await shop.set_fault(service, "slow", seconds=30)
    asking = asyncio.gather(client.ask(STOREFRONT))
    await shop_has_been_called(shop, service)
    await asyncio.gather(shop.kill(service, 1), shop.kill(service, 2))
    try:
        (answer,) = await asking
    finally:
        await asyncio.gather(shop.restart(service, 1), shop.restart(service, 2))

    assert only_error(answer)["extensions"]["service"] == service
    assert no_address_in(answer, shop)


async def test_a_client_that_leaves_cancels_its_calls(client: Client, shop: Storefront) -> None:
    await shop.set_fault("users", "slow", seconds=30)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.ask("{ user(id: 1) { name } }"), 0.2)

    await shop.reset()
    assert await client.data("{ user(id: 1) { name } }") == {"user": {"name": "Rūta García"}}
