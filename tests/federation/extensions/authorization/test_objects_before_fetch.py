"""What some objects give is asked for of those alone, wherever it is known before which these are."""

from typing import Any

from federation.extensions.decisions import Decision
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.federation.extensions.authorization.guarded_world import HEAD, GuardedWorld, known

MINE = '@owner(when: "$this.id == $claims.sub", orRoles: ["admin"])'
ADA: dict[str, Any] = {"__typename": "User", "id": "ada", "name": "Ada"}
BO: dict[str, Any] = {"__typename": "User", "id": "bo", "name": "Bo"}
TEAMS = {"ada": {"id": "t1", "lead": "ada", "org": "o1"}, "bo": {"id": "t2", "lead": "ada", "org": "o2"}}
ACCOUNTS = {"ada": {"__typename": "Account", "id": "a1"}, "bo": {"__typename": "Account", "id": "a2"}}
DOC = {"__typename": "Doc", "id": "ada"}
PEOPLE = [{**each, "account": ACCOUNTS[each["id"]], "team": TEAMS[each["id"]]} for each in (ADA, BO)]

USERS = StrictSubgraph(
    "users",
    HEAD
    + f"""
    type Query {{ users: [User!]! nodes: [Node!]! }}
    interface Node {{ id: ID! }}
    type User implements Node @key(fields: "id") {{
      id: ID!
      name: String
      team: Team
      account: Account {MINE}
      boss: Account @owner(when: "$this.account.id == $claims.account")
    }}
    type Doc implements Node @key(fields: "id") {{ id: ID! }}
    type Team {{ id: ID! lead: ID! org: ID! }}
    type Account @key(fields: "id") {{ id: ID! }}
    """,
    entities={"User": PEOPLE},
    fields={
        "Query.users": PEOPLE,
        "Query.nodes": [ADA, DOC, BO],
        "User.boss": ACCOUNTS["ada"],
    },
)
NOTES = StrictSubgraph(
    "notes",
    HEAD
    + f"""
    type User @key(fields: "id") {{
      id: ID!
      nick: String
      secret: String {MINE}
      diary: String {MINE}
      plan: String @owner(when: "$this.tenant == $claims.tenant")
      review: String @owner(when: "$this.team.lead == $claims.sub and $this.team.org == 'o2'")
    }}
    type Doc @key(fields: "id") {{ id: ID! secret: String {MINE} }}
    type Account @key(fields: "id") {{ id: ID! balance: Int }}
    """,
    entities={
        "User": [
            {**each, "nick": each["id"], "secret": f"{each['id']}-s", "diary": "d", "plan": "p", "review": "r"}
            for each in (ADA, BO)
        ],
        "Doc": [{**DOC, "secret": "doc-s"}],
        "Account": [{**each, "balance": 7} for each in ACCOUNTS.values()],
    },
)
TENANTS = StrictSubgraph(
    "tenants",
    HEAD
    + f"""
    type User @key(fields: "id") {{
      id: ID!
      tenant: ID
      secret: String @external
      summary: String @requires(fields: "secret") {MINE}
    }}
    """,
    entities={"User": [{**ADA, "tenant": "x"}, {**BO, "tenant": "y"}]},
    fields={"User.summary": lambda user: f"about {user['secret']}"},
)


def world(**settings: Any) -> GuardedWorld:
    return GuardedWorld((USERS, NOTES, TENANTS), **settings)


def presented(subgraph: StrictSubgraph) -> list[list[str]]:
    """The ids by which the subgraph was asked, call by call."""
    return [[each["id"] for each in call.representations] for call in subgraph.calls]


async def test_a_service_is_asked_for_the_values_of_owners_only() -> None:
    given = await world().ask("{ users { secret } }", known("bo"))

    assert given.data == {"users": [{"secret": None}, {"secret": "bo-s"}]}
    assert given.errors == [("FORBIDDEN", ["users", 0, "secret"])]
    assert presented(NOTES) == [["bo"]]


