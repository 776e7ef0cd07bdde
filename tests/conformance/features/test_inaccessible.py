"""`@inaccessible`: what subgraphs use among themselves, and clients never see."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

USERS = [
    {"internal": "1", "name": "Ann", "role": "ADMIN", "salary": 10},
    {"internal": "2", "name": "Bob", "role": "ROOT", "salary": 20},
]
HIDDEN = World(
    StrictSubgraph(
        "accounts",
        FEDERATION_2
        + """
        type Query {
          users: [User]
          secret: Int @inaccessible
          search(text: String, trace: Boolean @inaccessible): [Hit]
        }
        type User @key(fields: "internal") {
          internal: ID! @inaccessible name: String role: Role salary: Int @inaccessible
        }
        enum Role { ADMIN GUEST ROOT @inaccessible }
        union Hit = User | Log
        type Log @inaccessible { text: String }
        """,
        entities={"User": USERS},
        fields={
            "Query.users": USERS,
            "Query.search": lambda _, **arguments: [USERS[0] | {"__typename": "User"}],
        },
    ),
    StrictSubgraph(
        "payroll",
        FEDERATION_2
        + """
        type User @key(fields: "internal") {
          internal: ID! @inaccessible salary: Int @external bonus: Int @requires(fields: "salary")
        }
        """,
        entities={"User": [{"internal": "1"}, {"internal": "2"}]},
        fields={"User.bonus": lambda user: user["salary"] // 2},
    ),
)


async def test_a_hidden_key_leads_to_other_subgraphs() -> None:
    outcome = await HIDDEN.ask("{ users { name bonus } }")

    assert outcome.data == {"users": [{"name": "Ann", "bonus": 5}, {"name": "Bob", "bonus": 10}]}
    assert outcome.calls == {"accounts": 1, "payroll": 1}


async def test_a_hidden_field_cannot_be_asked_for() -> None:
    for query in (
        "{ users { internal } }",
        "{ users { salary } }",
        "{ secret }",
        "{ search(trace: true) { __typename } }",
    ):
        outcome = await HIDDEN.ask(query)

        assert outcome.data is None
        assert outcome.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        assert outcome.calls == {}


async def test_a_hidden_type_cannot_be_named() -> None:
    outcome = await HIDDEN.ask("{ search { ... on Log { text } } }")

    assert outcome.data is None
    assert outcome.calls == {}


async def test_a_hidden_enum_value_in_an_answer_is_null() -> None:
    outcome = await HIDDEN.ask("{ users { role } }")

    assert outcome.data == {"users": [{"role": "ADMIN"}, {"role": None}]}


async def test_introspection_shows_nothing_hidden() -> None:
    outcome = await HIDDEN.ask(
        """{
          user: __type(name: "User") { fields { name } }
          role: __type(name: "Role") { enumValues { name } }
          hit: __type(name: "Hit") { possibleTypes { name } }
          log: __type(name: "Log") { name }
        }"""
    )

    assert outcome.data == {
        "user": {"fields": [{"name": "name"}, {"name": "role"}, {"name": "bonus"}]},
        "role": {"enumValues": [{"name": "ADMIN"}, {"name": "GUEST"}]},
        "hit": {"possibleTypes": [{"name": "User"}]},
        "log": None,
    }
    assert outcome.calls == {}


async def test_a_visible_member_of_a_union_is_found_beside_a_hidden_one() -> None:
    outcome = await HIDDEN.ask('{ search(text: "Ann") { __typename ... on User { name bonus } } }')

    assert outcome.data["search"][0] == {"__typename": "User", "name": "Ann", "bonus": 5}
