"""Keys that lead on to other keys, over third subgraphs."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

PRODUCTS = [{"sku": "a", "name": "Ärmel"}, {"sku": "b", "name": "襟"}]
CHAIN = World(
    StrictSubgraph(
        "catalog",
        FEDERATION_2
        + """
        type Query { products: [Product!]! product(sku: ID!): Product grid: [[Product]] none: [Product] }
        type Product @key(fields: "sku") { sku: ID! name: String }
        """,
        entities={"Product": PRODUCTS},
        fields={
            "Query.products": [
                {"sku": "a", "name": "Ärmel"},
                {"sku": "b", "name": "襟"},
                {"sku": "a", "name": "Ärmel"},
            ],
            "Query.product": lambda _, sku: {"sku": sku, "name": sku},
            "Query.grid": [[{"sku": "a"}, None], [], None, [{"sku": "b"}, {"sku": "a"}]],
            "Query.none": [],
        },
    ),
    StrictSubgraph(
        "links",
        FEDERATION_2 + 'type Product @key(fields: "sku") @key(fields: "upc") { sku: ID! upc: Int! }',
        entities={"Product": [{"sku": "a", "upc": 1}, {"sku": "b", "upc": 2}]},
    ),
    StrictSubgraph(
        "stock",
        FEDERATION_2
        + """
        type Query { emptiest: Product }
        type Product @key(fields: "upc") @key(fields: "shelf { row }") { upc: Int! shelf: Shelf! left: Int }
        type Shelf { row: Int! @shareable }
        """,
        entities={
            "Product": [
                {"upc": 1, "left": 5, "shelf": {"row": 11}},
                {"upc": 2, "left": 0, "shelf": {"row": 22}},
            ]
        },
        fields={"Query.emptiest": {"upc": 2, "left": 0, "shelf": {"row": 22}}},
    ),
    StrictSubgraph(
        "robots",
        FEDERATION_2
        + """
        type Product @key(fields: "shelf { row }") { shelf: Shelf! path: String }
        type Shelf { row: Int! @shareable }
        """,
        entities={"Product": [{"shelf": {"row": 11}, "path": "left"}, {"shelf": {"row": 22}, "path": "right"}]},
    ),
)


async def test_a_third_subgraph_brings_the_key_of_the_second() -> None:
    outcome = await CHAIN.ask("{ products { left } }")

    assert outcome.data == {"products": [{"left": 5}, {"left": 0}, {"left": 5}]}
    assert outcome.calls == {"catalog": 1, "links": 1, "stock": 1}


async def test_the_key_on_the_way_is_not_in_the_answer() -> None:
    outcome = await CHAIN.ask("{ products { name } }")

    assert outcome.data == {"products": [{"name": "Ärmel"}, {"name": "襟"}, {"name": "Ärmel"}]}
    assert outcome.calls == {"catalog": 1}


async def test_the_key_on_the_way_costs_no_more_when_it_is_wanted_too() -> None:
    outcome = await CHAIN.ask("{ products { upc left } }")

    assert outcome.data["products"][1] == {"upc": 2, "left": 0}
    assert outcome.calls == {"catalog": 1, "links": 1, "stock": 1}


async def test_a_chain_goes_over_as_many_subgraphs_as_it_takes() -> None:
    outcome = await CHAIN.ask("{ products { path } }")

    assert outcome.data == {"products": [{"path": "left"}, {"path": "right"}, {"path": "left"}]}
    assert outcome.calls == {"catalog": 1, "links": 1, "stock": 1, "robots": 1}


async def test_a_chain_is_walked_backwards_too() -> None:
    outcome = await CHAIN.ask("{ emptiest { name } }")

    assert outcome.data == {"emptiest": {"name": "襟"}}
    assert outcome.calls == {"stock": 1, "links": 1, "catalog": 1}


async def test_both_directions_at_once_go_side_by_side() -> None:
    outcome = await CHAIN.ask("{ emptiest { name path } }")

    assert outcome.data == {"emptiest": {"name": "襟", "path": "right"}}
    assert outcome.calls == {"stock": 1, "links": 1, "catalog": 1, "robots": 1}


async def test_an_entity_that_stands_at_several_places_is_presented_once() -> None:
    outcome = await CHAIN.ask("{ products { left } }")

    assert [item["upc"] for item in outcome.representations("stock")] == [1, 2]


async def test_lists_of_lists_keep_their_holes() -> None:
    outcome = await CHAIN.ask("{ grid { left } }")

    assert outcome.data == {"grid": [[{"left": 5}, None], [], None, [{"left": 0}, {"left": 5}]]}
    assert outcome.calls == {"catalog": 1, "links": 1, "stock": 1}


async def test_an_empty_list_calls_nobody_else() -> None:
    outcome = await CHAIN.ask("{ none { left path } }")

    assert outcome.data == {"none": []}
    assert outcome.calls == {"catalog": 1}


async def test_a_chain_that_breaks_in_the_middle_ends_there() -> None:
    outcome = await CHAIN.ask('{ product(sku: "unknown") { name left path } }')

    assert outcome.data == {"product": {"name": "unknown", "left": None, "path": None}}
    assert outcome.calls == {"catalog": 1, "links": 1}


async def test_one_unknown_entity_does_not_stop_the_others() -> None:
    outcome = await CHAIN.ask('{ known: product(sku: "b") { left } lost: product(sku: "x") { left } }')

    assert outcome.data == {"known": {"left": 0}, "lost": {"left": None}}


async def test_a_key_may_be_asked_for_under_another_name() -> None:
    outcome = await CHAIN.ask("{ products { sku: name left: upc upc: left } }")

    assert outcome.data["products"][0] == {"sku": "Ärmel", "left": 1, "upc": 5}
    assert outcome.calls == {"catalog": 1, "links": 1, "stock": 1}


async def test_the_plan_names_the_chain() -> None:
    assert (
        CHAIN.plan("{ products { left } }")
        == """\
sequence {
  fetch 1 from catalog {
    products {
      sku
    }
  }
  fetch 2 from links at products.@ {
    by Product { sku }
    ... on Product {
      upc
    }
  }
  fetch 3 from stock at products.@ {
    by Product { upc }
    ... on Product {
      left
    }
  }
}
"""
    )
