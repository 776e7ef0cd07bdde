"""What a caller may not see is null and not fetched; what they may see is not touched."""

import asyncio
from collections.abc import Collection

from federation.extensions.decisions import Decision
from federation.identity import ANONYMOUS, Identity
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.federation.extensions.authorization.guarded_world import HEAD, GuardedWorld, known

ADA = {"__typename": "User", "id": "ada", "name": "Ada", "email": "ada@x", "phone": "1", "secret": "s1"}
BO = {"__typename": "User", "id": "bo", "name": "Bo", "email": "bo@x", "phone": "2", "secret": "s2"}
ACCOUNTS = StrictSubgraph(
    "accounts",
    HEAD
    + """
    type Query {
      users: [User!]!
      user(id: ID!): User
      me: User @authenticated
      audit: String @hasRole(roles: ["auditor"])
      report: String @requiresScopes(scopes: [["read", "report"], ["all"]])
      refund: String @policy(policies: [["can_refund", "is_open"], ["is_root"]])
      trial: String @hasRole(roles: ["tester"], mode: SHADOW)
      idle: String @hasRole(roles: ["tester"], mode: OFF)
      nodes: [Node!]!
      things: [Thing!]!
      vault: Vault
    }
    type Mutation { wipe: String @hasRole(roles: ["admin"]) touch: String }
    interface Node { id: ID! }
    type User implements Node @key(fields: "id") {
      id: ID!
      name: String
      email: String @owner(when: "$this.id == $claims.sub", orRoles: ["admin"])
      phone: String! @owner(when: "$this.id == $claims.sub and $claims.verified == true")
      orders(userId: ID!): Int @owner(when: "$args.userId == $claims.sub")
    }
    type Doc implements Node { id: ID! text: String @hasRole(roles: ["reader"]) }
    type Vault @authenticated { code: Int }
    union Thing = Doc | Vault
    """,
    entities={"User": [ADA, BO]},
    fields={
        "Query.users": [ADA, BO],
        "Query.user": lambda _, id: {"ada": ADA, "bo": BO}.get(id),  # noqa: A006
        "Query.me": ADA,
        "Query.audit": "audit",
        "Query.report": "report",
        "Query.refund": "refund",
        "Query.trial": "trial",
        "Query.idle": "idle",
        "Query.nodes": [ADA, {"__typename": "Doc", "id": "d", "text": "t"}],
        "Query.things": [{"__typename": "Doc", "id": "d", "text": "t"}, {"__typename": "Vault", "code": 7}],
        "Query.vault": {"__typename": "Vault", "code": 7},
        "User.orders": 3,
        "Mutation.wipe": "wiped",
        "Mutation.touch": "touched",
    },
)
NOTES = StrictSubgraph(
    "notes",
    HEAD
    + """
    type User @key(fields: "id") {
      id: ID!
      secret: String @owner(when: "$this.id == $claims.sub")
    }
    """,
    entities={"User": [ADA, BO]},
)


def world(**settings: object) -> GuardedWorld:
    return GuardedWorld((ACCOUNTS, NOTES), **settings)  # type: ignore[arg-type]


async def test_the_anonymous_are_told_to_say_who_they_are() -> None:
    given = await world().ask("{ me { id } audit }")

    assert given.data == {"me": None, "audit": None}
    assert given.errors == [("UNAUTHENTICATED", ["me"]), ("UNAUTHENTICATED", ["audit"])]
    assert given.asked == {}


async def test_known_callers_are_forbidden_what_they_lack_the_role_for() -> None:
    given = await world().ask("{ me { id } audit }", known())

    assert (given.data, given.errors) == ({"me": {"id": "ada"}, "audit": None}, [("FORBIDDEN", ["audit"])])
    assert "audit" not in given.asked["accounts"]


async def test_a_role_includes_the_roles_that_those_it_includes_include() -> None:
    guarded = world(roles={"admin": ("lead",), "lead": ("auditor", "reader")})

    assert (await guarded.ask("{ audit }", known("x", "admin"))).data == {"audit": "audit"}
    assert (await guarded.ask("{ audit }", known("x", "reader"))).data == {"audit": None}