async def test_a_service_is_not_asked_where_nobody_owns_anything() -> None:
    given = await world().ask("{ users { secret } }", known("cy"))

    assert given.data == {"users": [{"secret": None}, {"secret": None}]}
    assert NOTES.calls == []


async def test_what_is_free_is_asked_of_all_in_the_same_call() -> None:
    given = await world().ask("{ users { nick secret } }", known("bo"))

    assert given.data == {"users": [{"nick": "ada", "secret": None}, {"nick": "bo", "secret": "bo-s"}]}
    assert presented(NOTES) == [["ada", "bo", "bo"]]


async def test_fields_under_one_condition_go_together() -> None:
    given = await world().ask("{ users { secret again: secret diary } }", known("bo"))

    assert given.data["users"][1] == {"secret": "bo-s", "again": "bo-s", "diary": "d"}
    assert presented(NOTES) == [["bo"]]


async def test_what_decides_is_fetched_first() -> None:
    given = await world().ask("{ users { plan } }", known("ada", claims={"tenant": "y"}))

    assert given.data == {"users": [{"plan": None}, {"plan": "p"}]}
    assert (presented(TENANTS), presented(NOTES)) == ([["ada", "bo"]], [["bo"]])


async def test_two_values_of_one_object_may_decide() -> None:
    given = await world().ask("{ users { review } }", known("ada"))

    assert given.data == {"users": [{"review": None}, {"review": "r"}]}
    assert presented(NOTES) == [["bo"]]


async def test_nothing_is_fetched_below_an_object_that_is_not_given() -> None:
    given = await world().ask("{ users { account { balance } } }", known("bo"))

    assert given.data == {"users": [{"account": None}, {"account": {"balance": 7}}]}
    assert presented(NOTES) == [["a2"]]


async def test_what_one_value_decides_is_known_though_that_value_is_not_given() -> None:
    given = await world().ask(
        "{ users { account { balance } boss { balance } } }", known("cy", claims={"account": "a2"})
    )

    assert given.data == {"users": [{"account": None, "boss": None}, {"account": None, "boss": {"balance": 7}}]}
    assert presented(NOTES) == [["a1"]]


async def test_what_is_required_is_fetched_for_those_who_get_what_requires_it() -> None:
    given = await world().ask("{ users { summary } }", known("ada"))

    assert given.data == {"users": [{"summary": "about ada-s"}, {"summary": None}]}
    assert (presented(NOTES), presented(TENANTS)) == ([["ada"]], [["ada"]])


async def test_objects_of_several_types_are_each_decided_by_their_own() -> None:
    text = "{ nodes { ... on User { secret } ... on Doc { secret } } }"
    given = await world().ask(text, known("ada"))

    assert given.data == {"nodes": [{"secret": "ada-s"}, {"secret": "doc-s"}, {"secret": None}]}
    assert sorted(presented(NOTES)[0]) == ["ada", "ada"]


async def test_each_object_is_counted_once() -> None:
    guarded = world()
    await guarded.ask("{ users { secret account { balance } } }", known("bo"))

    counted = guarded.decisions.counts
    assert counted[Decision("User.secret", "Owns", "denied")] == 1
    assert counted[Decision("User.account", "Owns", "denied")] == 1


async def test_refusing_the_whole_operation_fetches_no_more_for_others() -> None:
    given = await world(refuses=True).ask("{ users { secret } }", known("bo"))

    assert given.data is None
    assert presented(NOTES) in ([], [["bo"]])


async def test_a_guard_in_shadow_changes_no_call() -> None:
    shadow = StrictSubgraph(
        "notes",
        NOTES.sdl.replace('orRoles: ["admin"])', 'orRoles: ["admin"], mode: SHADOW)'),
        entities={"User": [{**ADA, "nick": "n", "secret": "s"}, {**BO, "nick": "n", "secret": "s"}]},
    )
    given = await GuardedWorld((USERS, shadow, TENANTS)).ask("{ users { nick secret } }", known("bo"))

    assert given.data == {"users": [{"nick": "n", "secret": "s"}, {"nick": "n", "secret": "s"}]}
    assert presented(shadow) == [["ada", "bo"]]
