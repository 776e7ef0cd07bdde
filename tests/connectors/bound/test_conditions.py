"""`@skip` and `@include` are resolved before anything is called."""

from collections.abc import Callable
from typing import Any

from connectors.bound.conditions import condition_variables, without_conditions
from connectors.bound.lower import Binding
from connectors.bound.prepared import PreparedFetch
from connectors.protocol import Fetch

TEXT = "{ a @include(if: $x) b @skip(if: $x) c { d @include(if: $y) } ... on T @skip(if: $y) { e @include(if: $x) } }"
SDL = """
type Query {
  user: User @connect(source: "shop" http: { GET: "/user" } selection: "id name")
}
type User { id: ID! name: String }
"""


def test_the_variables_of_conditions_are_known(selections: Callable[[str], Any]) -> None:
    assert condition_variables(selections(TEXT)) == ("x", "y")


def test_only_selections_whose_conditions_hold_remain(selections: Callable[[str], Any]) -> None:
    asked = selections(TEXT)

    assert without_conditions(asked, {"x": True, "y": True}) == selections("{ a c { d } }")
    assert without_conditions(asked, {"x": True, "y": False}) == (
        *selections("{ a }"),
        *without_conditions(selections("{ c { d @include(if: $y) } }"), {"y": False}),
        *selections("{ ... on T { e } }"),
    )


def test_all_selections_remain_where_nothing_is_known_of_variables(selections: Callable[[str], Any]) -> None:
    assert without_conditions(selections(TEXT)) == selections("{ a b c { d } ... on T { e } }")


def test_a_fetch_is_lowered_once_for_each_way_its_conditions_turn_out(
    bound: Callable[[str], Any], selections: Callable[[str], Any]
) -> None:
    connect, graph = bound(SDL)
    fetch = Fetch("shop", "query", selections("{ user { id name @include(if: $x) } }"))
    prepared = PreparedFetch(fetch, Binding(connect, graph))

    assert prepared.form({"x": True}) is prepared.form({"x": True, "z": 1})
    assert prepared.form({"x": True}) is not prepared.form({"x": False})
    assert prepared.form({}) is prepared.form({"x": False})


def test_a_fetch_without_conditions_is_lowered_once(
    bound: Callable[[str], Any], selections: Callable[[str], Any]
) -> None:
    connect, graph = bound(SDL)
    prepared = PreparedFetch(Fetch("shop", "query", selections("{ user { id } }")), Binding(connect, graph))

    assert prepared.form({"x": True}) is prepared.form({})
