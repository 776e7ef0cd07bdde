"""What subgraphs and the configuration declare for a field becomes one policy, or an error that names both."""

from collections.abc import Sequence

import pytest

from federation.composition.compose import compose
from federation.composition.policies.compose_policies import ComposedPolicies, compose_policies
from federation.composition.policies.configured import ConfiguredPolicy
from federation.composition.policies.origins import origins_in
from schemas.policy import (
    Authenticated,
    CacheRule,
    FieldPolicy,
    HasRole,
    HasScopes,
    ListSize,
    Mode,
    Origin,
    Owns,
    RateLimitRule,
)
from schemas.read_supergraph import read_supergraph
from schemas.subgraph import Subgraph

HEAD = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", '
    '"@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize"]) @link(url: '
    '"https://interlace.dev/policy/v0.1", import: ["@hasRole", "@owner", "@public", "@rateLimit", "@cacheControl"])\n'
)


def subgraph(name: str, sdl: str) -> Subgraph:
    return Subgraph(name, HEAD + sdl, origin=f"{name}.graphql")


def joined(*subgraphs: Subgraph, configured: Sequence[ConfiguredPolicy] = (), strict: bool = False) -> ComposedPolicies:
    result = compose(subgraphs)
    assert not result.errors, result.errors
    supergraph = read_supergraph(result.supergraph_sdl)
    return compose_policies(supergraph, origins_in(subgraphs), configured, strict=strict)


def policy(sdl: str, coordinate: str, *configured: ConfiguredPolicy) -> FieldPolicy:
    found = joined(subgraph("a", sdl), configured=configured)
    assert not found.problems
    return found.table.of(coordinate)


def roles(pattern: str, *names: str) -> ConfiguredPolicy:
    origin = Origin("interlace.yaml", 9)
    return ConfiguredPolicy(pattern, FieldPolicy((HasRole(origin, frozenset(names)),)), origin)


def errors(*subgraphs: Subgraph) -> list[str]:
    return [str(error) for error in compose(subgraphs).errors]


def test_every_directive_travels_through_the_supergraph() -> None:
    found = policy(
        """
        type Query {
          users(first: Int): [String]
            @hasRole(roles: ["admin", "support"], mode: SHADOW)
            @rateLimit(limit: ["100/minute", "20/second burst 40"], key: ["user", "claim:tenant"], by: items)
            @cacheControl(maxAge: 300, scope: PUBLIC, swr: 30, tags: ["users"])
            @requiresScopes(scopes: [["read", "list"], ["all"]])
            @cost(weight: 7) @listSize(slicingArguments: ["first"])
        }
        """,
        "Query.users",
    )

    assert found.guards == (
        HasScopes(Origin("a.graphql", 8), (frozenset({"read", "list"}), frozenset({"all"}))),
        HasRole(Origin("a.graphql", 5), frozenset({"admin", "support"}), mode=Mode.SHADOW),
    )
    (limit,) = found.rate_limits
    assert (limit.keys, limit.by, limit.coordinate) == (("user", "claim:tenant"), "items", "Query.users")
    assert [window.count for window in limit.windows] == [100, 20]
    assert found.cache == CacheRule(Origin("a.graphql", 7), 300, "public", 30, 0, ("users",))
    assert (found.cost, found.list_size) == (7, ListSize(slicing_arguments=("first",)))


def test_origins_are_lines_of_the_subgraphs_own_files() -> None:
    found = policy('type Query {\n  a: Int\n    @hasRole(roles: ["x"])\n}', "Query.a")

    assert [str(guard.origin) for guard in found.guards] == ["a.graphql:4"]


def test_guards_of_several_subgraphs_must_all_hold() -> None:
    found = joined(
        subgraph("a", 'type Query { x: Int @shareable @hasRole(roles: ["admin"]) }'),
        subgraph("b", 'type Query { x: Int @shareable @hasRole(roles: ["auditor"]) @authenticated }'),
    )

    guards = found.table.of("Query.x").guards
    assert {guard.roles for guard in guards if isinstance(guard, HasRole)} == {
        frozenset({"admin"}),
        frozenset({"auditor"}),
    }
    assert any(isinstance(guard, Authenticated) for guard in guards)


def test_a_guarded_type_guards_its_fields_and_those_that_give_it() -> None:
    found = joined(
        subgraph(
            "a",
            """
            type Query { me: User anyone: [User!]! other: Int }
            type User @key(fields: "id") @hasRole(roles: ["x"]) @owner(when: "$this.id == $claims.sub") { id: ID! }
            """,
        )
    ).table

    kinds = {name: {type(guard) for guard in found.of(name).guards} for name in found.fields}
    assert kinds == {
        "Query.me": {HasRole},
        "Query.anyone": {HasRole},
        "User.id": {HasRole, Owns},
        "User.__typename": {HasRole, Owns},
    }


