"""Answers are shaped to what a fetch asks, and deviations are told once."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import CannotPrepare
from connectors.mapping.deviations import Deviations, Place
from connectors.mapping.graph_types import read_type
from connectors.mapping.missing import MISSING
from connectors.mapping.parse import parse_selection
from connectors.mapping.scope import Scope
from connectors.mapping.shaping import Target, value_shaper
from connectors.protocol import AnswerError

SDL = """
type Query { orders: [Order!]! order: Order version: String pets: [Pet!] }
type Order { id: ID! total: Decimal! note: String user: User! lines: [[Line!]!]! extra: JSON }
type User { id: ID! name: String }
type Line { sku: String! }
interface Named { name: String }
type Cat implements Named { name: String lives: Int }
type Dog implements Named { name: String tricks: [String!] }
union Pet = Cat | Dog
scalar Decimal
scalar JSON
"""


@pytest.fixture
def shape(graph: Callable[..., Any], selections: Callable[..., Any]) -> Callable[..., Any]:
    """Shape an answer: mapping, type, what is asked, the answer; gives data and the error."""

    def run(
        mapping: str, type_text: str, asked: str, answer: object, variables: dict[str, object] | None = None
    ) -> tuple[Any, AnswerError | None]:
        target = Target(read_type(type_text), selections(asked) if asked else (), Place((), "Query.it"))
        shaper = value_shaper(graph(SDL), parse_selection(mapping), target)
        deviations = Deviations()
        data = shaper(answer, Scope(variables or {}, deviations.problems), deviations)
        return data, deviations.error(data) if deviations else None

    return run


def test_only_what_is_asked_is_taken_under_the_keys_of_the_fetch(shape: Callable[..., Any]) -> None:
    data, error = shape(
        "$.orders { id total: total.amount note user: { id: user_id } }",
        "[Order!]!",
        "{ number: id total user { __typename key: id } }",
        {"orders": [{"id": 7, "total": {"amount": "9.90"}, "user_id": "u1"}]},
    )

    assert data == [{"number": 7, "total": "9.90", "user": {"__typename": "User", "key": "u1"}}]
    assert error is None


def test_typename_is_added_wherever_it_is_asked(shape: Callable[..., Any]) -> None:
    data, _ = shape("id", "Order", "{ __typename kind: __typename id }", {"id": "1"})

    assert data == {"__typename": "Order", "kind": "Order", "id": "1"}


def test_nested_lists_and_nulls_keep_their_places(shape: Callable[..., Any]) -> None:
    data, error = shape("lines { sku }", "Order", "{ lines { sku } }", {"lines": [[{"sku": "a"}, None], None, []]})

    assert data == {"lines": [[{"sku": "a"}, None], None, []]}
    assert error is None


def test_a_leaf_may_be_any_json(shape: Callable[..., Any]) -> None:
    data, _ = shape("extra: { a: deep.a }", "Order", "{ extra }", {"deep": {"a": [1, {"b": 2}]}})

    assert data == {"extra": {"a": [1, {"b": 2}]}}


def test_a_field_may_be_a_leaf_itself(shape: Callable[..., Any]) -> None:
    assert shape("$.version", "String", "", {"version": "1.2"}) == ("1.2", None)


def test_a_path_without_a_selection_takes_objects_as_they_come(shape: Callable[..., Any]) -> None:
    data, _ = shape("id user: buyer", "Order", "{ user { who: name } }", {"buyer": {"name": "Ada", "id": 1}})

    assert data == {"user": {"who": "Ada"}}


def test_entries_without_a_key_merge_into_the_object(shape: Callable[..., Any]) -> None:
    data, error = shape(
        "id $.money { total: amount } ...$.more",
        "Order",
        "{ id total note }",
        {"id": 1, "money": {"amount": "3"}, "more": {"note": "hi"}},
    )

    assert data == {"id": 1, "total": "3", "note": "hi"}
    assert error is None


def test_methods_and_variables_reach_the_selection(shape: Callable[..., Any]) -> None:
    data, _ = shape(
        "id: $args.id note: tags->joinNotNull('-')", "Order", "{ id note }", {"tags": ["a", "b"]}, {"$args": {"id": 3}}
    )

    assert data == {"id": 3, "note": "a-b"}


def test_an_answer_of_null_is_null(shape: Callable[..., Any]) -> None:
    assert shape("$.orders { id }", "[Order!]!", "{ id }", None) == (None, None)


def test_fragments_hold_for_the_types_they_name(shape: Callable[..., Any]) -> None:
    asked = "{ ... on Named { name } ... on Cat { lives } ... on Dog { tricks } ... { __typename } }"
    data, error = shape(
        "__typename: kind name lives tricks",
        "[Pet!]",
        asked,
        [{"kind": "Cat", "name": "Tom", "lives": 9}, {"kind": "Dog", "name": "Rex", "tricks": ["sit"]}],
    )

    assert data == [
        {"__typename": "Cat", "name": "Tom", "lives": 9},
        {"__typename": "Dog", "name": "Rex", "tricks": ["sit"]},
    ]
    assert error is None


def test_an_object_of_an_unknown_type_is_a_deviation(shape: Callable[..., Any]) -> None:
    data, error = shape("__typename: kind name", "[Pet!]", "{ ... on Cat { name } }", [{"kind": "Cow", "name": "Mo"}])

    assert data == [None]
    assert "one of Cat, Dog by its __typename, not a string" in error.message
    assert error.path == (0,)


def test_an_abstract_type_needs_a_typename_in_its_selection(shape: Callable[..., Any]) -> None:
    with pytest.raises(CannotPrepare, match="Pet may be one of Cat, Dog: the selection has to give __typename"):
        shape("$.pets { name }", "[Pet!]", "{ ... on Cat { name } }", [])


def test_what_a_selection_does_not_give_cannot_be_prepared(shape: Callable[..., Any]) -> None:
    with pytest.raises(CannotPrepare, match=r"the selection does not give Order\.note"):
        shape("id", "Order", "{ note }", {})


def test_what_a_graph_does_not_have_cannot_be_prepared(shape: Callable[..., Any]) -> None:
    with pytest.raises(CannotPrepare, match=r"shop cannot give Order\.colour"):
        shape("id colour", "Order", "{ colour }", {})


def test_missing_members_are_one_error_with_the_first_place(shape: Callable[..., Any]) -> None:
    answer = [{"id": 1, "user": {"name": "A"}}, {"id": 2, "user": {}}, {"user": {}}]
    data, error = shape("id user { name }", "[Order!]!", "{ id user { name } }", answer)

    assert data == [{"id": 1, "user": {"name": "A"}}, {"id": 2, "user": {}}, {"user": {}}]
    assert error.code == "UPSTREAM_BAD_RESPONSE"
    assert error.path == (1, "user", "name")
    expected = "the answer does not fit the schema: User.name is missing (2 times); Order.id is missing"
    assert error.message == expected


def test_only_a_few_deviations_are_told_to_clients_and_all_to_the_log(shape: Callable[..., Any]) -> None:
    _, error = shape("id total note extra", "Order", "{ id total note extra }", {})

    assert error.message.endswith("(and 1 more)")
    assert error.detail.count("is missing") == 4


def test_an_optional_path_that_leads_nowhere_is_null(shape: Callable[..., Any]) -> None:
    data, error = shape("id note: detail?.note user?", "Order", "{ id note user { id } }", {"id": 1})

    assert data == {"id": 1, "note": None, "user": None}
    assert error is None


def test_a_method_that_finds_nothing_is_no_deviation(shape: Callable[..., Any]) -> None:
    assert shape("$.orders->first { id }", "Order", "{ id }", {"orders": []}) == (None, None)


def test_a_method_that_fails_is_told(shape: Callable[..., Any]) -> None:
    data, error = shape("note: id->split(',')", "Order", "{ note }", {"id": 4})

    assert data == {"note": None}
    assert error.message == "the answer does not fit the schema: ->split needs a string and a string to cut it at"


@pytest.mark.parametrize(
    ("answer", "data", "problem", "path"),
    [
        ("text", MISSING, "Query.it has to be a list, not a string", ()),
        ({"id": 1}, MISSING, "Query.it has to be a list, not an object", ()),
        ([{"id": 1}, 5], [{"id": 1}, None], "Query.it has to be an object, not a number", (1,)),
    ],
)
def test_values_of_the_wrong_kind_are_deviations(
    shape: Callable[..., Any], answer: object, data: object, problem: str, path: tuple[object, ...]
) -> None:
    shaped, error = shape("id", "[Order!]!", "{ id }", answer)

    assert shaped == data
    assert problem in error.message
    assert error.path == path
