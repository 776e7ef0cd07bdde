"""Programs count their calls, and misbehave when told to."""

import asyncio
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.message import DecodeError

from examples.storefront.orders.generated.shop.v1 import orders_pb2 as pb
from examples.storefront.run import Storefront

BATCH = "shop.v1.OrderService/BatchGetOrders"


async def batch(channel: grpc.aio.Channel, seconds: float | None = None) -> Any:
    stub = channel.unary_unary(
        f"/{BATCH}",
        request_serializer=pb.BatchGetOrdersRequest.SerializeToString,
        response_deserializer=pb.BatchGetOrdersResponse.FromString,
    )
    return await stub(pb.BatchGetOrdersRequest(user_ids=["1"]), timeout=seconds)


async def failure(channel: grpc.aio.Channel, seconds: float | None = None) -> grpc.StatusCode:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await batch(channel, seconds)
    return caught.value.code()


async def test_calls_are_counted_by_operation_over_all_instances(
    storefront: Storefront, preferences: httpx.AsyncClient, orders: grpc.aio.Channel, http: httpx.AsyncClient
) -> None:
    for address in storefront.endpoints("users"):
        await http.get(f"http://{address}/users")
    await preferences.post("/preferences/batch", json={"userIds": ["1"]})
    await preferences.get("/elsewhere")
    await batch(orders)

    assert await storefront.calls() == {"GET /users": 2, "POST /preferences/batch": 1, BATCH: 1, "unmatched": 1}

    await storefront.reset_calls()
    assert await storefront.calls() == {}


async def test_a_failing_rest_service_answers_with_the_status_it_was_told(
    storefront: Storefront, users: httpx.AsyncClient
) -> None:
    await storefront.set_fault("users", "fail")
    assert (await users.get("/users")).status_code == 500

    await storefront.set_fault("users", "fail", status=503)
    assert (await users.get("/users")).status_code == 503

    await storefront.set_fault("users", "none")
    assert (await users.get("/users")).status_code == 200


async def test_a_fault_can_be_of_one_instance_one_operation_and_a_few_calls(
    storefront: Storefront, users: httpx.AsyncClient, http: httpx.AsyncClient
) -> None:
    await storefront.set_fault("users", "fail", instance=1, match="GET /users", times=2)

    statuses = [(await users.get(path)).status_code for path in ("/users/1", "/users", "/users", "/users")]
    assert statuses == [200, 500, 500, 200]
    assert (await http.get(f"http://{storefront.endpoints('users')[1]}/users")).status_code == 200


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({}, '{"users": [{"id": "1", "na'),
        ({"body": "<html>"}, "<html>"),
        ({"body": {"users": [{"id": 1}]}}, '{"users":[{"id":1}]}'),
    ],
)
async def test_a_rest_service_answers_the_nonsense_it_was_told(
    storefront: Storefront, users: httpx.AsyncClient, members: dict[str, Any], text: str
) -> None:
    await storefront.set_fault("users", "nonsense", **members)

    answer = await users.get("/users")

    assert (answer.status_code, answer.text) == (200, text)


async def test_a_slow_rest_service_keeps_its_caller_waiting(storefront: Storefront, users: httpx.AsyncClient) -> None:
    await storefront.set_fault("users", "slow", seconds=30)

    with pytest.raises(httpx.ReadTimeout):
        await users.get("/users", timeout=0.05)

    await storefront.set_fault("users", "slow", seconds=0.01)
    assert (await users.get("/users")).status_code == 200


async def test_a_failing_grpc_service_answers_with_the_status_it_was_told(
    storefront: Storefront, orders: grpc.aio.Channel
) -> None:
    await storefront.set_fault("orders", "fail")
    assert await failure(orders) is grpc.StatusCode.INTERNAL

    await storefront.set_fault("orders", "fail", status="RESOURCE_EXHAUSTED", match=BATCH)
    assert await failure(orders) is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_slow_grpc_service_runs_into_the_deadline(storefront: Storefront, orders: grpc.aio.Channel) -> None:
    await storefront.set_fault("orders", "slow", seconds=30)

    assert await failure(orders, seconds=0.05) is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_grpc_service_answers_the_nonsense_it_was_told(
    storefront: Storefront, orders: grpc.aio.Channel
) -> None:
    await storefront.set_fault("orders", "nonsense")
    with pytest.raises(DecodeError):
        pb.BatchGetOrdersResponse.FromString(await orders.unary_unary(f"/{BATCH}")(b""))

    await storefront.set_fault("orders", "nonsense", body={"orders": [{"id": "7"}]})
    assert (await batch(orders)).orders == [pb.Order(id="7")]


async def test_a_fault_in_a_stream_ends_it(storefront: Storefront, orders: grpc.aio.Channel) -> None:
    await storefront.set_fault("orders", "fail", status="UNAVAILABLE")
    stub = orders.unary_stream("/shop.v1.OrderService/ListOrders", response_deserializer=pb.Order.FromString)

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        [order async for order in stub(b"")]

    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("fault", "errors"),
    [
        (
            {"kind": "odd", "seconds": -1, "times": 0, "status": 99, "match": 3, "extra": 1},
            [
                "'extra' is not known; known are: kind, seconds, status, match, body, times",
                "'kind' has to be one of slow, fail, nonsense, none",
                "'seconds' has to be a number from 0",
                "'times' has to be a whole number from 1, or null for ever",
                "'status' has to be an HTTP status from 200 to 599, or the name of a gRPC status",
                "'match' has to be an operation, as the counts name it",
            ],
        ),
        (
            {"kind": "fail", "status": "LATER"},
            ["'status' has to be an HTTP status from 200 to 599, or the name of a gRPC status"],
        ),
    ],
)
async def test_a_bad_fault_is_refused_with_every_reason(
    storefront: Storefront, fault: dict[str, Any], errors: list[str], http: httpx.AsyncClient
) -> None:
    answer = await http.post(f"http://{storefront.program('users', 1).admin}/fault", json=fault)

    assert (answer.status_code, answer.json()["errors"]) == (422, errors)


async def test_calls_at_once_are_all_counted(storefront: Storefront, users: httpx.AsyncClient) -> None:
    await asyncio.gather(*(users.get(f"/users/{number}") for number in range(1, 31)))

    assert await storefront.calls() == {"GET /users/{id}": 30}