async def test_scopes_of_one_alternative_must_all_be_there() -> None:
    guarded = world()
    seen = {
        scopes: (await guarded.ask("{ report }", known("x", scopes=scopes))).data["report"]
        for scopes in (("read",), ("read", "report"), ("all",), ())
    }

    assert seen == {("read",): None, ("read", "report"): "report", ("all",): "report", (): None}


async def test_functions_of_the_team_are_asked_once_for_all_that_the_operation_needs() -> None:
    asked: list[frozenset[str]] = []

    async def directory(names: frozenset[str], caller: Identity) -> Collection[str]:
        asked.append(names)
        return names & {"can_refund", "is_open"}

    async def root(_: frozenset[str], caller: Identity) -> bool:
        return caller.subject == "root"

    guarded = world(functions={"can_refund": directory, "is_open": directory, "is_root": root})

    assert (await guarded.ask("{ a: refund b: refund }", known())).data == {"a": "refund", "b": "refund"}
    assert asked == [frozenset({"can_refund", "is_open"})]


async def test_a_function_that_fails_or_is_late_says_no() -> None:
    async def failing(*_: object) -> bool:
        raise RuntimeError("secret")

    async def late(*_: object) -> bool:
        await asyncio.Event().wait()
        return True

    guarded = world(functions={"can_refund": late, "is_open": failing, "is_root": failing})
    given = await guarded.ask("{ refund }", known())

    assert (given.data, given.errors) == ({"refund": None}, [("FORBIDDEN", ["refund"])])


async def test_an_owner_gets_their_own_and_nobody_elses() -> None:
    given = await world().ask("{ users { id email } }", known("ada"))

    assert given.data == {"users": [{"id": "ada", "email": "ada@x"}, {"id": "bo", "email": None}]}
    assert given.errors == [("FORBIDDEN", ["users", 1, "email"])]


async def test_the_key_is_known_even_when_the_client_does_not_ask_for_it() -> None:
    given = await world().ask("{ users { id: name e: email } }", known("bo"))

    assert given.data == {"users": [{"id": "Ada", "e": None}, {"id": "Bo", "e": "bo@x"}]}


async def test_a_role_beside_ownership_costs_no_look_at_objects() -> None:
    given = await world().ask("{ users { email } }", known("root", "admin"))

    assert (given.data, given.errors) == ({"users": [{"email": "ada@x"}, {"email": "bo@x"}]}, [])
    assert "id" not in given.asked["accounts"].split("email")[0].split("users")[1]


async def test_ownership_is_for_what_another_subgraph_gives_too() -> None:
    given = await world().ask("{ users { secret } }", known("bo"))

    assert given.data == {"users": [{"secret": None}, {"secret": "s2"}]}


async def test_nobody_unknown_owns_anything() -> None:
    given = await world().ask("{ users { email } }")

    assert given.data == {"users": [{"email": None}, {"email": None}]}
    assert given.errors == [("UNAUTHENTICATED", ["users", "email"])]
    assert "email" not in given.asked["accounts"]


async def test_a_value_that_may_not_be_null_takes_its_object_with_it() -> None:
    mine = known("ada", claims={"verified": True})

    assert (await world().ask('{ user(id: "ada") { phone } }', mine)).data == {"user": {"phone": "1"}}
    given = await world().ask('{ user(id: "bo") { phone } }', mine)
    assert (given.data, given.errors) == ({"user": None}, [("FORBIDDEN", ["user", "phone"])])
    assert (await world().ask('{ user(id: "ada") { phone } }', known("ada"))).data == {"user": None}


async def test_where_an_argument_is_the_key_nothing_is_fetched_for_others() -> None:
    guarded = world(lookups={"Query.user": {"id": "id"}})

    own = await guarded.ask("query ($id: ID!) { user(id: $id) { name email } }", known("ada"), {"id": "ada"})
    other = await guarded.ask("query ($id: ID!) { user(id: $id) { name email } }", known("ada"), {"id": "bo"})

    assert own.data == {"user": {"name": "Ada", "email": "ada@x"}}
    assert (other.data, other.errors) == ({"user": {"name": "Bo", "email": None}}, [("FORBIDDEN", ["user", "email"])])
    assert "email" not in other.asked["accounts"]


