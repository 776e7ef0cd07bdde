"""A guarded field is not read through one that requires it and asks for less."""

import pytest

from federation.composition.compose import compose
from federation.composition.policies.compose_policies import compose_policies
from federation.composition.policies.configured import ConfiguredPolicy
from federation.composition.policies.origins import origins_in
from schemas.policy import FieldPolicy, HasRole, Origin
from schemas.read_supergraph import read_supergraph
from schemas.role_inclusion import RoleInclusion
from schemas.subgraph import Subgraph

HEAD = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", '
    '"@inaccessible", "@authenticated", "@requiresScopes"]) @link(url: "https://interlace.dev/policy/v0.1", import: '
    '["@hasRole", "@owner"])\n'
)


def graphs(email: str, risk: str, *, requires: str = "email") -> tuple[Subgraph, Subgraph]:
    """`User.risk` of the one subgraph requires what is guarded by `email` in the other."""
    accounts = (
        f'type Query {{ users: [User] }}\ntype User @key(fields: "id") {{\n  id: ID! tenant: ID\n  email: String '
        f"{email}\n  account: Account accounts: [Account]\n}}\ntype Account {{ id: ID! balance: Int {email} }}"
    )
    name = requires.split(maxsplit=1)[0]
    external, types = {
        "email": ("email: String", ""),
        "account": ("account: Account", "type Account { balance: Int @external }"),
        "accounts": ("accounts: [Account]", "type Account { balance: Int @external }"),
    }[name]
    risks = (
        f'type User @key(fields: "id") {{\n  id: ID!\n  {external} @external\n  score: Int\n'
        f'  risk: Int @requires(fields: "{requires}") {risk}\n}}\n{types}'
    )
    return Subgraph("accounts", HEAD + accounts, origin="a.graphql"), Subgraph(
        "risks", HEAD + risks, origin="r.graphql"
    )


def errors(email: str, risk: str, *, requires: str = "email") -> list[str]:
    return [str(error) for error in compose(graphs(email, risk, requires=requires)).errors]


@pytest.mark.parametrize(
    "guard", ['@hasRole(roles: ["admin"])', '@owner(when: "$this.id == $claims.sub")', '@owner(when: "$claims.x == 1")']
)
def test_an_unguarded_field_cannot_require_a_guarded_one(guard: str) -> None:
    (error,) = errors(guard, "")

    assert error == (
        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS: r.graphql:6: User.risk requires User.email, which a.graphql:5 guards, "
        "and is not guarded: repeat that guard on User.risk"
    )


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ('@hasRole(roles: ["admin"])', '@hasRole(roles: ["admin"])'),
        ('@hasRole(roles: ["admin", "support"])', '@hasRole(roles: ["support"])'),
        ('@owner(when: "$this.id == $claims.sub")', '@owner(when: "$this.id == $claims.sub")'),
        ('@owner(when: "$this.id == $claims.sub")', '@owner(when: "$this.id == $claims.sub and $claims.x == 1")'),
        ('@owner(when: "$claims.y == 1 or $claims.x == 1")', '@owner(when: "$claims.x == 1")'),
        ('@owner(when: "$this.id == $claims.sub", orRoles: ["admin", "x"])', '@hasRole(roles: ["admin"])'),
        ('@owner(when: "$claims.x == 1", orRoles: ["a", "b"])', '@owner(when: "$claims.x == 1", orRoles: ["b"])'),
        ('@hasRole(roles: ["admin"], mode: SHADOW)', ""),
        ('@hasRole(roles: ["admin"]) @authenticated', '@hasRole(roles: ["admin"]) @authenticated'),
    ],
)
def test_a_guard_that_is_no_weaker_may_require(asked: str, given: str) -> None:
    assert errors(asked, given) == []


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ('@hasRole(roles: ["admin"])', '@hasRole(roles: ["admin", "support"])'),
        ('@hasRole(roles: ["admin"])', '@hasRole(roles: ["admin"], mode: SHADOW)'),
        ('@hasRole(roles: ["admin"])', "@authenticated"),
        ('@owner(when: "$this.id == $claims.sub")', '@owner(when: "$this.tenant == $claims.sub")'),
        ('@owner(when: "$this.id == $claims.sub")', '@owner(when: "$this.id == $claims.sub", orRoles: ["admin"])'),
        ('@owner(when: "$claims.x == 1")', '@owner(when: "$claims.x == 1 or $claims.y == 1")'),
        ('@owner(when: "$claims.x == 1 and $claims.y == 1")', '@owner(when: "$claims.x == 1")'),
        ('@owner(when: "$this.id == $claims.sub")', '@hasRole(roles: ["admin"])'),
    ],
)
def test_a_weaker_guard_may_not_require_and_both_sources_are_named(asked: str, given: str) -> None:
    (error,) = errors(asked, given)

    assert "User.risk requires User.email, which a.graphql:5 guards, and asks for less (r.graphql:6)" in error


