"""Nulls half-way: keys, entities and what lies behind them."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

BOOKS = [
    {"isbn": "1", "code": "c1", "author": {"id": "a", "key": {"x": 1}}},
    {"isbn": "2", "code": None, "author": {"id": None, "key": None}},
    None,
    {"isbn": "3", "code": "gone", "author": None},
    {"isbn": "4", "code": "c1", "author": {"id": "b", "key": {"x": None}}},
]
SHELF = World(
    StrictSubgraph(
        "shelf",
        FEDERATION_2
        + """
        type Query { books: [Book] strict: [Must!]! rows: [[Book]!] }
        type Book @key(fields: "isbn") { isbn: ID! code: String @shareable author: Author }
        type Author @key(fields: "id") @key(fields: "key { x }") { id: ID key: Key }
        type Key @shareable { x: Int }
        type Must @key(fields: "id") { id: ID! }
        """,
        entities={"Book": [book for book in BOOKS if book]},
        fields={
            "Query.books": BOOKS,
            "Query.strict": [{"id": "1"}, {"id": "2"}],
            "Query.rows": [[BOOKS[0], None], [None], []],
        },
    ),
    StrictSubgraph(
        "codes",
        FEDERATION_2
        + """
        type Book @key(fields: "isbn code") { isbn: ID! code: String room: Room }
        type Room @key(fields: "no") { no: Int }
        type Must @key(fields: "id") { id: ID! value: Int! }
        """,
        entities={
            "Book": [
                {"isbn": "1", "code": "c1", "room": {"no": 7}},
                {"isbn": "4", "code": "c1", "room": {"no": None}},
            ],
            "Must": [{"id": "1", "value": 1}],
        },
    ),
    StrictSubgraph(
        "authors",
        FEDERATION_2
        + """
        type Author @key(fields: "id") { id: ID name: String books: Int! }
        type Room @key(fields: "no") { no: Int size: Int }
        """,
        entities={"Author": [{"id": "a", "name": "Ann", "books": 3}], "Room": [{"no": 7, "size": 20}]},
    ),
    StrictSubgraph(
        "prizes",
        FEDERATION_2
        + 'type Author @key(fields: "key { x }") { key: Key prize: String } type Key @shareable { x: Int }',
        entities={"Author": [{"key": {"x": 1}, "prize": "Ø"}]},
    ),
)


async def test_an_entity_with_a_null_key_is_not_asked_for() -> None:
    outcome = await SHELF.ask("{ books { author { name } } }")

    assert outcome.data == {
        "books": [
            {"author": {"name": "Ann"}},
            {"author": {"name": None}},
            None,
            {"author": None},
            {"author": {"name": None}},
        ]
    }
    assert outcome.representations("authors") == [
        {"__typename": "Author", "id": "a"},
        {"__typename": "Author", "id": "b"},
    ]
    assert outcome.errors == []


async def test_an_entity_with_a_null_in_a_compound_key_is_not_asked_for() -> None:
    outcome = await SHELF.ask("{ books { isbn room { no } } }")

    assert [book and book["room"] for book in outcome.data["books"]] == [{"no": 7}, None, None, None, {"no": None}]
    assert [item["isbn"] for item in outcome.representations("codes")] == ["1", "3", "4"]


async def test_an_entity_with_a_null_object_for_a_key_is_not_asked_for() -> None:
    outcome = await SHELF.ask("{ books { author { prize } } }")

    assert [book and book["author"] and book["author"]["prize"] for book in outcome.data["books"]] == [
        "Ø",
        None,
        None,
        None,
        None,
    ]


async def test_a_chain_ends_where_an_entity_is_unknown_or_its_key_is_null() -> None:
    outcome = await SHELF.ask("{ books { room { size } } }")

    assert [book and book["room"] for book in outcome.data["books"]] == [{"size": 20}, None, None, None, {"size": None}]
    assert outcome.representations("authors") == [{"__typename": "Room", "no": 7}]
    assert outcome.calls == {"shelf": 1, "codes": 1, "authors": 1}


async def test_a_field_that_must_not_be_null_nulls_its_object_when_the_entity_is_unknown() -> None:
    outcome = await SHELF.ask("{ books { author { id books } } }")

    assert [book and book["author"] for book in outcome.data["books"]] == [
        {"id": "a", "books": 3},
        None,
        None,
        None,
        None,
    ]


async def test_a_missing_entity_nulls_up_to_the_nearest_place_that_may_be_null() -> None:
    outcome = await SHELF.ask("{ strict { value } }")

    assert outcome.data is None
    assert outcome.calls == {"shelf": 1, "codes": 1}


async def test_holes_in_lists_of_lists_stay_where_they_are() -> None:
    outcome = await SHELF.ask("{ rows { author { name } } }")

    assert outcome.data == {"rows": [[{"author": {"name": "Ann"}}, None], [None], []]}


async def test_nobody_is_called_when_all_keys_are_null() -> None:
    nothing = World(
        StrictSubgraph(
            "shelf",
            SHELF.subgraphs["shelf"].sdl,
            fields={"Query.books": [BOOKS[1], None], "Query.strict": [], "Query.rows": None},
        ),
        *(item for name, item in SHELF.subgraphs.items() if name != "shelf"),
    )

    outcome = await nothing.ask("{ books { author { name prize } } strict { value } rows { room { size } } }")

    assert outcome.data == {"books": [{"author": {"name": None, "prize": None}}, None], "strict": [], "rows": None}
    assert outcome.calls == {"shelf": 1}
