"""`@external` in its many spellings: Federation 1 and 2, on fields and types, needed or left over."""

import pytest

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

USER = {"id": "u", "name": "Ann", "email": "a@x"}
FORMS = {
    "extend type": """
        extend type Query { rated: User }
        extend type User @key(fields: "id") { id: ID! @external name: String @external rid: ID }
    """,
    "@extends": """
        type Query @extends { rated: User }
        type User @extends @key(fields: "id") { id: ID! @external name: String @external rid: ID }
    """,
    "an own key": """
        type Query { rated: User }
        extend type User @key(fields: "id") { id: ID! name: String @external rid: ID }
    """,
    "no leftovers": """
        extend type Query { rated: User }
        extend type User @key(fields: "id") { id: ID! @external rid: ID }
    """,
    "Federation 2, @extends": FEDERATION_2
    + """
        type Query { rated: User }
        type User @extends @key(fields: "id") { id: ID! @external rid: ID }
    """,
    "Federation 2, extend type": FEDERATION_2
    + """
        extend type Query { rated: User }
        extend type User @key(fields: "id") { id: ID! @external rid: ID }
    """,
    "Federation 2, plain": FEDERATION_2
    + """
        type Query { rated: User }
        type User @key(fields: "id") { id: ID! rid: ID }
    """,
}
HOME = """
    type Query { user: User users: [User] }
    type User @key(fields: "id") { id: ID! name: String email: String }
"""
WORLDS = {
    f"{form}, home in Federation {version}": World(
        StrictSubgraph("users", home, entities={"User": [USER]}, fields={"Query.user": USER, "Query.users": [USER]}),
        StrictSubgraph(
            "ratings",
            sdl,
            entities={"User": [{"id": "u", "rid": "r"}]},
            fields={"Query.rated": {"id": "u", "rid": "r"}},
        ),
    )
    for form, sdl in FORMS.items()
    for version, home in ((1, HOME), (2, FEDERATION_2 + HOME))
}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
async def test_an_extension_is_entered_by_the_key_of_its_home(world: World) -> None:
    outcome = await world.ask("{ users { name rid } }")

    assert outcome.data == {"users": [{"name": "Ann", "rid": "r"}]}
    assert outcome.calls == {"users": 1, "ratings": 1}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
async def test_external_fields_are_fetched_from_their_home(world: World) -> None:
    outcome = await world.ask("{ rated { id rid name email } }")

    assert outcome.data == {"rated": {"id": "u", "rid": "r", "name": "Ann", "email": "a@x"}}
    assert outcome.calls == {"ratings": 1, "users": 1}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
async def test_an_external_key_is_known_to_the_extension(world: World) -> None:
    outcome = await world.ask("{ rated { id rid } }")

    assert outcome.data == {"rated": {"id": "u", "rid": "r"}}
    assert outcome.calls == {"ratings": 1}


WHOLE = World(
    StrictSubgraph(
        "places",
        FEDERATION_2
        + """
        type Query { place: Place }
        type Place @key(fields: "id") { id: ID! position: Position }
        type Position { x: Int y: Int }
        """,
        entities={"Place": [{"id": "1", "position": {"x": 3, "y": 4}}]},
        fields={"Query.place": {"id": "1", "position": {"x": 3, "y": 4}}},
    ),
    StrictSubgraph(
        "ways",
        FEDERATION_2
        + """
        type Query { start: Place }
        type Place @key(fields: "id") {
          id: ID! position: Position @external
          distance: Int @requires(fields: "position { x y }")
        }
        type Position @external { x: Int y: Int }
        """,
        entities={"Place": [{"id": "1"}]},
        fields={
            "Query.start": {"id": "1"},
            "Place.distance": lambda place: place["position"]["x"] + place["position"]["y"],
        },
    ),
)


async def test_a_whole_type_may_be_external() -> None:
    outcome = await WHOLE.ask("{ start { distance } }")

    assert outcome.data == {"start": {"distance": 7}}
    assert outcome.calls == {"ways": 2, "places": 1}


async def test_fields_of_an_external_type_come_from_elsewhere() -> None:
    outcome = await WHOLE.ask("{ start { position { x } } }")

    assert outcome.data == {"start": {"position": {"x": 3}}}
    assert outcome.calls == {"ways": 1, "places": 1}


FIRST = World(
    StrictSubgraph(
        "accounts",
        """
        type Query { me: Account }
        type Account @key(fields: "id") @key(fields: "name { first last }") { id: ID! name: Name age: Int }
        type Name { first: String last: String }
        """,
        entities={"Account": [{"id": "1", "name": {"first": "A", "last": "B"}, "age": 7}]},
        fields={"Query.me": {"id": "1", "name": {"first": "A", "last": "B"}, "age": 7}},
    ),
    StrictSubgraph(
        "greetings",
        """
        extend type Query { greeted: [Account] @provides(fields: "age") }
        extend type Account @key(fields: "name { first last }") {
          name: Name @external
          age: Int @external
          hello: String @requires(fields: "age")
          bye: String
        }
        extend type Name { first: String @external last: String @external }
        """,
        entities={"Account": [{"name": {"first": "A", "last": "B"}, "bye": "ciao"}]},
        fields={
            "Query.greeted": [{"name": {"first": "A", "last": "B"}, "age": 7, "bye": "ciao"}],
            "Account.hello": lambda account: f"hello at {account['age']}",
        },
    ),
)


async def test_federation_1_keys_may_be_nested_and_external_throughout() -> None:
    outcome = await FIRST.ask("{ me { bye } }")

    assert outcome.data == {"me": {"bye": "ciao"}}
    assert outcome.calls == {"accounts": 1, "greetings": 1}


async def test_federation_1_requires_and_provides_what_is_external() -> None:
    outcome = await FIRST.ask("{ me { hello } greeted { age bye } }")

    assert outcome.data == {"me": {"hello": "hello at 7"}, "greeted": [{"age": 7, "bye": "ciao"}]}
    assert outcome.calls == {"accounts": 1, "greetings": 2}


async def test_the_parts_of_an_external_key_are_known() -> None:
    outcome = await FIRST.ask("{ greeted { name { last } } }")

    assert outcome.data == {"greeted": [{"name": {"last": "B"}}]}
    assert outcome.calls == {"greetings": 1}


NOT_RESOLVABLE = World(
    StrictSubgraph(
        "reviews",
        FEDERATION_2
        + """
        type Query { reviews: [Review] }
        type Review { text: String author: Author }
        type Author @key(fields: "id", resolvable: false) { id: ID! }
        """,
        fields={"Query.reviews": [{"text": "good", "author": {"id": "1"}}, {"text": "bad", "author": None}]},
    ),
    StrictSubgraph(
        "authors",
        FEDERATION_2 + 'type Query { author: Author } type Author @key(fields: "id") { id: ID! name: String }',
        entities={"Author": [{"id": "1", "name": "Ann"}]},
        fields={"Query.author": {"id": "1", "name": "Ann"}},
    ),
)


async def test_a_key_that_is_not_resolvable_leads_out() -> None:
    outcome = await NOT_RESOLVABLE.ask("{ reviews { text author { name } } }")

    assert outcome.data["reviews"] == [{"text": "good", "author": {"name": "Ann"}}, {"text": "bad", "author": None}]
    assert outcome.calls == {"reviews": 1, "authors": 1}


async def test_a_key_that_is_not_resolvable_is_not_entered() -> None:
    outcome = await NOT_RESOLVABLE.ask("{ author { id name } }")

    assert outcome.calls == {"authors": 1}
