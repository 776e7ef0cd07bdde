"""The orders service over a real socket."""

from collections import Counter
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from examples.storefront.orders.api import SERVICE
from examples.storefront.orders.generate import GENERATED, generate
from examples.storefront.orders.generated.shop.v1 import orders_pb2 as pb
from examples.storefront.orders.money import decimal_text
from examples.storefront.run import Storefront


async def call(channel: grpc.aio.Channel, method: str, request: Any, answer: Any) -> Any:
    stub = channel.unary_unary(
        f"/shop.v1.OrderService/{method}",
        request_serializer=type(request).SerializeToString,
        response_deserializer=answer.FromString,
    )
    return await stub(request)


def list_orders(channel: grpc.aio.Channel, request: pb.ListOrdersRequest) -> Any:
    stub = channel.unary_stream(
        "/shop.v1.OrderService/ListOrders",
        request_serializer=pb.ListOrdersRequest.SerializeToString,
        response_deserializer=pb.Order.FromString,
    )
    return stub(request)


async def refusal(channel: grpc.aio.Channel, method: str, request: Any) -> tuple[grpc.StatusCode, str | None]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(channel, method, request, pb.Order)
    return caught.value.code(), caught.value.details()


async def test_there_are_five_thousand_orders_as_a_stream(orders: grpc.aio.Channel) -> None:
    found = [order async for order in list_orders(orders, pb.ListOrdersRequest())]

    seeded = [order for order in found if int(order.id) <= 5000]
    assert [int(order.id) for order in seeded] == list(range(1, 5001))
    assert {order.status for order in seeded} == set(range(1, 6))
    assert Counter(order.user_id for order in seeded).most_common(1)[0][0] == "42"


async def test_a_stream_can_be_of_one_user_and_status(orders: grpc.aio.Channel) -> None:
    request = pb.ListOrdersRequest(user_id="42", status=pb.Order.PAID)

    found = [order async for order in list_orders(orders, request)]

    assert found
    assert {(order.user_id, order.status) for order in found} == {("42", pb.Order.PAID)}


async def test_an_order_has_64_bit_numbers_exact_money_and_a_timestamp(orders: grpc.aio.Channel) -> None:
    order = await call(orders, "GetOrder", pb.GetOrderRequest(id="5"), pb.Order)

    assert order.number == 2**53 + 11
    assert order.placed_at.ToJsonString() == "2023-01-01T10:00:00.123456789Z"
    assert (order.total.currency, order.total.amount) == ("EUR", "29.00")


async def test_the_first_orders_are_awkward(orders: grpc.aio.Channel) -> None:
    request = pb.BatchGetOrdersRequest(user_ids=[str(number) for number in range(1, 21)])
    answer = await call(orders, "BatchGetOrders", request, pb.BatchGetOrdersResponse)
    found = {order.id: order for order in answer.orders}

    assert found["3"].placed_at.ToJsonString() == "1969-12-31T23:59:59.500Z"
    assert found["8"].placed_at.ToJsonString() == "2100-01-01T00:00:00Z"
    assert float(found["4"].total.amount) > 2**46
    assert {order.HasField("note") for order in answer.orders} == {True, False}


async def test_a_batch_has_the_orders_of_each_user_and_none_for_those_without(orders: grpc.aio.Channel) -> None:
    request = pb.BatchGetOrdersRequest(user_ids=["1", "4", "2", "2", "nobody"])

    answer = await call(orders, "BatchGetOrders", request, pb.BatchGetOrdersResponse)

    assert {order.user_id for order in answer.orders} == {"1", "2"}
    assert len({order.id for order in answer.orders}) == len(answer.orders)


async def test_the_items_of_an_order_make_its_total(orders: grpc.aio.Channel) -> None:
    order = await call(orders, "GetOrder", pb.GetOrderRequest(id="100"), pb.Order)

    request = pb.BatchGetItemsRequest(order_ids=["100", "0"])
    items = (await call(orders, "BatchGetItems", request, pb.BatchGetItemsResponse)).items

    total = sum(item.quantity * round(float(item.price.amount) * 100) for item in items)
    assert {item.order_id for item in items} == {"100"}
    assert decimal_text(total, "EUR") == order.total.amount


