"""Unions that have different members in different subgraphs."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

BOOK = {"__typename": "Book", "id": "b", "title": "Ulysses"}
FILM = {"__typename": "Film", "id": "f", "title": "Ran"}
SONG = {"__typename": "Song", "id": "s", "title": "Ålesund"}
BOOK_TITLE = "fragment B on Book { title }"
MEDIA = World(
    StrictSubgraph(
        "a",
        FEDERATION_2
        + """
        union Item = Book | Song
        type Query { item: Item @shareable items: [Item] viewer: Viewer @shareable }
        type Viewer { item: Item @shareable kept: [[Item]] }
        type Book @key(fields: "id") { id: ID! title: String @shareable }
        type Song @key(fields: "id") { id: ID! title: String @shareable }
        """,
        entities={"Book": [BOOK], "Song": [SONG]},
        fields={
            "Query.item": BOOK,
            "Query.items": [BOOK, SONG, None],
            "Query.viewer": {"item": BOOK, "kept": [[BOOK, None], [], None, [SONG]]},
        },
    ),
    StrictSubgraph(
        "b",
        FEDERATION_2
        + """
        union Item = Book | Film
        type Query { item: Item @shareable shown: [Item] viewer: Viewer @shareable }
        type Viewer { item: Item @shareable }
        type Book @key(fields: "id") { id: ID! title: String @shareable isbn: String }
        type Film @key(fields: "id") { id: ID! title: String @shareable minutes: Int }
        """,
        entities={"Book": [BOOK | {"isbn": "123"}], "Film": [FILM | {"minutes": 160}]},
        fields={
            "Query.item": BOOK | {"isbn": "123"},
            "Query.shown": [FILM | {"minutes": 160}, BOOK | {"isbn": "123"}],
            "Query.viewer": {"item": BOOK | {"isbn": "123"}},
        },
    ),
    StrictSubgraph(
        "c",
        FEDERATION_2
        + """
        union Item = Song
        type Song @key(fields: "id") { id: ID! seconds: Int likeIt: Item }
        """,
        entities={"Song": [SONG | {"seconds": 200}]},
        fields={"Song.likeIt": SONG | {"seconds": 200}},
    ),
)


async def test_members_that_both_subgraphs_know_cost_one_call() -> None:
    outcome = await MEDIA.ask("{ item { ... on Book { title } } }")

    assert outcome.data == {"item": {"title": "Ulysses"}}
    assert sum(outcome.calls.values()) == 1


async def test_a_member_that_the_subgraph_does_not_know_is_not_asked_of_it() -> None:
    outcome = await MEDIA.ask(
        "{ items { __typename ... on Book { title } ... on Film { title } ... on Song { title } } }"
    )

    assert outcome.data == {
        "items": [{"__typename": "Book", "title": "Ulysses"}, {"__typename": "Song", "title": "Ålesund"}, None]
    }
    assert outcome.calls == {"a": 1}
    assert "Film" not in outcome.sent["a"][0].operation


async def test_each_subgraph_is_asked_for_its_own_members() -> None:
    outcome = await MEDIA.ask("{ items { ... on Song { title } } shown { ... on Film { minutes } } }")

    assert outcome.data == {"items": [{}, {"title": "Ålesund"}, None], "shown": [{"minutes": 160}, {}]}
    assert outcome.calls == {"a": 1, "b": 1}


async def test_a_member_is_completed_by_the_subgraph_that_knows_more_of_it() -> None:
    outcome = await MEDIA.ask("{ items { ... on Book { title isbn } ... on Song { seconds } } }")

    assert outcome.data == {"items": [{"title": "Ulysses", "isbn": "123"}, {"seconds": 200}, None]}
    assert outcome.calls == {"a": 1, "b": 1, "c": 1}


async def test_a_shared_field_is_asked_of_the_subgraph_that_gives_all() -> None:
    outcome = await MEDIA.ask("{ viewer { item { ... on Book { isbn } } } }")

    assert outcome.data == {"viewer": {"item": {"isbn": "123"}}}
    assert outcome.calls == {"b": 1}


async def test_lists_of_lists_of_a_union_keep_their_holes() -> None:
    outcome = await MEDIA.ask("{ viewer { kept { __typename ... on Book { isbn } ... on Song { seconds } } } }")

    assert outcome.data == {
        "viewer": {
            "kept": [
                [{"__typename": "Book", "isbn": "123"}, None],
                [],
                None,
                [{"__typename": "Song", "seconds": 200}],
            ]
        }
    }
    assert outcome.calls == {"a": 1, "b": 1, "c": 1}


async def test_a_union_behind_a_member_of_the_union() -> None:
    outcome = await MEDIA.ask(
        "{ items { ... on Song { likeIt { __typename ... on Song { title likeIt { ... on Song { seconds } } } } } } }"
    )

    assert outcome.data["items"][1] == {
        "likeIt": {"__typename": "Song", "title": "Ålesund", "likeIt": {"seconds": 200}}
    }
    assert outcome.calls == {"a": 2, "c": 1}


async def test_a_member_that_no_object_is_costs_nothing() -> None:
    outcome = await MEDIA.ask("{ item { ... on Song { seconds } } }")

    assert outcome.data == {"item": {}}
    assert sum(outcome.calls.values()) == 1


async def test_a_type_name_alone_is_asked_once() -> None:
    outcome = await MEDIA.ask("{ shown { is: __typename } }")

    assert outcome.data == {"shown": [{"is": "Film"}, {"is": "Book"}]}
    assert outcome.calls == {"b": 1}
