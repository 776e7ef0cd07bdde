"""What stands in for a value is one thing for each field, of its type, and checked when the graph is composed."""

import pytest

from federation.composition.compose import compose
from federation.composition.policies.compose_policies import ComposedPolicies, compose_policies
from federation.composition.policies.configured import ConfiguredPolicy
from federation.composition.policies.origins import origins_in
from federation.config.policies import PolicySection
from schemas.policy import FallbackRule, Origin, PolicyTable
from schemas.read_supergraph import read_supergraph
from schemas.subgraph import Subgraph

HEAD = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"]) '
    '@link(url: "https://interlace.dev/policy/v0.1", import: ["@fallback"])\n'
)
REST = "scalar Money enum Theme { LIGHT DARK } type Badge { label: String } "


def composed(*subgraphs: str, configured: tuple[ConfiguredPolicy, ...] = ()) -> ComposedPolicies:
    named = tuple(
        Subgraph(name, HEAD + sdl, origin=f"{name}.graphql") for name, sdl in zip("abc", subgraphs, strict=False)
    )
    result = compose(named)
    if result.errors:
        assert {error.code for error in result.errors} == {"POLICY_INVALID"}, result.errors
        return ComposedPolicies(PolicyTable(), tuple(error.message for error in result.errors))
    return compose_policies(read_supergraph(result.supergraph_sdl), origins_in(named), configured)


def rule(field: str) -> FallbackRule | None:
    found = composed(f"{REST} type Query {{ {field} }}")
    assert not found.problems, found.problems
    return found.table.of("Query.a").fallback


@pytest.mark.parametrize(
    ("field", "stale", "default"),
    [
        ("a: Int @fallback(stale: 600)", 600, None),
        ("a: Int @fallback(default: null)", 0, "null"),
        ("a: Int! @fallback(stale: 60, default: 5)", 60, "5"),
        ("a: Float @fallback(default: 1)", 0, "1"),
        ('a: ID! @fallback(default: "x")', 0, '"x"'),
        ("a: Boolean @fallback(default: false)", 0, "false"),
        ("a: Theme! @fallback(default: DARK)", 0, '"DARK"'),
        ("a: [[Int!]]! @fallback(default: [[1], null])", 0, "[[1],null]"),
        ("a: [Badge!]! @fallback(default: [])", 0, "[]"),
        ("a: Money @fallback(default: {amount: 1})", 0, '{"amount":1}'),
        (r'a: [String!] @fallback(defaultJson: "[\"b\"]")', 0, '["b"]'),
    ],
)
def test_a_fallback_is_read(field: str, stale: float, default: str | None) -> None:
    found = rule(field)

    assert found is not None
    assert (found.stale, found.default, found.origin) == (stale, default, Origin("a.graphql", 2))


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("a: Int! @fallback(default: null)", "it may not be null, as the type is Int!"),
        ("a: [Int!] @fallback(default: [1, null])", "it may not be null, as the type is Int!"),
        ('a: Int @fallback(default: "5")', "it has to be of the type Int"),
        ("a: Int @fallback(default: 3000000000)", "it has to be of the type Int"),
        ("a: Int @fallback(default: true)", "it has to be of the type Int"),
        ("a: ID @fallback(default: 5)", "it has to be of the type ID"),
        ("a: [Int] @fallback(default: 1)", "it has to be a list, as the type is [Int]"),
        ("a: Theme @fallback(default: BLUE)", "it has to be one of LIGHT, DARK"),
        ("a: Badge @fallback(default: {label: 1})", "objects of Badge cannot be made up: null and empty lists can"),
    ],
)
def test_a_default_is_a_value_of_the_fields_type(field: str, problem: str) -> None:
    (found,) = composed(f"{REST} type Query {{ {field} }}").problems

    assert found.startswith("a.graphql:2: Query.a: its fallback has the default ")
    assert found.endswith(problem)


def test_what_a_mutation_did_is_not_made_up() -> None:
    found = composed("type Query { a: Int } type Mutation { b: Int @fallback(default: 1) }").problems

    assert found == ("a.graphql:2: Mutation.b: what a mutation did cannot be made up: remove its fallback",)


def test_subgraphs_that_disagree_are_both_named() -> None:
    sdl = "type Query { x%d: Int } type A @shareable { b: Int @fallback(default: %d) } "

    (found,) = composed(sdl % (1, 1) + "extend type Query { a: A }", sdl % (2, 2)).problems

    assert found == "A.b: a.graphql:2 and b.graphql:2 give different fallbacks: keep one of them, or make them equal"


def test_the_configuration_may_declare_one_and_must_agree() -> None:
    origin = Origin("interlace.yaml", 9)
    entry = ConfiguredPolicy("Query.a", PolicySection(fallback={"default": 2}).policy(origin), origin)

    alone = composed("type Query { a: Int }", configured=(entry,))
    beside = composed("type Query { a: Int @fallback(default: 1) }", configured=(entry,))

    assert alone.table.of("Query.a").fallback == FallbackRule(origin, 0, "2")
    assert beside.problems == (
        "Query.a: a.graphql:2 and interlace.yaml:9 give different fallbacks: keep one of them, or make them equal",
    )


def test_a_default_of_null_is_said_and_not_assumed() -> None:
    origin = Origin("interlace.yaml", 9)

    null = PolicySection(fallback={"default": None}).policy(origin).fallback

    assert null == FallbackRule(origin, 0, "null")
    with pytest.raises(ValueError, match="say what stands in for the value"):
        PolicySection(fallback={})


@pytest.mark.parametrize(
    ("directive", "problem"),
    [
        ("@fallback", "say what stands in for the value: 'stale' (seconds), a 'default', or both"),
        ('@fallback(default: 1, defaultJson: "1")', "'default' and 'defaultJson' say the same: keep one"),
        ('@fallback(defaultJson: "[")', "'defaultJson' has to be JSON"),
        ("@fallback(stale: -1)", "'stale' has to be a whole number of seconds"),
        ("@fallback(old: 1)", "'old' is not known"),
    ],
)
def test_a_directive_that_is_wrong_says_how(directive: str, problem: str) -> None:
    errors = compose((Subgraph("a", HEAD + f"type Query {{ a: Int {directive} }}", origin="a.graphql"),)).errors

    assert any(problem in str(error) for error in errors), errors


def test_a_fallback_stands_on_fields() -> None:
    errors = compose((Subgraph("a", HEAD + "type Query @fallback(default: 1) { a: Int }", origin="a.graphql"),)).errors

    assert any("it stands on fields" in str(error) for error in errors), errors