async def test_a_placed_order_can_be_read_from_both_instances(storefront: Storefront, orders: grpc.aio.Channel) -> None:
    lines = [pb.PlaceOrderRequest.Line(sku="TEA-001", quantity=2), pb.PlaceOrderRequest.Line(sku="SPN-001", quantity=1)]
    placed = await call(orders, "PlaceOrder", pb.PlaceOrderRequest(user_id="new", lines=lines, note="谢谢"), pb.Order)

    async with grpc.aio.insecure_channel(storefront.endpoints("orders")[1]) as other:
        found = await call(other, "GetOrder", pb.GetOrderRequest(id=placed.id), pb.Order)

    assert found == placed
    assert (placed.total.amount, placed.total.currency, placed.status) == ("25.81", "EUR", pb.Order.PENDING)
    assert placed.note == "谢谢"


async def test_a_bad_order_is_refused_with_every_reason(orders: grpc.aio.Channel) -> None:
    line = pb.PlaceOrderRequest.Line(sku="GONE", quantity=0)

    status, detail = await refusal(orders, "PlaceOrder", pb.PlaceOrderRequest(lines=[line, line]))

    assert status is grpc.StatusCode.INVALID_ARGUMENT
    assert (detail or "").split("; ") == [
        "user_id is empty",
        "lines has a sku twice",
        "lines[0].sku is not sold here",
        "lines[0].quantity has to be from 1 to 999",
        "lines[1].sku is not sold here",
        "lines[1].quantity has to be from 1 to 999",
    ]


async def test_an_order_of_nothing_is_refused(orders: grpc.aio.Channel) -> None:
    status, detail = await refusal(orders, "PlaceOrder", pb.PlaceOrderRequest(user_id="1"))

    assert (status, detail) == (grpc.StatusCode.INVALID_ARGUMENT, "lines is empty")


@pytest.mark.parametrize("order", ["", "0", "999999", "nonsense", "²"])
async def test_an_order_that_does_not_exist_is_not_found(orders: grpc.aio.Channel, order: str) -> None:
    assert (await refusal(orders, "GetOrder", pb.GetOrderRequest(id=order)))[0] is grpc.StatusCode.NOT_FOUND


async def test_a_batch_that_is_too_large_is_refused(orders: grpc.aio.Channel) -> None:
    request = pb.BatchGetOrdersRequest(user_ids=["1"] * 251)

    assert await refusal(orders, "BatchGetOrders", request) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "user_ids may have 250 members, found 251",
    )


def test_reflection_describes_the_service(storefront_address: str) -> None:
    with grpc.insecure_channel(storefront_address) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        found = DescriptorPool(database).FindServiceByName("shop.v1.OrderService")

        assert "shop.v1.OrderService" in database.get_services()
        assert [method.name for method in found.methods] == [method.name for method in SERVICE.methods]


@pytest.mark.parametrize("service", ["", "shop.v1.OrderService"])
async def test_the_standard_health_service_says_serving(orders: grpc.aio.Channel, service: str) -> None:
    answer = await health_pb2_grpc.HealthStub(orders).Check(health_pb2.HealthCheckRequest(service=service))

    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_the_committed_message_classes_are_those_of_the_proto(tmp_path: Path) -> None:
    generate(tmp_path)

    for name in ("orders_pb2.py", "orders_pb2.pyi"):
        assert (GENERATED / "shop/v1" / name).read_bytes() == (tmp_path / "shop/v1" / name).read_bytes(), name


@pytest.mark.parametrize(
    ("minor_units", "currency", "text"),
    [(123450, "EUR", "1234.50"), (5, "EUR", "0.05"), (0, "USD", "0.00"), (500, "JPY", "500"), (1005, "KWD", "1.005")],
)
def test_money_has_the_digits_of_its_currency(minor_units: int, currency: str, text: str) -> None:
    assert decimal_text(minor_units, currency) == text
