"""Fields to which no key leads: composing refuses them, and a supergraph that has them refuses the operation."""

from federation.composition.compose import compose
from schemas.subgraph import Subgraph
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

PRODUCTS = StrictSubgraph(
    "products",
    FEDERATION_2
    + """
    type Query { products: [Product] version: String }
    type Product @key(fields: "id") { id: ID! name: String }
    """,
    entities={"Product": [{"id": "1", "name": "Lamp"}]},
    fields={"Query.products": [{"id": "1", "name": "Lamp"}], "Query.version": "1"},
)
REVIEWS = StrictSubgraph(
    "reviews",
    FEDERATION_2
    + """
    type Query { latest: Product }
    type Product @key(fields: "id") { id: ID! stars: Int }
    """,
    entities={"Product": [{"id": "1", "stars": 5}]},
    fields={"Query.latest": {"id": "1", "stars": 5}},
)
# As a composer might write it that does not check what can be reached.
CUT_OFF = World(
    PRODUCTS,
    REVIEWS,
    edit=lambda sdl: sdl.replace(
        '@join__type(graph: REVIEWS, key: "id")', '@join__type(graph: REVIEWS, key: "id", resolvable: false)'
    ),
)


def test_composing_refuses_a_field_that_cannot_be_reached() -> None:
    sdl = REVIEWS.sdl.replace('@key(fields: "id")', '@key(fields: "id", resolvable: false)')

    result = compose([Subgraph("products", PRODUCTS.sdl), Subgraph("reviews", sdl)])

    assert [error.code for error in result.errors] == ["SATISFIABILITY_ERROR"]
    assert "stars" in result.errors[0].message


async def test_an_operation_is_refused_before_any_call() -> None:
    outcome = await CUT_OFF.ask("{ products { name stars } }")

    assert outcome.data is None
    assert len(outcome.errors) == 1
    assert outcome.calls == {}


async def test_the_rest_of_a_refused_operation_is_not_answered_half() -> None:
    outcome = await CUT_OFF.ask("{ version products { stars } }")

    assert outcome.data is None
    assert outcome.calls == {}


async def test_the_same_field_is_answered_where_it_is_at_hand() -> None:
    outcome = await CUT_OFF.ask("{ latest { id stars } }")

    assert outcome.data == {"latest": {"id": "1", "stars": 5}}
    assert outcome.calls == {"reviews": 1}


async def test_a_key_that_leads_out_is_still_used() -> None:
    outcome = await CUT_OFF.ask("{ latest { stars name } }")

    assert outcome.data == {"latest": {"stars": 5, "name": "Lamp"}}
    assert outcome.calls == {"reviews": 1, "products": 1}


async def test_an_operation_without_the_field_is_answered() -> None:
    outcome = await CUT_OFF.ask("{ version products { name } }")

    assert outcome.data == {"version": "1", "products": [{"name": "Lamp"}]}
    assert outcome.calls == {"products": 1}
