"""Types that lead back to themselves, directly, through interfaces and through other subgraphs."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

BOOK = {"__typename": "Book", "id": "1"}
FILM = {"__typename": "Film", "id": "2"}
CIRCLES = World(
    StrictSubgraph(
        "similar",
        FEDERATION_2
        + """
        type Query { product: Product }
        interface Product { like: Product }
        type Book implements Product @key(fields: "id") { id: ID! like: Book @shareable }
        type Film implements Product @key(fields: "id") { id: ID! like: Product also: [Product] }
        """,
        entities={"Book": [BOOK], "Film": [FILM]},
        fields={
            "Query.product": BOOK,
            "Book.like": BOOK,
            "Film.like": BOOK,
            "Film.also": [FILM, BOOK, None],
        },
    ),
    StrictSubgraph(
        "details",
        FEDERATION_2
        + """
        type Query { film: Film }
        interface Product { id: ID! title: String maker: Maker }
        type Book implements Product @key(fields: "id") { id: ID! title: String maker: Maker }
        type Film implements Product @key(fields: "id") { id: ID! title: String maker: Maker }
        type Maker @key(fields: "id") { id: ID! best: Product }
        """,
        entities={
            "Book": [BOOK | {"title": "Ulysses", "maker": {"id": "m"}}],
            "Film": [FILM | {"title": "Ran", "maker": {"id": "m"}}],
            "Maker": [{"id": "m"}],
        },
        fields={
            "Query.film": FILM | {"title": "Ran", "maker": {"id": "m"}},
            "Maker.best": FILM | {"title": "Ran", "maker": {"id": "m"}},
        },
    ),
    StrictSubgraph(
        "makers",
        FEDERATION_2
        + """
        type Maker @key(fields: "id") { id: ID! name: String partner: Maker }
        """,
        entities={"Maker": [{"id": "m", "name": "ACME"}]},
        fields={"Maker.partner": {"id": "m", "name": "ACME"}},
    ),
)


async def test_a_circle_inside_of_a_subgraph_is_one_call() -> None:
    outcome = await CIRCLES.ask("{ product { like { like { __typename } } } }")

    assert outcome.data == {"product": {"like": {"like": {"__typename": "Book"}}}}
    assert outcome.calls == {"similar": 1}


async def test_the_end_of_a_circle_is_completed_elsewhere() -> None:
    outcome = await CIRCLES.ask("{ product { like { ... on Book { title } } } }")

    assert outcome.data == {"product": {"like": {"title": "Ulysses"}}}
    assert outcome.calls == {"similar": 1, "details": 1}


async def test_every_round_of_a_circle_is_completed_elsewhere() -> None:
    query = "{ product { ... on Book { title like { title like { title } } } } }"

    outcome = await CIRCLES.ask(query)

    assert outcome.data == {"product": {"title": "Ulysses", "like": {"title": "Ulysses", "like": {"title": "Ulysses"}}}}
    assert outcome.calls["similar"] == 1


async def test_an_interface_leads_to_itself_in_another_subgraph() -> None:
    outcome = await CIRCLES.ask("{ film { title also { __typename ... on Product { like { __typename } } } } }")

    assert outcome.data == {
        "film": {
            "title": "Ran",
            "also": [
                {"__typename": "Film", "like": {"__typename": "Book"}},
                {"__typename": "Book", "like": {"__typename": "Book"}},
                None,
            ],
        }
    }
    assert outcome.calls == {"details": 1, "similar": 1}


async def test_a_circle_over_three_subgraphs() -> None:
    outcome = await CIRCLES.ask("{ film { maker { name best { ... on Film { like { ... on Book { title } } } } } } }")

    assert outcome.data == {"film": {"maker": {"name": "ACME", "best": {"like": {"title": "Ulysses"}}}}}
    assert outcome.calls == {"details": 2, "makers": 1, "similar": 1}


async def test_a_type_that_leads_to_itself_is_completed_at_each_depth() -> None:
    outcome = await CIRCLES.ask("{ film { maker { partner { partner { name best { title } } } } } }")

    assert outcome.data == {"film": {"maker": {"partner": {"partner": {"name": "ACME", "best": {"title": "Ran"}}}}}}
    assert outcome.calls == {"details": 2, "makers": 1}


async def test_a_circle_of_fragments_is_refused() -> None:
    outcome = await CIRCLES.ask("{ film { ...F } } fragment F on Film { title also { ...F } }")

    assert outcome.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert outcome.calls == {}