async def test_a_condition_on_arguments_is_decided_before_anything_is_fetched() -> None:
    query = "query ($x: ID!) { me { orders(userId: $x) } }"

    assert (await world().ask(query, known("ada"), {"x": "ada"})).data == {"me": {"orders": 3}}
    given = await world().ask(query, known("ada"), {"x": "bo"})
    assert (given.data, given.errors) == ({"me": {"orders": None}}, [("FORBIDDEN", ["me", "orders"])])
    assert "orders" not in given.asked["accounts"]


async def test_the_whole_operation_is_refused_by_choice() -> None:
    guarded = world(refuses=True)

    denied = await guarded.ask("{ users { name } audit }", known())
    owned = await guarded.ask("{ users { email } }", known("ada"))

    assert (denied.data, denied.errors, denied.asked) == (None, [("FORBIDDEN", [])], {})
    assert (owned.data, owned.errors) == (None, [("FORBIDDEN", [])])
    assert (await guarded.ask("{ users { name } }", known())).data["users"][0] == {"name": "Ada"}


async def test_a_policy_in_shadow_lets_pass_and_counts_and_one_that_is_off_does_neither() -> None:
    guarded = world()

    assert (await guarded.ask("{ trial idle }", known())).data == {"trial": "trial", "idle": "idle"}
    assert guarded.decisions.counts == {Decision("Query.trial", "HasRole", "shadowed"): 1}


async def test_denials_are_counted() -> None:
    guarded = world()
    await guarded.ask("{ audit users { email } }", known("ada"))

    assert guarded.decisions.counts == {
        Decision("Query.audit", "HasRole", "denied"): 1,
        Decision("User.email", "Owns", "denied"): 1,
    }


async def test_a_denied_mutation_does_not_happen() -> None:
    given = await world().ask("mutation { touch wipe }", known())

    assert given.data == {"touch": "touched", "wipe": None}
    assert "wipe" not in given.asked["accounts"]


async def test_members_of_a_union_are_guarded_one_by_one() -> None:
    given = await world().ask("{ things { __typename ... on Doc { id text } ... on Vault { code } } }")

    assert given.data == {
        "things": [{"__typename": "Doc", "id": "d", "text": None}, {"__typename": "Vault", "code": None}]
    }
    assert "code" not in given.asked["accounts"]


async def test_a_field_that_gives_a_guarded_type_is_guarded() -> None:
    given = await world().ask("{ vault { code } }")

    assert (given.data, given.errors, given.asked) == ({"vault": None}, [("UNAUTHENTICATED", ["vault"])], {})


async def test_include_by_variable_never_widens_it() -> None:
    query = "query ($x: Boolean!) { ... @include(if: $x) { audit } ... @skip(if: $x) { a: audit } touch: idle }"
    guarded = world()

    for wanted in (True, False):
        given = await guarded.ask(query, known(), {"x": wanted})
        assert given.data == {"audit" if wanted else "a": None, "touch": "idle"}
        assert given.errors == [("FORBIDDEN", ["audit" if wanted else "a"])]


async def test_introspection_shows_what_the_caller_may_see() -> None:
    guarded = world()
    query = '{ __schema { queryType { fields { name } } types { name } } __type(name: "Vault") { name } }'

    def shown(data: dict) -> tuple[set[str], set[str]]:
        schema = data["__schema"]
        return {each["name"] for each in schema["queryType"]["fields"]}, {each["name"] for each in schema["types"]}

    fields, types = shown((await guarded.ask(query)).data)
    assert "audit" not in fields
    assert {"users", "trial", "refund"} <= fields
    assert "Vault" not in types
    assert (await guarded.ask(query)).data["__type"] is None
    fields, types = shown((await guarded.ask(query, known("x", "auditor"))).data)
    assert "audit" in fields
    assert "Vault" in types


async def test_callers_of_one_kind_are_decided_alike_whoever_they_are() -> None:
    guarded = world()

    first = [(await guarded.ask("{ audit }", known(str(number)))).data for number in range(3)]
    second = (await guarded.ask("{ audit }", known("x", "auditor"))).data
    third = (await guarded.ask("{ audit }", ANONYMOUS)).errors

    assert first == [{"audit": None}] * 3
    assert second == {"audit": "audit"}
    assert third == [("UNAUTHENTICATED", ["audit"])]