def test_an_interface_asks_for_what_any_implementation_asks_for() -> None:
    found = joined(
        subgraph(
            "a",
            """
            type Query { node: Node }
            interface Node { id: ID! name: String }
            type A implements Node { id: ID! name: String @hasRole(roles: ["a"]) @rateLimit(limit: "1/s") }
            type B implements Node @hasRole(roles: ["b"]) { id: ID! name: String @cacheControl(maxAge: 5) }
            """,
        )
    ).table

    def asked(coordinate: str) -> set[str]:
        return {role for guard in found.of(coordinate).guards if isinstance(guard, HasRole) for role in guard.roles}

    assert asked("Node.name") == {"a", "b"}
    assert asked("Node.id") == asked("Node.__typename") == asked("Query.node") == {"b"}
    assert [rule.coordinate for rule in found.of("Node.name").rate_limits] == ["A.name"]
    assert found.of("Node.name").cache is None


def test_patterns_of_the_configuration_add_guards() -> None:
    sdl = "type Query { a: Int @authenticated b: Int u: U } type U { email: Int a: Int }"
    configured = (roles("Query.*", "q"), roles("*.email", "e"), roles("*.a", "a"))

    assert len(policy(sdl, "Query.a", *configured).guards) == 3
    assert len(policy(sdl, "Query.b", *configured).guards) == 1
    assert [guard.origin for guard in policy(sdl, "U.email", *configured).guards] == [Origin("interlace.yaml", 9)]


def test_a_mode_alone_holds_for_what_is_declared_elsewhere() -> None:
    shadow = ConfiguredPolicy("Query.*", FieldPolicy(), Origin("interlace.yaml", 3), Mode.SHADOW)
    kept = ConfiguredPolicy("Query.a", FieldPolicy(), Origin("interlace.yaml", 4), Mode.ENFORCE)
    sdl = "type Query { a: Int @authenticated b: Int @authenticated }"

    assert [guard.mode for guard in policy(sdl, "Query.a", shadow, kept).guards] == [Mode.ENFORCE]
    assert [guard.mode for guard in policy(sdl, "Query.b", shadow, kept).guards] == [Mode.SHADOW]


def test_the_most_specific_rate_of_the_configuration_holds() -> None:
    def limit(pattern: str, count: int) -> ConfiguredPolicy:
        origin = Origin("interlace.yaml", count)
        rule = RateLimitRule(origin, ())
        return ConfiguredPolicy(pattern, FieldPolicy(rate_limits=(rule,)), origin)

    found = policy("type Query { a: Int }", "Query.a", limit("*.*", 1), limit("Query.a", 2), limit("Query.*", 3))

    assert [rule.origin.line for rule in found.rate_limits] == [2]


def test_what_a_type_says_of_caching_holds_for_fields_that_say_nothing() -> None:
    sdl = "type Query { a: U b: U @cacheControl(maxAge: 5) } type U @cacheControl(maxAge: 60) { x: Int }"

    assert [policy(sdl, name, *()).cache.max_age for name in ("Query.a", "Query.b")] == [60, 5]  # type: ignore[union-attr]


def test_conflicting_rates_of_two_subgraphs_are_an_error_that_names_both() -> None:
    found = errors(
        subgraph("a", 'type Query {\n x: Int @shareable @rateLimit(limit: "5/s") }'),
        subgraph("b", 'type Query {\n x: Int @shareable @rateLimit(limit: "6/s") }'),
    )

    assert found == [
        (
            "POLICY_INVALID: Query.x: a.graphql:3 and b.graphql:3 give different rate limits: "
            "keep one of them, or make them equal"
        )
    ]


def test_a_rule_of_the_configuration_that_contradicts_the_subgraphs_is_an_error() -> None:
    origin = Origin("interlace.yaml", 9)
    entry = ConfiguredPolicy("Query.x", FieldPolicy(cache=CacheRule(origin, 5)), origin)

    found = joined(subgraph("a", "type Query { x: Int @cacheControl(maxAge: 6) }"), configured=[entry])

    assert found.problems == (
        "Query.x: a.graphql:2 and interlace.yaml:9 give different cache rules: keep one of them, or make them equal",
    )


def test_equal_rules_of_two_sources_are_one() -> None:
    found = joined(
        subgraph("a", 'type Query { x: Int @shareable @rateLimit(limit: "5/s") }'),
        subgraph("b", 'type Query { x: Int @shareable @rateLimit(limit: "5/s") }'),
    )

    assert (len(found.table.of("Query.x").rate_limits), found.problems) == (1, ())


