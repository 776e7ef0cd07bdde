"""Representations are cut into calls, and items find the entities they belong to."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.batching import Batching, batch_of_entities, batch_of_fields
from connectors.errors import BadAnswer
from connectors.mapping.deviations import Deviations
from connectors.mapping.items import items_of
from connectors.mapping.parse import parse_selection
from connectors.mapping.scope import Scope

ORDERS = """
type Query { a: Int }
type User @key(fields: "id") {
  id: ID!
  orders: [Order!]! @connect(
    source: "shop" http: { POST: "/orders", body: "ids: $batch.id" } selection: "$.orders { id }" groupBy: "user.id"
    batch: { maxSize: 2 }
  )
}
type Order { id: ID! }
"""
USERS = """
type Query { a: Int }
type User @key(fields: "id shop { code }") @connect(
  source: "shop" http: { POST: "/users", body: "ids: $batch { id code: shop.code }" }
  selection: "$.users { id: user_id shop { code } name }"
) { id: ID! shop: Shop! name: String }
type Shop { code: String! }
"""
SCOPE = Scope({})


@pytest.fixture
def orders(bound: Callable[[str], Any]) -> Callable[..., Batching]:
    """The batch form of User.orders."""
    return lambda *, many: batch_of_fields(bound(ORDERS)[0], many=many)


def test_no_call_carries_more_than_the_maximum(orders: Callable[..., Batching]) -> None:
    representations = [{"id": number} for number in range(5)]

    assert [len(chunk) for chunk in orders(many=True).chunks(representations)] == [2, 2, 1]


def test_without_a_maximum_one_call_carries_all(bound: Callable[[str], Any]) -> None:
    connect, graph = bound(USERS)
    batching = batch_of_entities(connect, graph, items_of(parse_selection(connect.selection)))

    assert [len(chunk) for chunk in batching.chunks([{"id": number} for number in range(500)])] == [500]
    assert list(batching.chunks([])) == []


def test_items_are_grouped_by_a_path_whose_values_compare_as_text(orders: Callable[..., Batching]) -> None:
    items = [{"id": 1, "user": {"id": 5}}, {"id": 2, "user": {"id": "6"}}, {"id": 3, "user": {"id": "5"}}]
    deviations = Deviations()
    found = orders(many=True).distribute([{"id": "5"}, {"id": 6}, {"id": "7"}], items, SCOPE, deviations)

    assert [[item["id"] for item in group] for group in found] == [[1, 3], [2], []]
    assert not deviations


def test_a_single_field_gets_its_first_item_or_null(orders: Callable[..., Batching]) -> None:
    items = [{"id": 1, "user": {"id": 5}}, {"id": 2, "user": {"id": 5}}]

    assert orders(many=False).distribute([{"id": "5"}, {"id": "6"}], items, SCOPE, Deviations()) == [items[0], None]


def test_items_that_nobody_asked_for_and_nulls_are_left_out(orders: Callable[..., Batching]) -> None:
    deviations = Deviations()

    assert orders(many=True).distribute([{"id": "1"}], [None, {"user": {"id": 9}}], SCOPE, deviations) == [[]]
    assert not deviations


def test_items_without_a_group_are_told_once(orders: Callable[..., Batching]) -> None:
    deviations = Deviations()
    found = orders(many=True).distribute([{"id": "1"}], [{"id": 1}, {"id": 2}, "x"], SCOPE, deviations)

    assert found == [[]]
    message = deviations.error([{}]).message
    assert message == "the answer does not fit the schema: 'user.id' of an item of User.orders is missing (3 times)"


def test_entities_are_matched_by_all_fields_of_their_key_in_any_order(bound: Callable[[str], Any]) -> None:
    connect, graph = bound(USERS)
    batching = batch_of_entities(connect, graph, items_of(parse_selection(connect.selection)))
    representations = [{"id": "1", "shop": {"code": "a"}}, {"id": "2", "shop": {"code": "a"}}, {"id": "1"}]
    items = [{"user_id": 2, "shop": {"code": "a"}}, {"user_id": 1, "shop": {"code": "a"}}, {"user_id": 1}]
    deviations = Deviations()

    assert batching.distribute(representations, items, SCOPE, deviations) == [items[1], items[0], None]
    assert "User.shop is missing" in deviations.error([{}, {}, None]).message


def test_without_a_group_items_stand_in_the_order_of_the_entities() -> None:
    batching = Batching(None, lambda _item: None, None, many=False)

    assert batching.distribute([{"id": 1}, {"id": 2}], ["a", None], SCOPE, Deviations()) == ["a", None]


def test_an_answer_in_order_has_to_be_as_long_as_the_batch() -> None:
    batching = Batching(None, lambda _item: None, None, many=False)

    with pytest.raises(BadAnswer, match="a batch of 2 needs as many items in its order, and found 1"):
        batching.distribute([{"id": 1}, {"id": 2}], ["a"], SCOPE, Deviations())


@pytest.mark.parametrize(
    ("selection", "answer", "items"),
    [
        ("id name", [{"id": 1}], [{"id": 1}]),
        ("$.users { id }", {"users": [{"id": 1, "group": 2}]}, [{"id": 1, "group": 2}]),
        ("$.pages.users { id }", {"pages": [{"users": [{"id": 1}]}, {"users": [{"id": 2}]}]}, [{"id": 1}, {"id": 2}]),
        ("$->map({ id: @.no })", [{"no": 3}], [{"id": 3}]),
        ("$.users { id }", {"users": None}, []),
        ("$.users { id }", None, []),
    ],
)
def test_items_stand_where_the_selection_leads(selection: str, answer: object, items: list[object]) -> None:
    assert items_of(parse_selection(selection)).of(answer, SCOPE) == items


@pytest.mark.parametrize(("answer", "found"), [({}, "found nothing"), ({"users": {"id": 1}}, "found an object")])
def test_a_batch_needs_a_list(answer: object, found: str) -> None:
    with pytest.raises(BadAnswer, match=found):
        items_of(parse_selection("$.users { id }")).of(answer, SCOPE)
