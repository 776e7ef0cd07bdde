"""One call for entities at several places: each place gets what it asked for, and nothing of another's."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

USERS = {"1": "Ada", "2": "Grace"}
WORLD = World(
    StrictSubgraph(
        "accounts",
        FEDERATION_2
        + """
        type Query { me: User you: User team: [User!]! nobody: User }
        type User @key(fields: "id") { id: ID! }
        """,
        fields={
            "Query.me": {"id": "1"},
            "Query.you": {"id": "1"},
            "Query.team": [{"id": "2"}, {"id": "1"}, {"id": "2"}],
            "Query.nobody": None,
        },
    ),
    StrictSubgraph(
        "people",
        FEDERATION_2
        + """
        type User @key(fields: "id") { id: ID! name: String friend: User pets: [Pet!] }
        type Pet @key(fields: "id") { id: ID! }
        """,
        entities={
            "User": [
                {"id": key, "name": name, "friend": {"id": "3"}, "pets": [{"id": f"p{key}"}]}
                for key, name in USERS.items()
            ]
        },
    ),
    StrictSubgraph(
        "details",
        FEDERATION_2
        + """
        type User @key(fields: "id") { id: ID! nick: String age: Int }
        type Pet @key(fields: "id") { id: ID! kind: String colour: String }
        """,
        entities={
            "User": [{"id": "3", "nick": "Rūta", "age": 33}],
            "Pet": [{"id": "p1", "kind": "cat", "colour": "red"}, {"id": "p2", "kind": "dog", "colour": "blue"}],
        },
    ),
)


async def test_the_same_question_is_asked_once() -> None:
    outcome = await WORLD.ask("{ me { name } you { name } team { name } nobody { name } }")

    assert outcome.data["team"] == [{"name": "Grace"}, {"name": "Ada"}, {"name": "Grace"}]
    assert outcome.data["me"] == outcome.data["you"] == {"name": "Ada"}
    assert outcome.data["nobody"] is None
    assert outcome.calls == {"accounts": 1, "people": 1}
    assert len(outcome.representations("people")) == 2


async def test_one_key_may_mean_something_else_below_another_place() -> None:
    outcome = await WORLD.ask("{ me { friend { x: nick } } you { friend { x: age } } }")

    assert outcome.data == {"me": {"friend": {"x": "Rūta"}}, "you": {"friend": {"x": 33}}}


async def test_lists_below_two_places_do_not_mix() -> None:
    outcome = await WORLD.ask("{ me { pets { x: kind } } you { pets { x: colour } } team { pets { id } } }")

    assert outcome.data["me"] == {"pets": [{"x": "cat"}]}
    assert outcome.data["you"] == {"pets": [{"x": "red"}]}
    assert outcome.data["team"] == [{"pets": [{"id": "p2"}]}, {"pets": [{"id": "p1"}]}, {"pets": [{"id": "p2"}]}]


async def test_what_is_alike_below_both_places_is_asked_once_too() -> None:
    outcome = await WORLD.ask("{ me { friend { nick } } you { friend { nick } } team { friend { nick } } }")

    assert outcome.data["me"] == outcome.data["you"] == {"friend": {"nick": "Rūta"}}
    assert outcome.calls == {"accounts": 1, "people": 1, "details": 1}


async def test_an_error_is_told_at_every_place_of_its_entity() -> None:
    def fail(_: object) -> str:
        raise ValueError("no name")

    WORLD.subgraphs["people"]._fields = {"User.name": fail}
    try:
        outcome = await WORLD.ask("{ me { name } team { name } }")
    finally:
        WORLD.subgraphs["people"]._fields = {}

    assert [error["path"] for error in outcome.errors] == [
        ["me", "name"],
        ["team", 1, "name"],
        ["team", 0, "name"],
        ["team", 2, "name"],
    ]
