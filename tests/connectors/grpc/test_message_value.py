"""Reading fields straight off messages agrees with making an object of the whole message first."""

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.grpc.decode import Decoders
from connectors.grpc.message_value import message_form
from connectors.grpc.types import GrpcTypes
from connectors.mapping.deviations import Deviations, Place
from connectors.mapping.fast_batch import Wanted, taker
from connectors.mapping.fast_path import fast_path
from connectors.mapping.graph_types import read_type
from connectors.mapping.items import items_of
from connectors.mapping.parse import parse_expression, parse_selection
from connectors.mapping.raw_value import RawForm
from connectors.mapping.scope import Scope
from connectors.mapping.shaping import Target, careful_shaper, value_shaper
from examples.storefront.orders.generated.shop.v1 import orders_pb2 as pb

SDL = """
type Order {
  id: ID! number: BigInt status: String total: Decimal money: Money placedAt: DateTime note: String user: User
}
type Money { amount: Decimal currency: String }
type User { id: ID! }
scalar BigInt scalar Decimal scalar DateTime
"""
MAPPING = """$.orders {
  id number status total: total.amount money: total { amount currency } placedAt: placed_at note user: { id: user_id }
}"""
ASKED = "{ __typename id number status sum: total money { currency } placedAt note user { id } }"

MOMENT = st.builds(Timestamp, seconds=st.sampled_from([0, 1_672_567_200]), nanos=st.sampled_from([0, 500_000_000]))
MONEY = st.builds(pb.Money, amount=st.text(max_size=3), currency=st.text(max_size=3))
ORDER = st.builds(
    pb.Order,
    id=st.text(max_size=3),
    user_id=st.sampled_from(["1", "2", "3"]),
    number=st.integers(-(2**63), 2**63 - 1),
    status=st.integers(0, 9),
    total=st.none() | MONEY,
    placed_at=st.none() | MOMENT,
    note=st.none() | st.text(max_size=3),
)


@pytest.fixture(scope="session")
def form(shop_types: GrpcTypes) -> RawForm:
    method = shop_types.method("shop.v1.OrderService/BatchGetOrders")
    return message_form(method, Decoders(shop_types.pool))


@pytest.fixture(scope="session")
def answer_of(shop_types: GrpcTypes) -> Callable[..., Any]:
    """An answer as the gateway gets it, of classes without generated code."""
    read = shop_types.method("shop.v1.OrderService/BatchGetOrders").output_class.FromString
    return lambda *orders: read(pb.BatchGetOrdersResponse(orders=orders).SerializeToString())


@settings(deadline=None, max_examples=100)
@given(st.lists(ORDER, max_size=3))
def test_messages_are_shaped_as_the_objects_they_make_are(
    graph: Callable[..., Any],
    selections: Callable[..., Any],
    form: RawForm,
    answer_of: Callable[..., Any],
    orders: list[pb.Order],
) -> None:
    types, asked, mapping, answer = graph(SDL), selections(ASKED), parse_selection(MAPPING), answer_of(*orders)
    target = Target(read_type("[Order]"), asked, Place((), "Query.orders"))
    expected_deviations, deviations = Deviations(), Deviations()
    expected = careful_shaper(types, mapping, target)(form.to_json(answer), Scope({}), expected_deviations)

    found = value_shaper(types, mapping, target, form)(answer, Scope({}), deviations)

    assert found == expected
    assert deviations == expected_deviations


def test_a_field_that_nobody_asked_for_is_not_read(
    graph: Callable[..., Any], selections: Callable[..., Any], form: RawForm, answer_of: Callable[..., Any]
) -> None:
    order = pb.Order(id="1")
    order.placed_at.seconds = 2**60  # no moment: reading it would fail
    fast = fast_path(graph(SDL), parse_selection(MAPPING), read_type("[Order]"), selections("{ id }"), form)

    assert fast is not None
    assert fast(answer_of(order)) == [{"id": "1"}]


def test_the_items_of_a_batch_are_given_to_whom_they_belong(
    graph: Callable[..., Any], selections: Callable[..., Any], form: RawForm, answer_of: Callable[..., Any]
) -> None:
    wanted = Wanted("Order", selections("{ id }"), parse_expression("user_id"), many=True)
    take = taker(graph(SDL), items_of(parse_selection(MAPPING)), wanted, form)
    orders = (pb.Order(id="a", user_id="1"), pb.Order(id="b", user_id="2"), pb.Order(id="c", user_id="1"))

    assert take is not None
    assert take(answer_of(*orders), ["1", "3"]) == [[{"id": "a"}, {"id": "c"}], []]


@pytest.mark.parametrize(
    ("mapping", "asked"),
    [
        ("$.orders { id: unknown }", "{ id }"),
        ("$.orders { id: placed_at.seconds }", "{ id }"),
        ("$.orders.total { id: amount }", "{ id }"),
        ("$.orders { id: total.amount.text }", "{ id }"),
        ("$.orders { user: id { id } }", "{ user { id } }"),
    ],
)
def test_what_messages_do_not_have_takes_the_careful_way(
    graph: Callable[..., Any], selections: Callable[..., Any], form: RawForm, mapping: str, asked: str
) -> None:
    assert fast_path(graph(SDL), parse_selection(mapping), read_type("[Order]"), selections(asked), form) is None
