"""The generated way through the items of a batch agrees with the careful way."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mapping.deviations import Deviations, Place
from connectors.mapping.fast_batch import Take, Wanted, taker
from connectors.mapping.graph_types import read_type
from connectors.mapping.items import items_of
from connectors.mapping.keys import key_texts
from connectors.mapping.parse import parse_expression, parse_selection
from connectors.mapping.raw_value import UNEXPECTED
from connectors.mapping.scope import Scope
from connectors.mapping.shaping import Target, object_shaper

SDL = "type Order { id: ID! total: String }"
MAPPING = "$.orders { id total: total.amount }"
ASKED = "{ id sum: total }"

SCALAR = st.integers(0, 3) | st.sampled_from(["0", "1", "2", "true"]) | st.booleans() | st.none()
ITEM = st.none() | st.fixed_dictionaries(
    {"id": SCALAR, "total": st.fixed_dictionaries({"amount": SCALAR}) | SCALAR, "user": SCALAR | st.just([])}
)


def make(graph: Any, selections: Any, key: str | None, *, many: bool) -> Take:
    wanted = Wanted("Order", selections(ASKED), None if key is None else parse_expression(key), many)
    take = taker(graph(SDL), items_of(parse_selection(MAPPING)), wanted)
    assert take is not None
    return take


@settings(deadline=None, max_examples=300)
@given(st.lists(ITEM, max_size=6), st.booleans())
def test_the_fast_way_gives_what_the_careful_way_gives_or_gives_up(
    graph: Callable[..., Any], selections: Callable[..., Any], items: list[Any], many: bool
) -> None:
    entities = ["0", "1", "true"]
    take = make(graph, selections, "user", many=many)
    target = Target(read_type("Order"), selections(ASKED), Place((), "Order"))
    shape, deviations = object_shaper(graph(SDL), items_of(parse_selection(MAPPING)).selection, target), Deviations()
    keyed = [(key_texts([item["user"]])[0], item) for item in items if item is not None]
    chosen = [[item for key, item in keyed if key == entity][: None if many else 1] for entity in entities]
    groups = [[shape(item, Scope({}), deviations) for item in items] for items in chosen]

    try:
        found = take({"orders": items}, entities)
    except UNEXPECTED:
        return

    assert found == [group if many else (group[0] if group else None) for group in groups]
    assert not deviations


def test_items_without_a_key_go_by_their_order(graph: Callable[..., Any], selections: Callable[..., Any]) -> None:
    take = make(graph, selections, None, many=False)
    item = {"id": 1, "total": {"amount": "2"}}

    assert take({"orders": [item, None]}, ["a", "b"]) == [{"id": 1, "sum": "2"}, None]
    with pytest.raises(UNEXPECTED):
        take({"orders": [item]}, ["a", "b"])


def test_keys_of_numbers_are_those_of_their_text(graph: Callable[..., Any], selections: Callable[..., Any]) -> None:
    take = make(graph, selections, "user", many=True)

    assert take({"orders": [{"id": 1, "total": {"amount": "2"}, "user": 7}]}, ["7"]) == [[{"id": 1, "sum": "2"}]]


@pytest.mark.parametrize("key", ["user?.id", "user->first", "$args.user"])
def test_a_key_that_is_more_than_members_takes_the_careful_way(
    graph: Callable[..., Any], selections: Callable[..., Any], key: str
) -> None:
    wanted = Wanted("Order", selections(ASKED), parse_expression(key), many=True)

    assert taker(graph(SDL), items_of(parse_selection(MAPPING)), wanted) is None