def test_ownership_of_an_object_further_down_is_repeated_with_the_way_there() -> None:
    asked = '@owner(when: "$this.id == $claims.sub")'

    assert errors(asked, '@owner(when: "$this.account.id == $claims.sub")', requires="account { balance }") == []
    (error,) = errors(asked, asked, requires="account { balance }")
    assert "User.risk requires Account.balance" in error


def test_ownership_of_objects_in_a_list_cannot_be_repeated_but_by_a_role() -> None:
    asked = '@owner(when: "$this.id == $claims.sub", orRoles: ["admin"])'

    assert len(errors(asked, '@owner(when: "$this.id == $claims.sub")', requires="accounts { balance }")) == 1
    assert errors(asked, '@hasRole(roles: ["admin"])', requires="accounts { balance }") == []


def test_a_field_that_clients_do_not_see_is_guarded_too() -> None:
    (error,) = errors('@inaccessible @hasRole(roles: ["admin"])', "")

    assert "User.risk requires User.email" in error


def test_guards_of_the_configuration_count_on_both_sides() -> None:
    subgraphs = graphs("", "")
    supergraph = read_supergraph(compose(subgraphs).supergraph_sdl)

    def entry(pattern: str, line: int) -> ConfiguredPolicy:
        origin = Origin("interlace.yaml", line)
        return ConfiguredPolicy(pattern, FieldPolicy((HasRole(origin, frozenset({"admin"})),)), origin)

    def leaks(*configured: ConfiguredPolicy) -> list[str]:
        composed = compose_policies(supergraph, origins_in(subgraphs), configured)
        return [error.message for error in composed.leaks]

    (leak,) = leaks(entry("User.email", 9))
    assert "User.risk requires User.email, which interlace.yaml:9 guards, and is not guarded" in leak
    assert leaks(entry("User.email", 9), entry("User.risk", 10)) == []


INCLUSION = RoleInclusion({"boss": ("admin",), "admin": ("support",)})


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ('@hasRole(roles: ["support"])', '@hasRole(roles: ["boss"])'),
        ('@hasRole(roles: ["support", "x"])', '@hasRole(roles: ["admin", "x"])'),
        ('@owner(when: "$claims.x == 1", orRoles: ["support"])', '@hasRole(roles: ["boss"])'),
        ('@owner(when: "$claims.x == 1", orRoles: ["support"])', '@owner(when: "$claims.x == 1", orRoles: ["admin"])'),
        ("""@owner(when: "hasRole('support')")""", """@owner(when: "hasRole('boss')")"""),
    ],
)
def test_a_role_that_includes_the_one_asked_for_is_no_weaker(asked: str, given: str) -> None:
    assert compose(graphs(asked, given), INCLUSION).errors == ()
    assert len(compose(graphs(asked, given)).errors) == 1


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ('@hasRole(roles: ["boss"])', '@hasRole(roles: ["support"])'),
        ('@hasRole(roles: ["admin"])', '@hasRole(roles: ["boss", "other"])'),
        ("""@owner(when: "hasRole('boss')")""", """@owner(when: "hasRole('admin')")"""),
    ],
)
def test_a_role_that_is_included_is_weaker(asked: str, given: str) -> None:
    assert len(compose(graphs(asked, given), INCLUSION).errors) == 1


def bound(report: str, *, path: str = "/reports/{$this.ssn}") -> list[str]:
    """`User.report` is bound to a call that sends the guarded `User.ssn` in its path."""
    sdl = f"""
extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@authenticated"])
  @link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@connect", "@source"])
  @link(url: "https://interlace.dev/policy/v0.1", import: ["@hasRole"])
  @source(name: "rest", http: {{ baseURL: "http://127.0.0.1:1" }})
type Query {{
  user(id: ID!): User @connect(source: "rest", http: {{ GET: "/u/{{$args.id}}" }}, selection: "id ssn", entity: true)
}}
type User @key(fields: "id") {{
  id: ID!
  ssn: String @hasRole(roles: ["admin"])
  report: String {report} @connect(source: "rest", http: {{ GET: "{path}" }}, selection: "text")
}}
"""
    return [str(error) for error in compose((Subgraph("users", sdl, origin="u.graphql"),)).errors]


def test_what_a_call_sends_of_its_object_is_required() -> None:
    (error,) = bound("")

    assert error == (
        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS: u.graphql:12: User.report requires User.ssn, which u.graphql:11 guards, "
        "and is not guarded: repeat that guard on User.report"
    )


def test_a_call_that_sends_what_as_few_may_see_composes() -> None:
    assert bound('@hasRole(roles: ["admin"])') == []
    assert bound("", path="/reports/{$this.id}") == []
