"""The generated way through well-formed answers agrees with the careful way."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mapping.deviations import Deviations, Place
from connectors.mapping.fast_path import fast_path
from connectors.mapping.graph_types import read_type
from connectors.mapping.parse import parse_selection
from connectors.mapping.raw_value import UNEXPECTED
from connectors.mapping.scope import Scope
from connectors.mapping.shaping import Target, careful_shaper

SDL = """
type Order { id: ID! total: String user: User lines: [[Line]] "it's" odd: String }
type User { id: ID! name: String }
type Line { sku: String }
union Any = User | Line
type Holder { any: Any }
"""
MAPPING = '$.orders { id total: total.amount user: { id: user_id } lines { sku } odd: "it\'s" }'
ASKED = "{ __typename id sum: total user { __typename id } lines { sku } odd }"

LEAF = st.none() | st.text(max_size=3) | st.integers(0, 9)
LINE = st.none() | st.dictionaries(st.sampled_from(["sku", "x"]), LEAF, max_size=2)
LINES = st.none() | st.lists(st.none() | st.lists(LINE | LEAF, max_size=2), max_size=2) | LEAF
ORDER = st.fixed_dictionaries(
    {"id": LEAF, "total": st.fixed_dictionaries({"amount": LEAF}), "user_id": LEAF, "lines": LINES, "it's": LEAF}
)
ORDERS = st.lists(st.one_of(ORDER, ORDER, LEAF, LINE, st.lists(ORDER, max_size=1)), max_size=3) | LINE | LEAF
ANSWERS = st.fixed_dictionaries({"orders": ORDERS}) | ORDERS


@settings(deadline=None, max_examples=300)
@given(ANSWERS)
def test_the_fast_way_gives_what_the_careful_way_gives_or_gives_up(
    graph: Callable[..., Any], selections: Callable[..., Any], answer: Any
) -> None:
    types, asked, mapping = graph(SDL), selections(ASKED), parse_selection(MAPPING)
    fast = fast_path(types, mapping, read_type("[Order]"), asked)
    careful = careful_shaper(types, mapping, Target(read_type("[Order]"), asked, Place((), "Query.orders")))
    deviations = Deviations()
    expected = careful(answer, Scope({}), deviations)

    assert fast is not None
    try:
        found = fast(answer)
    except UNEXPECTED:
        return
    assert found == expected
    assert not deviations


def test_well_formed_answers_take_the_fast_way(graph: Callable[..., Any], selections: Callable[..., Any]) -> None:
    fast = fast_path(graph(SDL), parse_selection(MAPPING), read_type("[Order]"), selections(ASKED))
    order = {"id": 1, "total": {"amount": "2"}, "user_id": 3, "lines": [[{"sku": "a"}, None], None], "it's": None}

    assert fast({"orders": [order, None]}) == [
        {
            "__typename": "Order",
            "id": 1,
            "sum": "2",
            "user": {"__typename": "User", "id": 3},
            "lines": [[{"sku": "a"}, None], None],
            "odd": None,
        },
        None,
    ]


@pytest.mark.parametrize(
    ("mapping", "type_text", "asked"),
    [
        ("id total: total?.amount", "Order", "{ total }"),
        ("id total: sum->add(1)", "Order", "{ total }"),
        ("id total: $args.total", "Order", "{ total }"),
        ("id ...more", "Order", "{ id }"),
        ("id total: sum ?? amount", "Order", "{ total }"),
        ("any { __typename id }", "Holder", "{ any { ... on User { id } } }"),
        ("id", "Order", "{ __typename }"),
    ],
)
def test_whatever_is_more_than_members_takes_the_careful_way(
    graph: Callable[..., Any], selections: Callable[..., Any], mapping: str, type_text: str, asked: str
) -> None:
    assert fast_path(graph(SDL), parse_selection(mapping), read_type(type_text), selections(asked)) is None
