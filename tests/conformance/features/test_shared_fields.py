"""Fields that several subgraphs resolve: on the root, on values, on entities."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

MONEY = {"amount": 5, "currency": "EUR"}
PRODUCT = {"id": "1", "name": "Lamp", "price": MONEY}
SHARED = World(
    StrictSubgraph(
        "a",
        FEDERATION_2
        + """
        type Query { product: Product @shareable products: [Product] @shareable config: Config @shareable onlyA: Int }
        type Product @key(fields: "id") { id: ID! name: String @shareable price: Money @shareable a: Int }
        type Money @shareable { amount: Int currency: String }
        type Config { version: String @shareable fromA: String shared: Inner @shareable }
        type Inner { x: Int @shareable fromA: Int }
        """,
        entities={"Product": [PRODUCT | {"a": 1}]},
        fields={
            "Query.product": PRODUCT | {"a": 1},
            "Query.products": [PRODUCT | {"a": 1}],
            "Query.config": {"version": "v", "fromA": "A", "shared": {"x": 0, "fromA": 1}},
            "Query.onlyA": 10,
        },
    ),
    StrictSubgraph(
        "b",
        FEDERATION_2
        + """
        type Query { product: Product @shareable products: [Product] @shareable config: Config @shareable onlyB: Int }
        type Product @key(fields: "id") { id: ID! name: String @shareable price: Money @shareable b: Int }
        type Money @shareable { amount: Int currency: String }
        type Config { version: String @shareable fromB: String shared: Inner @shareable }
        type Inner { x: Int @shareable fromB: Int }
        """,
        entities={"Product": [PRODUCT | {"b": 2}]},
        fields={
            "Query.product": PRODUCT | {"b": 2},
            "Query.products": [PRODUCT | {"b": 2}],
            "Query.config": {"version": "v", "fromB": "B", "shared": {"x": 0, "fromB": 2}},
            "Query.onlyB": 20,
        },
    ),
    StrictSubgraph(
        "c",
        FEDERATION_2
        + """
        type Query { latest: Product products: [Product] @shareable }
        type Product @key(fields: "id") { id: ID! c: Int }
        """,
        entities={"Product": [{"id": "1", "c": 3}]},
        fields={"Query.latest": {"id": "1", "c": 3}, "Query.products": [{"id": "1", "c": 3}]},
    ),
)


async def test_a_shared_root_field_is_asked_once() -> None:
    outcome = await SHARED.ask("{ product { id name price { amount } } }")

    assert outcome.data == {"product": {"id": "1", "name": "Lamp", "price": {"amount": 5}}}
    assert sum(outcome.calls.values()) == 1


async def test_a_shared_root_field_is_asked_of_the_subgraph_that_gives_the_rest() -> None:
    assert (await SHARED.ask("{ product { name a } }")).calls == {"a": 1}
    assert (await SHARED.ask("{ product { name b } }")).calls == {"b": 1}
    assert (await SHARED.ask("{ products { id c } }")).calls == {"c": 1}


async def test_a_shared_root_field_goes_with_what_is_asked_of_the_same_subgraph() -> None:
    outcome = await SHARED.ask("{ onlyB product { name } config { version } }")

    assert outcome.data == {"onlyB": 20, "product": {"name": "Lamp"}, "config": {"version": "v"}}
    assert outcome.calls == {"b": 1}


async def test_parts_of_an_entity_in_several_subgraphs_are_asked_of_all_roots_at_once() -> None:
    outcome = await SHARED.ask("{ product { a b } }")

    assert outcome.data == {"product": {"a": 1, "b": 2}}
    assert outcome.calls == {"a": 1, "b": 1}


async def test_parts_of_a_value_in_several_subgraphs_are_asked_of_each() -> None:
    outcome = await SHARED.ask("{ config { version fromA fromB } }")

    assert outcome.data == {"config": {"version": "v", "fromA": "A", "fromB": "B"}}
    assert outcome.calls == {"a": 1, "b": 1}


async def test_parts_of_a_value_inside_of_a_value_are_merged() -> None:
    outcome = await SHARED.ask("{ config { shared { fromB x fromA } } }")

    assert outcome.data == {"config": {"shared": {"fromB": 2, "x": 0, "fromA": 1}}}
    assert outcome.calls == {"a": 1, "b": 1}


async def test_the_order_of_the_answer_is_the_clients_whoever_gives_it() -> None:
    outcome = await SHARED.ask("{ config { fromB version fromA } onlyB onlyA }")

    assert list(outcome.data) == ["config", "onlyB", "onlyA"]
    assert list(outcome.data["config"]) == ["fromB", "version", "fromA"]
    assert outcome.calls == {"a": 1, "b": 1}


async def test_a_shared_field_is_taken_from_a_subgraph_that_is_asked_anyway() -> None:
    outcome = await SHARED.ask("{ latest { c name a } }")

    assert outcome.data == {"latest": {"c": 3, "name": "Lamp", "a": 1}}
    assert outcome.calls == {"c": 1, "a": 1}


async def test_a_shared_value_is_taken_whole_from_one() -> None:
    outcome = await SHARED.ask("{ latest { price { amount currency } } }")

    assert outcome.data == {"latest": {"price": MONEY}}
    assert sum(outcome.calls.values()) == 2


async def test_the_same_shared_field_under_two_names_is_asked_of_one_subgraph() -> None:
    outcome = await SHARED.ask("{ one: product { name } two: product { id a } }")

    assert outcome.data == {"one": {"name": "Lamp"}, "two": {"id": "1", "a": 1}}
    assert outcome.calls == {"a": 1}


async def test_roots_of_three_subgraphs_are_asked_at_once() -> None:
    outcome = await SHARED.ask("{ onlyA onlyB latest { c } }")

    assert outcome.data == {"onlyA": 10, "onlyB": 20, "latest": {"c": 3}}
    assert outcome.calls == {"a": 1, "b": 1, "c": 1}


async def test_the_plan_asks_the_roots_in_parallel() -> None:
    assert (
        SHARED.plan("{ product { a b } }")
        == """\
parallel {
  fetch 1 from a {
    product {
      a
    }
  }
  fetch 2 from b {
    product {
      b
    }
  }
}
"""
    )
