"""Fetches answered by the storefront's orders service, over a real socket."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from connectors.errors import BindingInvalid, CannotPrepare
from connectors.grpc.connector import GrpcConnector
from connectors.grpc.types import GrpcTypes, MethodUnknown
from connectors.protocol import AnswerError, CallContext, CallRequest, Fetch
from examples.storefront.orders.generated.shop.v1 import orders_pb2 as pb

GET = "shop.v1.OrderService/GetOrder"
BATCH = "shop.v1.OrderService/BatchGetOrders"
NOTHING_LISTENS = "127.0.0.1:1"

SOURCE = 'extend schema @source(name: "orders", grpc: { address: "127.0.0.1:1" })\n'
ORDER = """
type Order @key(fields: "id") {
  id: ID! number: BigInt! status: OrderStatus! total: Decimal! currency: String! placedAt: DateTime! note: String
  user: User!
}
type User { id: ID! }
scalar BigInt scalar Decimal scalar DateTime
enum OrderStatus { PENDING PAID SHIPPED DELIVERED CANCELLED }
"""
SELECTION = """
  id number status total: total.amount currency: total.currency placedAt: placed_at note user: { id: user_id }
"""
ONE = f'''{SOURCE}{ORDER}
type Query {{
  order(id: ID!): Order @connect(
    source: "orders" grpc: {{ method: "{GET}" }} body: "id: $args.id" selection: """{SELECTION}""" entity: true
  )
}}
'''
OF_USERS = f'''{SOURCE}{ORDER.replace("type User { id: ID! }", "")}
type User @key(fields: "id") {{
  id: ID!
  orders: [Order!]! @connect(
    source: "orders" grpc: {{ method: "{BATCH}" }} body: "user_ids: $batch.id"
    selection: """$.orders {{ {SELECTION} }}""" groupBy: "user_id" batch: {{ maxSize: 250 }}
  )
}}
'''
PLACE = f'''{SOURCE}{ORDER}
type Mutation {{
  placeOrder(input: PlaceOrderInput!): Order @connect(
    source: "orders" grpc: {{ method: "shop.v1.OrderService/PlaceOrder" }}
    body: """
    user_id: $args.input.userId
    lines: $args.input.lines {{ sku quantity }}
    note: $args.input.note
    """
    selection: """{SELECTION}"""
  )
}}
type Query {{ nothing: Int }}
input PlaceOrderInput {{ userId: ID! lines: [OrderLineInput!]! note: String }}
input OrderLineInput {{ sku: String! quantity: Int! }}
'''
LISTED = f'''{SOURCE}{ORDER}
type Query {{
  ordersOf(user: ID!, status: OrderStatus): [Order!] @connect(
    source: "orders" grpc: {{ method: "shop.v1.OrderService/ListOrders" }}
    body: "user_id: $args.user status: $args.status" selection: """{SELECTION}"""
  )
}}
'''


def users(*ids: object) -> list[dict[str, Any]]:
    return [{"__typename": "User", "id": id_} for id_ in ids]


async def test_a_root_field_is_one_call_whose_answer_is_selected(ask: Any, orders: Any) -> None:
    asked = "{ found: order(id: $id) { __typename id number status sum: total placedAt note user { id } } }"

    answer = await ask(ONE, asked, orders.address, variables={"id": "5"})

    assert answer.errors == ()
    assert answer.data == {
        "found": {
            "__typename": "Order",
            "id": "5",
            "number": 2**53 + 11,
            "status": answer.data["found"]["status"],
            "sum": "29.00",
            "placedAt": "2023-01-01T10:00:00.123456789Z",
            "note": answer.data["found"]["note"],
            "user": {"id": answer.data["found"]["user"]["id"]},
        }
    }
    assert [(name, pb.GetOrderRequest.FromString(sent).id) for name, sent, _ in orders.calls] == [(GET, "5")]


async def test_each_alias_has_its_own_arguments_and_call(ask: Any, orders: Any) -> None:
    answer = await ask(ONE, '{ a: order(id: "1") { id } b: order(id: 2) { id } }', orders.address)

    assert answer.data == {"a": {"id": "1"}, "b": {"id": "2"}}
    assert len(orders.calls) == 2


async def test_what_is_not_found_is_null_without_an_error(ask: Any, orders: Any) -> None:
    answer = await ask(ONE, '{ order(id: "0") { id } }', orders.address)

    assert answer.data == {"order": None}
    assert answer.errors == ()


async def test_entities_are_got_one_by_one_and_those_not_found_are_null(ask: Any, orders: Any) -> None:
    entities = [{"__typename": "Order", "id": id_} for id_ in ("1", "0", "2")]

    answer = await ask(ONE, "{ ... on Order { id currency } }", orders.address, representations=entities)

    assert answer.errors == ()
    assert [item and item["id"] for item in answer.data] == ["1", None, "2"]


async def test_twenty_users_cost_one_call_and_get_their_own_orders(ask: Any, orders: Any) -> None:
    representations = users(*map(str, range(1, 21)))

    answer = await ask(
        OF_USERS, "{ ... on User { orders { id user { id } } } }", orders.address, representations=representations
    )

    assert answer.errors == ()
    assert len(orders.calls) == 1
    for user, found in zip(representations, answer.data, strict=True):
        assert {order["user"]["id"] for order in found["orders"]} <= {user["id"]}
    assert answer.data[3] == {"orders": []}
    assert sum(len(found["orders"]) for found in answer.data) > 20


async def test_a_batch_is_no_larger_than_the_binding_says(ask: Any, orders: Any) -> None:
    answer = await ask(
        OF_USERS,
        "{ ... on User { orders { id } } }",
        orders.address,
        representations=users(*map(str, range(1, 601))),
    )

    assert answer.errors == ()
    assert sorted(len(pb.BatchGetOrdersRequest.FromString(sent).user_ids) for _, sent, _ in orders.calls) == [
        100,
        250,
        250,
    ]
    assert len(answer.data) == 600


async def test_a_stream_is_a_list(ask: Any, orders: Any) -> None:
    answer = await ask(LISTED, '{ ordersOf(user: "42", status: PAID) { id status } }', orders.address)

    assert answer.errors == ()
    assert len(answer.data["ordersOf"]) > 1
    assert {order["status"] for order in answer.data["ordersOf"]} == {"PAID"}


async def test_an_argument_that_is_left_out_is_not_set(ask: Any, orders: Any) -> None:
    answer = await ask(LISTED, '{ ordersOf(user: "42") { status } }', orders.address)

    assert len({order["status"] for order in answer.data["ordersOf"]}) > 1


async def test_a_mutation_sends_what_its_body_says(ask: Any, orders: Any) -> None:
    given = {"userId": "u", "lines": [{"sku": "TEA-001", "quantity": 2}], "note": "谢谢"}

    answer = await ask(
        PLACE,
        "{ placeOrder(input: $input) { total note user { id } } }",
        orders.address,
        kind="mutation",
        variables={"input": given},
    )

    assert answer.data == {"placeOrder": {"total": "25.80", "note": "谢谢", "user": {"id": "u"}}}


async def test_mutations_run_one_after_the_other(ask: Any, orders: Any) -> None:
    given = {"userId": "u", "lines": [{"sku": "TEA-001", "quantity": 1}], "note": None}
    fields = " ".join(f"m{number}: placeOrder(input: $input) {{ id note }}" for number in range(5))

    answer = await ask(PLACE, f"{{ {fields} }}", orders.address, kind="mutation", variables={"input": given})

    ids = [int(order["id"]) for order in answer.data.values()]
    assert ids == sorted(ids)
    assert len(set(ids)) == 5
    assert {order["note"] for order in answer.data.values()} == {None}


async def test_a_refused_mutation_is_an_error_with_its_status(ask: Any, orders: Any) -> None:
    given = {"userId": "u", "lines": []}

    answer = await ask(
        PLACE, "{ placeOrder(input: $input) { id } }", orders.address, kind="mutation", variables={"input": given}
    )

    assert answer.data is None
    assert answer.errors == (
        AnswerError(
            code="UPSTREAM_ERROR",
            message="the service answered with the gRPC status INVALID_ARGUMENT",
            path=("placeOrder",),
            detail=f"{orders.address}: INVALID_ARGUMENT lines is empty",
            extensions={"grpcStatus": "INVALID_ARGUMENT"},
        ),
    )


async def test_what_a_mutation_did_not_find_is_an_error(ask: Any, serve: Any) -> None:
    async def not_found(_message: bytes, context: Any) -> bytes:
        await context.abort(grpc.StatusCode.NOT_FOUND, "")
        return b""

    server = await serve({"shop.v1.OrderService/PlaceOrder": not_found})

    answer = await ask(
        PLACE, '{ placeOrder(input: { userId: "u", lines: [] }) { id } }', server.address, kind="mutation"
    )

    assert answer.errors[0].extensions == {"grpcStatus": "NOT_FOUND"}


async def test_values_that_the_message_cannot_hold_are_refused_before_any_call(ask: Any, orders: Any) -> None:
    given = {"userId": "u", "lines": [{"sku": "TEA-001", "quantity": -1}]}

    answer = await ask(
        PLACE, "{ placeOrder(input: $input) { id } }", orders.address, kind="mutation", variables={"input": given}
    )

    (error,) = answer.errors
    assert (error.code, error.path) == ("UPSTREAM_REQUEST_INVALID", ("placeOrder",))
    assert error.message == (
        "the request cannot be made: lines[0].quantity: expected a whole number of 32 bits without sign, "
        "found one that is too small"
    )
    assert orders.calls == []


@pytest.mark.parametrize("nonsense", [b"\xff\xff\xff\xff", b"\x0a\x05abc", b"\x0a\x01\xff", b"<html>"])
async def test_bytes_that_are_no_message_are_a_bad_answer(ask: Any, serve: Any, nonsense: bytes) -> None:
    async def answer_nonsense(_message: bytes, _context: Any) -> bytes:
        return nonsense

    server = await serve({GET: answer_nonsense})

    answer = await ask(ONE, '{ order(id: "1") { id } }', server.address)

    (error,) = answer.errors
    assert answer.data is None
    assert (error.code, error.path) == ("UPSTREAM_BAD_RESPONSE", ("order",))
    assert error.message == "the answer of the service is not what its type promises"
    assert error.detail.startswith(f"{GET}: expected shop.v1.Order: ")


async def test_a_moment_outside_the_calendar_is_a_bad_answer(ask: Any, serve: Any) -> None:
    async def too_late(_message: bytes, _context: Any) -> bytes:
        return pb.Order(placed_at={"seconds": 2**62}).SerializeToString()

    server = await serve({GET: too_late})

    (error,) = (await ask(ONE, '{ order(id: "1") { placedAt } }', server.address)).errors

    assert error.code == "UPSTREAM_BAD_RESPONSE"


async def test_a_failing_batch_is_one_error(ask: Any, serve: Any) -> None:
    async def fail(_message: bytes, context: Any) -> bytes:
        await context.abort(grpc.StatusCode.INTERNAL, "stack trace")
        return b""

    server = await serve({BATCH: fail})

    answer = await ask(
        OF_USERS, "{ ... on User { orders { id } } }", server.address, representations=users("1", "2", "3")
    )

    assert answer.data is None
    assert [(error.code, error.extensions) for error in answer.errors] == [
        ("UPSTREAM_ERROR", {"grpcStatus": "INTERNAL"})
    ]


async def test_a_service_that_is_away_or_late_is_an_error_and_no_hang(ask: Any, serve: Any) -> None:
    async def hang(_message: bytes, _context: Any) -> bytes:
        await asyncio.Event().wait()
        return b""

    server = await serve({GET: hang})

    away = await ask(ONE, '{ order(id: "1") { id } }', NOTHING_LISTENS)
    late = await ask(ONE, '{ order(id: "1") { id } }', server.address, seconds=0.1)

    assert [(error.code, error.message) for error in away.errors] == [
        ("UPSTREAM_CONNECT", "the service cannot be reached")
    ]
    assert [error.code for error in late.errors] == ["UPSTREAM_TIMEOUT"]


async def test_a_refused_connection_goes_to_the_next_endpoint(ask: Any, orders: Any) -> None:
    answer = await ask(ONE, '{ order(id: "1") { id } }', f"{NOTHING_LISTENS},{orders.address}")

    assert answer.data == {"order": {"id": "1"}}


async def test_headers_become_metadata(ask: Any, orders: Any) -> None:
    headers = (
        'headers: [{ name: "Authorization", from: "authorization" }, { name: "x-gone", from: "x-gone" },'
        ' { name: "X-Order", value: "order {$args.id}" }]'
    )
    sdl = ONE.replace('address: "127.0.0.1:1"', f'address: "127.0.0.1:1", {headers}')

    await ask(sdl, '{ order(id: "7") { id } }', orders.address, headers={"authorization": "Bearer x", "cookie": "c"})

    ((_, _, metadata),) = orders.calls
    assert (metadata["authorization"], metadata["x-order"]) == ("Bearer x", "order 7")
    assert metadata.keys().isdisjoint({"x-gone", "cookie"})


async def test_added_headers_take_the_place_of_metadata_of_the_same_name(ask: Any, orders: Any) -> None:
    header = 'headers: [{ name: "X-User", from: "x-user" }, { name: "x-kept", value: "kept" }]'
    sdl = ONE.replace('address: "127.0.0.1:1"', f'address: "127.0.0.1:1", {header}')
    added = (("x-user", "ada"),)

    await ask(sdl, '{ order(id: "7") { id } }', orders.address, headers={"x-user": "forged"}, added=added)

    ((_, _, metadata),) = orders.calls
    assert (metadata["x-user"], metadata["x-kept"]) == ("ada", "kept")


async def test_a_header_that_metadata_cannot_hold_is_refused_before_any_call(ask: Any, orders: Any) -> None:
    sdl = ONE.replace('address: "127.0.0.1:1"', 'address: "127.0.0.1:1", headers: [{ name: "x", value: "{$args.id}" }]')

    answer = await ask(sdl, "{ order(id: $id) { id } }", orders.address, variables={"id": "a\r\nb: c"})

    assert [(error.code, error.message) for error in answer.errors] == [
        ("UPSTREAM_REQUEST_INVALID", "the header 'x' can hold printable ASCII only")
    ]
    assert orders.calls == []


@pytest.mark.parametrize(("skipped", "found"), [(True, {"id"}), (False, {"id", "note"})])
async def test_conditions_are_resolved_before_the_call(ask: Any, orders: Any, skipped: bool, found: set[str]) -> None:
    asked = '{ order(id: "1") { id note @skip(if: $short) } }'

    answer = await ask(ONE, asked, orders.address, variables={"short": skipped})

    assert set(answer.data["order"]) == found


async def test_a_field_that_the_binding_does_not_give_cannot_be_prepared(ask: Any) -> None:
    with pytest.raises(CannotPrepare, match=r"Order\.items"):
        await ask(ONE, '{ order(id: "1") { items } }', NOTHING_LISTENS)


@pytest.mark.parametrize(
    ("wrong", "right", "problem"),
    [
        ("GetOrders", "GetOrder", "has no method 'GetOrders'. Did you mean 'GetOrder'"),
        ("shop.v2.OrderService", "shop.v1.OrderService", "Did you mean 'shop.v1.OrderService'?"),
    ],
)
async def test_an_unknown_method_is_refused_when_the_connector_is_made(
    ask: Any, wrong: str, right: str, problem: str
) -> None:
    with pytest.raises(MethodUnknown) as caught:
        await ask(ONE.replace(right, wrong), '{ order(id: "1") { id } }', NOTHING_LISTENS)

    assert problem in str(caught.value)


def test_a_header_that_grpc_keeps_for_itself_is_refused(
    bound: Callable[[str], Any], service: Any, shop_types: GrpcTypes
) -> None:
    sdl = ONE.replace('address: "127.0.0.1:1"', 'address: "127.0.0.1:1", headers: [{ name: "grpc-x", value: "1" }]')
    connect, graph = bound(sdl)

    with pytest.raises(BindingInvalid, match="the header 'grpc-x' cannot be gRPC metadata"):
        GrpcConnector(connect, service(NOTHING_LISTENS), graph, shop_types)


async def test_closing_a_connector_leaves_the_service_to_others(
    bound: Callable[[str], Any], selections: Any, service: Any, shop_types: GrpcTypes, orders: Any, soon: Any
) -> None:
    connect, graph = bound(ONE)
    shared = service(orders.address)
    one, other = (GrpcConnector(connect, shared, graph, shop_types) for _ in range(2))

    await one.close()
    await one.close()

    template = other.prepare(Fetch("shop", "query", selections('{ order(id: "1") { id } }')))
    answer = await other.call(CallRequest(template, {}, (), CallContext(soon())))
    assert answer.data == {"order": {"id": "1"}}
