"""`@provides`: what a subgraph gives of another's fields along one way only."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

ANN = {"id": "1", "name": "Ann", "address": {"city": "Oslo", "zip": "0150"}, "age": 40}
POST = {"id": "p", "author": {"id": "1", "name": "Ann", "address": {"city": "Oslo"}}}
BLOG = World(
    StrictSubgraph(
        "posts",
        FEDERATION_2
        + """
        type Query {
          posts: [Post] @provides(fields: "author { name }")
          newest: Post
          featured: Post @provides(fields: "author { name address { city } }")
        }
        type Post @key(fields: "id") { id: ID! author: User editor: User @provides(fields: "name") }
        type User @key(fields: "id") { id: ID! name: String @external address: Address @external }
        type Address { city: String @external }
        """,
        entities={"Post": [POST | {"editor": {"id": "1", "name": "Ann"}}]},
        fields={
            "Query.posts": [POST, POST | {"author": None}],
            "Query.newest": POST,
            "Query.featured": POST,
            "Post.editor": {"id": "1", "name": "Ann"},
        },
    ),
    StrictSubgraph(
        "users",
        FEDERATION_2
        + """
        type User @key(fields: "id") { id: ID! name: String @shareable age: Int address: Address @shareable }
        type Address @shareable { city: String zip: String }
        """,
        entities={"User": [ANN]},
    ),
    StrictSubgraph(
        "votes",
        FEDERATION_2 + 'type Post @key(fields: "id") { id: ID! votes: Int }',
        entities={"Post": [{"id": "p", "votes": 3}]},
    ),
)


async def test_a_provided_field_costs_no_call() -> None:
    outcome = await BLOG.ask("{ posts { author { name } } }")

    assert outcome.data == {"posts": [{"author": {"name": "Ann"}}, {"author": None}]}
    assert outcome.calls == {"posts": 1}


async def test_the_same_field_on_another_way_is_fetched() -> None:
    outcome = await BLOG.ask("{ newest { author { name } } }")

    assert outcome.data == {"newest": {"author": {"name": "Ann"}}}
    assert outcome.calls == {"posts": 1, "users": 1}


async def test_a_field_provides_for_its_own_value_wherever_it_stands() -> None:
    outcome = await BLOG.ask("{ newest { editor { name } } }")

    assert outcome.data == {"newest": {"editor": {"name": "Ann"}}}
    assert outcome.calls == {"posts": 1}


async def test_nested_fields_are_provided_as_deep_as_they_are_named() -> None:
    outcome = await BLOG.ask("{ featured { author { name address { city } } } }")

    assert outcome.data == {"featured": {"author": {"name": "Ann", "address": {"city": "Oslo"}}}}
    assert outcome.calls == {"posts": 1}


async def test_what_lies_beside_a_provided_field_is_fetched() -> None:
    outcome = await BLOG.ask("{ featured { author { name address { city zip } } } }")

    assert outcome.data == {"featured": {"author": {"name": "Ann", "address": {"city": "Oslo", "zip": "0150"}}}}
    assert outcome.calls == {"posts": 1, "users": 1}


async def test_a_provided_field_keeps_the_name_that_the_client_gives_it() -> None:
    outcome = await BLOG.ask("{ featured { author { id: name name: address { zip: city } } } }")

    assert outcome.data == {"featured": {"author": {"id": "Ann", "name": {"zip": "Oslo"}}}}
    assert outcome.calls == {"posts": 1}


async def test_ways_with_and_without_provision_stand_side_by_side() -> None:
    outcome = await BLOG.ask("{ featured { author { name } editor { name } } newest { author { name } } }")

    assert outcome.data["newest"] == {"author": {"name": "Ann"}}
    assert outcome.calls == {"posts": 1, "users": 1}


async def test_a_provision_holds_inside_of_a_fragment() -> None:
    outcome = await BLOG.ask("{ posts { ...P } } fragment P on Post { author { ... on User { name } } }")

    assert outcome.data["posts"][0] == {"author": {"name": "Ann"}}
    assert outcome.calls == {"posts": 1}


async def test_a_provision_is_lost_for_an_entity_that_is_entered_from_elsewhere() -> None:
    outcome = await BLOG.ask("{ posts { votes author { name age } } }")

    assert outcome.data["posts"] == [
        {"votes": 3, "author": {"name": "Ann", "age": 40}},
        {"votes": 3, "author": None},
    ]
    assert outcome.calls == {"posts": 1, "users": 1, "votes": 1}


ANNA = {"__typename": "Person", "id": "a", "name": "Anna"}
ACME = {"__typename": "Firm", "id": "c", "name": "Acme"}
FILM = {"__typename": "Film", "id": "f", "title": "Ran", "minutes": 160, "makers": [ACME, None, ANNA]}
BOOK = {"__typename": "Book", "id": "b", "title": "Ulysses", "pages": 700, "makers": [ANNA]}
LIBRARY = World(
    StrictSubgraph(
        "shelf",
        FEDERATION_2
        + """
        type Query {
          media: [Media] @provides(fields: "makers { name } ... on Book { title pages } ... on Film { title }")
          found: [Thing] @provides(fields: "... on Book { title } ... on Film { minutes }")
          plain: Media
        }
        interface Media { id: ID! title: String makers: [Maker] }
        interface Maker { id: ID! name: String }
        union Thing = Book | Film
        type Book implements Media @key(fields: "id") {
          id: ID! title: String @external pages: Int @external makers: [Maker] @external
        }
        type Film implements Media @key(fields: "id") {
          id: ID! title: String @external minutes: Int @external makers: [Maker] @external
        }
        type Person implements Maker @key(fields: "id") { id: ID! name: String @external }
        type Firm implements Maker @key(fields: "id") { id: ID! name: String @external }
        """,
        fields={"Query.media": [BOOK, FILM], "Query.found": [BOOK, FILM, None], "Query.plain": FILM},
    ),
    StrictSubgraph(
        "books",
        FEDERATION_2
        + """
        interface Maker { id: ID! }
        type Book @key(fields: "id") {
          id: ID! title: String @shareable pages: Int @shareable makers: [Maker] @shareable
        }
        type Person implements Maker @key(fields: "id") { id: ID! }
        type Firm implements Maker @key(fields: "id") { id: ID! }
        """,
        entities={"Book": [BOOK]},
    ),
    StrictSubgraph(
        "films",
        FEDERATION_2
        + """
        interface Maker { id: ID! }
        type Film @key(fields: "id") {
          id: ID! title: String @shareable minutes: Int @shareable makers: [Maker] @shareable
        }
        type Person implements Maker @key(fields: "id") { id: ID! }
        type Firm implements Maker @key(fields: "id") { id: ID! }
        """,
        entities={"Film": [FILM]},
    ),
    StrictSubgraph(
        "makers",
        FEDERATION_2
        + """
        type Person @key(fields: "id") { id: ID! name: String @shareable born: Int }
        type Firm @key(fields: "id") { id: ID! name: String @shareable founded: Int }
        """,
        entities={"Person": [ANNA | {"born": 1950}], "Firm": [ACME | {"founded": 1900}]},
    ),
)


async def test_a_field_is_provided_for_each_implementation_by_fragments() -> None:
    outcome = await LIBRARY.ask("{ media { title } }")

    assert outcome.data == {"media": [{"title": "Ulysses"}, {"title": "Ran"}]}
    assert outcome.calls == {"shelf": 1}


async def test_a_field_is_provided_for_one_implementation_only() -> None:
    outcome = await LIBRARY.ask("{ media { title ... on Book { pages } ... on Film { minutes } } }")

    assert outcome.data == {"media": [{"title": "Ulysses", "pages": 700}, {"title": "Ran", "minutes": 160}]}
    assert outcome.calls == {"shelf": 1, "films": 1}


async def test_fields_of_interfaces_in_interfaces_are_provided() -> None:
    outcome = await LIBRARY.ask("{ media { makers { id name } } }")

    assert outcome.data["media"][1] == {"makers": [{"id": "c", "name": "Acme"}, None, {"id": "a", "name": "Anna"}]}
    assert outcome.calls == {"shelf": 1}


async def test_what_is_not_provided_of_an_inner_interface_is_fetched_once() -> None:
    outcome = await LIBRARY.ask("{ media { makers { name ... on Person { born } } } }")

    assert outcome.data["media"] == [
        {"makers": [{"name": "Anna", "born": 1950}]},
        {"makers": [{"name": "Acme"}, None, {"name": "Anna", "born": 1950}]},
    ]
    assert outcome.calls == {"shelf": 1, "makers": 1}


async def test_fields_are_provided_for_the_members_of_a_union() -> None:
    outcome = await LIBRARY.ask("{ found { __typename ... on Book { title } ... on Film { minutes } } }")

    assert outcome.data == {
        "found": [{"__typename": "Book", "title": "Ulysses"}, {"__typename": "Film", "minutes": 160}, None]
    }
    assert outcome.calls == {"shelf": 1}


async def test_what_is_provided_for_another_member_only_is_fetched() -> None:
    outcome = await LIBRARY.ask("{ found { ... on Media { title } } }")

    assert outcome.data == {"found": [{"title": "Ulysses"}, {"title": "Ran"}, None]}
    assert outcome.calls == {"shelf": 1, "films": 1}


async def test_an_interface_field_that_is_not_provided_is_fetched_of_those_who_have_it() -> None:
    outcome = await LIBRARY.ask("{ plain { title makers { name } } }")

    assert outcome.data == {"plain": {"title": "Ran", "makers": [{"name": "Acme"}, None, {"name": "Anna"}]}}
    assert outcome.calls == {"shelf": 1, "films": 1, "makers": 1}
