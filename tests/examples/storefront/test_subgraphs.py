"""The storefront's configuration and subgraphs are what the gateway reads, and fit the services that they bind."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from google.protobuf import json_format, message_factory

from connectors.mapping.evaluate import selector
from connectors.mapping.parse import parse_selection
from connectors.mapping.scope import Scope
from examples.storefront.orders.api import SERVICE
from examples.storefront.orders.generated.shop.v1 import orders_pb2 as pb
from federation.config.read import read_config
from schemas.connect import Connect, GrpcCall, Protocol
from schemas.read_connect import read_connect
from schemas.subgraph import Subgraph

SHOP = Path(__file__).parents[3] / "examples/storefront"
LINE = {"sku": "TEA-001", "quantity": 2}
VARIABLES: dict[str, Any] = {
    "$args": {"id": "1", "input": {"userId": "1", "lines": [LINE], "note": "Hi", "theme": "DARK", "locale": "en"}},
    "$batch": [{"id": "1"}, {"id": "2"}],
}


@pytest.fixture(scope="module")
def connects() -> dict[str, Connect]:
    """Every binding of the shop by its coordinate."""
    config = read_config(SHOP / "interlace.yaml", {})
    found: dict[str, Connect] = {}
    for name, section in config.subgraphs.items():
        assert section.sdl is not None
        bindings = read_connect(Subgraph(name, section.sdl.read_text("utf-8"), origin=str(section.sdl)))
        found.update({connect.coordinate: connect for connect in bindings.connects})
    return found


def select(connect: Connect, answer: Any) -> Any:
    return selector(parse_selection(connect.selection))(answer, Scope({}))


def body(connect: Connect) -> Any:
    return selector(parse_selection(connect.call.body or ""))({}, Scope(VARIABLES))


def test_every_field_and_entity_is_bound(connects: dict[str, Connect]) -> None:
    assert {coordinate: (connect.source.name, connect.key) for coordinate, connect in connects.items()} == {
        "Query.users": ("users", None),
        "Query.user": ("users", "id"),
        "User": ("users", "id"),
        "Query.order": ("orders", "id"),
        "Mutation.placeOrder": ("orders", None),
        "User.orders": ("orders", "id"),
        "Order.items": ("orders", "id"),
        "Mutation.updatePreferences": ("preferences", None),
        "User.preferences": ("preferences", "id"),
    }


def test_whatever_a_list_asks_for_comes_in_batches_as_large_as_the_service_takes(connects: dict[str, Connect]) -> None:
    assert {name: connect.batch.max_size for name, connect in connects.items() if connect.batched} == {
        "User": 100,
        "User.orders": 250,
        "Order.items": 250,
        "User.preferences": 250,
    }


def test_the_configuration_has_the_services_that_the_subgraphs_name(connects: dict[str, Connect]) -> None:
    environment = {"USERS_1": "10.0.0.1:80", "INTERLACE_PORT": "4400"}

    config = read_config(SHOP / "interlace.yaml", environment)

    assert set(config.services) == {connect.source.name for connect in connects.values()}
    assert [each.address for each in config.services["users"].endpoints] == ["10.0.0.1:80", "127.0.0.1:8082"]
    assert (config.server.host, config.server.port) == ("127.0.0.1", 4400)


def test_every_grpc_body_is_the_message_that_its_method_takes(connects: dict[str, Connect]) -> None:
    grpc_connects = [connect for connect in connects.values() if isinstance(connect.call, GrpcCall)]
    requests = {}
    for connect in grpc_connects:
        service, _, method = connect.call.method.partition("/")  # type: ignore[union-attr]
        assert service == SERVICE.full_name
        request = message_factory.GetMessageClass(SERVICE.methods_by_name[method].input_type)()
        requests[method] = json_format.ParseDict(body(connect), request)

    assert {connect.source.protocol for connect in grpc_connects} == {Protocol.GRPC}
    assert requests == {
        "GetOrder": pb.GetOrderRequest(id="1"),
        "BatchGetOrders": pb.BatchGetOrdersRequest(user_ids=["1", "2"]),
        "BatchGetItems": pb.BatchGetItemsRequest(order_ids=["1", "2"]),
        "PlaceOrder": pb.PlaceOrderRequest(user_id="1", lines=[pb.PlaceOrderRequest.Line(**LINE)], note="Hi"),
    }


def test_selections_name_members_that_orders_have(connects: dict[str, Connect]) -> None:
    order = pb.Order(id="7", user_id="1", number=9, status="PAID", total=pb.Money(amount="1.00", currency="EUR"))
    order.placed_at.FromJsonString("2023-01-01T10:00:00Z")
    order.note = "Hi"
    raw = json_format.MessageToDict(order, preserving_proto_field_name=True)
    selected = {
        "id": "7",
        "number": "9",
        "status": "PAID",
        "total": "1.00",
        "currency": "EUR",
        "placedAt": "2023-01-01T10:00:00Z",
        "note": "Hi",
        "user": {"id": "1"},
    }

    assert select(connects["Query.order"], raw) == selected
    assert select(connects["Mutation.placeOrder"], raw) == selected
    assert select(connects["User.orders"], {"orders": [raw]}) == [selected]
    assert connects["User.orders"].group_by in raw


def test_selections_name_members_that_items_have(connects: dict[str, Connect]) -> None:
    item = pb.Item(order_id="7", sku="A", title="Tea", quantity=2, price=pb.Money(amount="1.00", currency="EUR"))
    raw = json_format.MessageToDict(item, preserving_proto_field_name=True)

    selected = select(connects["Order.items"], {"items": [raw]})

    assert selected == [{"sku": "A", "title": "Tea", "quantity": 2, "price": "1.00"}]
    assert connects["Order.items"].group_by in raw


async def test_selections_name_members_that_users_have(connects: dict[str, Connect], users: httpx.AsyncClient) -> None:
    page = (await users.get("/users?first=1")).json()

    assert select(connects["Query.users"], page) == page["users"]
    assert select(connects["User"], page) == page["users"]
    assert select(connects["Query.user"], page["users"][0]) == page["users"][0]


async def test_bodies_and_selections_fit_the_preferences_service(
    connects: dict[str, Connect], preferences: httpx.AsyncClient
) -> None:
    connect = connects["User.preferences"]
    found = (await preferences.post("/preferences/batch", json=body(connect))).json()
    update = connects["Mutation.updatePreferences"]
    changed = await preferences.put("/preferences/fitting", json={**body(update), "newsletter": False})

    assert [item[connect.group_by] for item in found] == ["1", "2"]
    assert [set(item) for item in select(connect, found)] == [{"theme", "locale", "newsletter"}] * 2
    assert select(update, changed.json()) == {"theme": "DARK", "locale": "en", "newsletter": False}
