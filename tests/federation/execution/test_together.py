"""Several questions to one graph in one call: each gets its own part of the answer, and of what went wrong."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World


def fail_for_ada(user: dict[str, str]) -> str:
    if user["id"] == "1":
        raise ValueError("no name")
    return f"user {user['id']}"


WORLD = World(
    StrictSubgraph(
        "shop",
        FEDERATION_2
        + """
        type Query { users: [User!]! items: [Item!]! nobody: User }
        type User @key(fields: "id") { id: ID! }
        type Item @key(fields: "sku") { sku: ID! }
        """,
        fields={
            "Query.users": [{"id": "1"}, {"id": "2"}],
            "Query.items": [{"sku": "a"}, {"sku": "ß"}, {"sku": "a"}],
            "Query.nobody": None,
        },
    ),
    StrictSubgraph(
        "names",
        FEDERATION_2
        + """
        type User @key(fields: "id") { id: ID! name: String shout(times: Int): String }
        type Item @key(fields: "sku") { sku: ID! label(upper: Boolean): String! }
        """,
        entities={"User": [{"id": "1"}, {"id": "2"}], "Item": [{"sku": "a"}, {"sku": "ß"}]},
        fields={
            "User.name": fail_for_ada,
            "User.shout": lambda user, times: "!" * times + user["id"],
            "Item.label": lambda item, upper=None: item["sku"].upper() if upper else item["sku"],
        },
    ),
)


async def test_questions_about_different_types_go_in_one_call() -> None:
    query = "query ($n: Int, $up: Boolean) { users { shout(times: $n) } items { label(upper: $up) } }"

    outcome = await WORLD.ask(query, {"n": 2, "up": True})

    assert outcome.data["users"] == [{"shout": "!!1"}, {"shout": "!!2"}]
    assert [item["label"] for item in outcome.data["items"]] == ["A", "SS", "A"]
    assert outcome.calls == {"shop": 1, "names": 1}


async def test_a_question_about_nothing_is_left_out() -> None:
    outcome = await WORLD.ask("{ nobody { name } items { label } }")

    assert outcome.data["nobody"] is None
    assert [item["label"] for item in outcome.data["items"]] == ["a", "ß", "a"]
    assert outcome.sent["names"][0].operation.count("_entities") == 1


async def test_when_there_is_nothing_to_ask_about_no_call_is_made() -> None:
    outcome = await WORLD.ask("{ nobody { name shout(times: 1) } }")

    assert outcome.data == {"nobody": None}
    assert outcome.calls == {"shop": 1}


async def test_an_error_belongs_to_the_entity_of_its_question() -> None:
    outcome = await WORLD.ask("{ items { label } users { name } }")

    assert [item["label"] for item in outcome.data["items"]] == ["a", "ß", "a"]
    assert outcome.data["users"] == [{"name": None}, {"name": "user 2"}]
    assert [error["path"] for error in outcome.errors] == [["users", 0, "name"]]


async def test_a_question_under_a_condition_goes_by_itself() -> None:
    query = "query ($yes: Boolean!) { users { shout(times: 1) } items @include(if: $yes) { label } }"

    without = await WORLD.ask(query, {"yes": False})
    with_items = await WORLD.ask(query, {"yes": True})

    assert without.calls == {"shop": 1, "names": 1}
    assert without.data == {"users": [{"shout": "!1"}, {"shout": "!2"}]}
    assert len(with_items.data["items"]) == 3