def test_a_public_field_cannot_be_guarded_as_well() -> None:
    found = joined(subgraph("a", "type Query { x: Int @public }"), configured=[roles("Query.*", "q")])

    assert found.problems == ("Query.x: it is public by a.graphql:2, and guarded by interlace.yaml:9: keep one",)


def test_what_is_public_by_its_type_gives_way_to_a_guard() -> None:
    sdl = 'type Query { u: U } type U @public { a: Int b: Int @hasRole(roles: ["x"]) }'

    assert (policy(sdl, "U.a").public, policy(sdl, "U.b").public) == (Origin("a.graphql", 2), None)


def test_in_strict_mode_each_field_is_public_or_guarded() -> None:
    found = joined(
        subgraph("a", "type Query {\n  a: Int @public\n  b: Int\n  u: U @authenticated\n}\ntype U {\n  x: Int\n}"),
        strict=True,
    )

    assert found.problems == (
        "a.graphql:4: Query.b is neither public nor guarded: say which (authorization.strict)",
        "a.graphql:8: U.x is neither public nor guarded: say which (authorization.strict)",
    )


def test_a_pattern_that_matches_nothing_is_told() -> None:
    found = joined(subgraph("a", "type Query { x: Int }"), configured=[roles("Query.y", "q")])

    assert found.problems == ("interlace.yaml:9: policies.Query.y: there is no such field; correct it, or remove it",)


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("$this.nam == $claims.sub", "$this.nam: User has no field 'nam'. Did you mean 'name'?"),
        ("$args.id == 1", "$args.id is no argument of the field. Did you mean 'idd'?"),
        ("$this.friend == 1", "$this.friend is User, and not one value: go on to a field of it"),
        ("$this.friends.id == 1", "$this.friends.id: [User] has no field 'id'."),
        ("$this.log == 1", "$this.log: the field 'log' needs arguments, so that its value is not one"),
    ],
)
def test_a_condition_reads_what_is_there(condition: str, problem: str) -> None:
    found = errors(
        subgraph(
            "a",
            f"""
            type Query {{ me: User }}
            type User {{
              name: String friend: User friends: [User] log(to: Int!): Int
              email(idd: ID): String @owner(when: "{condition}")
            }}
            """,
        )
    )

    assert found == [f"POLICY_INVALID: a.graphql:6: User.email: {problem}"]


def test_malformed_directives_are_told_all_at_once_with_their_lines() -> None:
    found = errors(
        subgraph(
            "a",
            'type Query {\n  a: Int @hasRole(role: "x")\n  b: Int @rateLimit(limit: "often", key: "me")\n'
            '  c: Int @owner(when: "mine")\n  d: Int @cacheControl(maxAge: -1, scope: SHARED, mode: "maybe")\n}\n'
            'interface I @hasRole(roles: ["x"]) { x: Int }\ntype T @rateLimit(limit: "1/s") { x: Int }',
        )
    )

    shown = [text.removeprefix("POLICY_INVALID: a.graphql:").split(": ", 2) for text in found]
    assert [(line, where, what.split(":")[0].split(".")[0]) for line, where, what in shown] == [
        ("3", "@hasRole on Query.a", "'role' is not known"),
        ("3", "@hasRole on Query.a", "'roles' is needed"),
        ("3", "@hasRole on Query.a", "'roles' names no role"),
        ("4", "@rateLimit on Query.b", "'limit'"),
        ("4", "@rateLimit on Query.b", "'key' cannot be 'me'"),
        ("5", "@owner on Query.c", "'when' is no condition"),
        ("6", "@cacheControl on Query.d", "'maxAge' has to be a whole number of seconds, 0 or more"),
        ("6", "@cacheControl on Query.d", "'scope' has to be one of private, public"),
        ("6", "@cacheControl on Query.d", "'mode' has to be one of off, shadow, enforce"),
        ("8", "@hasRole on I", "put it on the objects that implement the interface"),
        ("9", "@rateLimit on T", "it stands on fields"),
    ]


def test_directives_may_be_renamed() -> None:
    sdl = (
        'extend schema @link(url: "https://interlace.dev/policy/v0.1", as: "guard", import: [{name: "@hasRole", as: '
        '"@only"}])\ntype Query { a: Int @only(roles: ["x"]) b: Int @guard__public }'
    )
    found = joined(Subgraph("a", sdl, origin="a.graphql")).table

    assert [type(guard) for guard in found.of("Query.a").guards] == [HasRole]
    assert found.of("Query.b").public == Origin("a.graphql", 2)
