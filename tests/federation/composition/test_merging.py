"""How definitions of several subgraphs become one, and when they cannot."""

from collections.abc import Callable

import pytest

from federation.composition.compose import CompositionResult
from scripts.run_composition_cases import difference

Composer = Callable[..., CompositionResult]


def test_output_fields_are_united_and_inputs_intersected(composed: Composer) -> None:
    result = composed(
        a="type Query { a(i: In): Out @shareable } type Out @shareable { x: Int y: Int } input In { x: Int y: Int }",
        b="type Query { a(i: In, j: Int): Out @shareable } type Out @shareable { x: Int } input In { x: Int z: Int }",
    )

    expected = "type Query { a(i: In): Out } type Out { x: Int y: Int } input In { x: Int }"
    assert difference(expected, result.public_sdl) == []


def test_types_of_fields_widen_and_types_of_arguments_narrow(composed: Composer) -> None:
    result = composed(
        a="type Query { f(x: Int): [Int!]! @shareable }",
        b="type Query { f(x: Int!): [Int] @shareable }",
    )

    assert difference("type Query { f(x: Int!): [Int] }", result.public_sdl) == []
    assert '@join__field(graph: A, type: "[Int!]!")' in result.supergraph_sdl


def test_an_interface_stands_for_its_implementations(composed: Composer) -> None:
    result = composed(
        a="type Query { f: Node @shareable } interface Node { x: Int } type N implements Node @shareable { x: Int }",
        b="type Query { f: N @shareable } type N @shareable { x: Int }",
    )

    assert "f: Node @join__field" in result.supergraph_sdl


@pytest.mark.parametrize(
    ("use", "values"),
    [("f: Role @shareable", "A B C"), ("f(r: Role): Int @shareable", "B")],
    ids=["given: all values", "taken: common values"],
)
def test_enums_merge_by_their_use(composed: Composer, use: str, values: str) -> None:
    result = composed(
        a=f"type Query {{ {use} }} enum Role {{ A B }}",
        b=f"type Query {{ {use} }} enum Role {{ B C }}",
    )

    assert (
        difference(f"type Query {{ {use.removesuffix(' @shareable')} }} enum Role {{ {values} }}", result.public_sdl)
        == []
    )


def test_a_default_value_is_kept_only_where_all_have_it(composed: Composer) -> None:
    same = composed(a="type Query { f(x: Int = 1): Int @shareable }", b="type Query { f(x: Int = 1): Int @shareable }")
    some = composed(a="type Query { f(x: Int = 1): Int @shareable }", b="type Query { f(x: Int): Int @shareable }")

    assert "f(x: Int = 1)" in same.public_sdl
    assert "f(x: Int)" in some.public_sdl


def test_tags_are_united_and_inaccessible_parts_hidden(composed: Composer) -> None:
    result = composed(
        a='type Query { f: Int @shareable @tag(name: "a") secret: Int @inaccessible }',
        b='type Query { f: Int @shareable @tag(name: "b") }',
    )

    assert '@tag(name: "a") @tag(name: "b")' in result.supergraph_sdl
    assert '@link(url: "https://specs.apollo.dev/tag/v0.3")' in result.supergraph_sdl
    assert difference("type Query { f: Int }", result.public_sdl) == []


def test_who_needs_scopes_of_two_subgraphs_needs_both(composed: Composer) -> None:
    result = composed(
        a='type Query { f: Int @shareable @requiresScopes(scopes: [["a"], ["b"]]) }',
        b='type Query { f: Int @shareable @requiresScopes(scopes: [["c"]]) }',
    )

    assert '@requiresScopes(scopes: [["a", "c"], ["b", "c"]])' in result.supergraph_sdl


def test_interface_objects_give_their_fields_to_all_implementations(composed: Composer) -> None:
    result = composed(
        a="""type Query { node: Node } interface Node @key(fields: "id") { id: ID! }
             type User implements Node @key(fields: "id") { id: ID! }""",
        b='type Node @key(fields: "id") @interfaceObject { id: ID! score: Int }',
    )

    assert result.errors == ()
    assert "score: Int @join__field\n" in result.supergraph_sdl
    assert '@join__type(graph: B, key: "id", isInterfaceObject: true)' in result.supergraph_sdl


def test_an_overridden_field_is_resolved_by_its_new_home_alone(composed: Composer) -> None:
    result = composed(a="type Query { f: Int }", b='type Query { f: Int @override(from: "a") }')

    assert 'f: Int @join__field(graph: B, override: "a")' in result.supergraph_sdl


def test_a_labelled_override_keeps_both_homes(composed: Composer) -> None:
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@override"])'
    result = composed(
        a=f"{link} type Query {{ f: Int }}",
        b=f'{link} type Query {{ f: Int @override(from: "a", label: "percent(5)") }}',
    )

    assert '@join__field(graph: A, overrideLabel: "percent(5)")' in result.supergraph_sdl
    assert '@join__field(graph: B, override: "a", overrideLabel: "percent(5)")' in result.supergraph_sdl


def test_renamed_and_namespaced_directives_mean_the_same(composed: Composer) -> None:
    link = '@link(url: "https://specs.apollo.dev/federation/v2.3"'
    result = composed(
        a=f'extend schema {link}, import: [{{name: "@key", as: "@entity"}}]) '
        'type Query { u: U } type U @entity(fields: "id") { id: ID! }',
        b=f'extend schema {link}, as: "fed") type U @fed__key(fields: "id") {"{ id: ID! n: Int }"}',
    )

    assert result.errors == ()
    assert '@join__type(graph: A, key: "id")\n  @join__type(graph: B, key: "id")' in result.supergraph_sdl


def test_federation_1_subgraphs_share_and_extend_freely(composed: Composer) -> None:
    result = composed(
        a_1='type Query { u: U } type U @key(fields: "id") { id: ID! at: At } type At { x: Int }',
        b_1='extend type U @key(fields: "id") { id: ID! @external old: Int @external last: At } type At { x: Int }',
    )

    assert result.errors == ()
    assert "old" not in result.public_sdl


def test_a_subgraph_without_queries_composes_and_no_query_at_all_does_not(composed: Composer) -> None:
    type_ = 'type U @key(fields: "id") { id: ID! }'

    assert composed(a=f"type Query {{ u: U }} {type_}", b=type_).errors == ()
    assert [error.code for error in composed(a=type_).errors] == ["NO_QUERIES"]


COLLISIONS = {
    "TYPE_KIND_MISMATCH": ("type Query { a: A } type A { x: Int }", "interface A { x: Int }"),
    "FIELD_TYPE_MISMATCH": ("type Query { a: Int @shareable }", "type Query { a: String @shareable }"),
    "FIELD_ARGUMENT_TYPE_MISMATCH": (
        "type Query { a(x: Int): Int @shareable }",
        "type Query { a(x: ID): Int @shareable }",
    ),
    "FIELD_ARGUMENT_DEFAULT_MISMATCH": (
        "type Query { a(x: Int = 1): Int @shareable }",
        "type Query { a(x: Int = 2): Int @shareable }",
    ),
    "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH": (
        "type Query { a(x: Int!): Int @shareable }",
        "type Query { a: Int @shareable }",
    ),
    "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH": (
        "type Query { a(i: I): Int } input I { x: Int! y: Int }",
        "input I { y: Int }",
    ),
    "EMPTY_MERGED_INPUT_TYPE": ("type Query { a(i: I): Int } input I { x: Int }", "input I { y: Int }"),
    "EMPTY_MERGED_ENUM_TYPE": ("type Query { a(e: E): Int } enum E { X }", "enum E { Y }"),
    "ENUM_VALUE_MISMATCH": ("type Query { a(e: E): E } enum E { X Y }", "enum E { Y }"),
    "INVALID_FIELD_SHARING": ("type Query { a: Int }", "type Query { a: Int @shareable }"),
    "EXTENSION_WITH_NO_BASE": ("type Query { x: Int }", "extend type A { x: Int }"),
    "OVERRIDE_FROM_SELF_ERROR": ("type Query { x: Int }", 'type Query { y: Int @override(from: "b") }'),
    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE": (
        'type Query { u: U } type U @key(fields: "id") { id: ID! n: Int @external m: Int @requires(fields: "n") }',
        'type U @key(fields: "id") { id: ID! n: Int m: Int @override(from: "a") }',
    ),
    "EXTERNAL_TYPE_MISMATCH": (
        'type Query { u: U } type U @key(fields: "id") { id: ID! n: Int @external m: Int @requires(fields: "n") }',
        'type U @key(fields: "id") { id: ID! n: String }',
    ),
    "INTERFACE_FIELD_NO_IMPLEM": (
        "type Query { n: N } interface N { x: Int y: Int } type A implements N @shareable { x: Int y: Int }",
        "interface N { x: Int } type B implements N { x: Int }",
    ),
    "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE": (
        """type Query { n: N } interface N @key(fields: "id") { id: ID! }
        type A implements N @key(fields: "id") { id: ID! }""",
        'interface N @key(fields: "id") { id: ID! } type B implements N @key(fields: "id") { id: ID! }',
    ),
    "INTERFACE_OBJECT_USAGE_ERROR": (
        """type Query { n: N } interface N @key(fields: "id") { id: ID! }
        type A implements N @key(fields: "id") { id: ID! }""",
        """type N @key(fields: "id") @interfaceObject { id: ID! score: Int }
        type A @key(fields: "id") { id: ID! }""",
    ),
    "SATISFIABILITY_ERROR": (
        'interface N { id: ID! } type A implements N @key(fields: "id") { id: ID! } type Query { a: A }',
        'type N @key(fields: "id") @interfaceObject { id: ID! score: Int } type Query { nodes: [N] }',
    ),
    "REFERENCED_INACCESSIBLE": (
        "type Query { a: A } type A @shareable { x: Int }",
        "type A @inaccessible @shareable { x: Int }",
    ),
    "ONLY_INACCESSIBLE_CHILDREN": (
        "type Query { a: A } type A @shareable { x: Int }",
        "type A @shareable { x: Int @inaccessible }",
    ),
}


@pytest.mark.parametrize("code", COLLISIONS)
def test_what_does_not_fit_together_has_its_code(composed: Composer, code: str) -> None:
    a, b = COLLISIONS[code]

    assert code in {error.code for error in composed(a=a, b=b).errors}


def test_arguments_of_external_fields_may_be_marked(composed: Composer) -> None:
    result = composed(
        a='type Query { u: U } type U @key(fields: "id") { id: ID! n(x: Int): Int }',
        b="""type U @key(fields: "id") {
          id: ID! n(x: Int @tag(name: "t")): Int @external m: Int @requires(fields: "n")
        }""",
    )

    assert result.errors == ()


def test_missing_fields_of_interfaces_are_told_before_those_that_do_not_fit(composed: Composer) -> None:
    result = composed(
        a="type Query { n: N } interface N { x: Int! y: Int } type A implements N @shareable { x: Int! y: Int }",
        b="interface N { x: Int! } type A implements N @shareable { x: Int! } type B implements N { x: Int! }",
        c="type A @shareable { x: Int }",
    )

    assert [error.code for error in result.errors] == ["INTERFACE_FIELD_NO_IMPLEM"]


def test_sized_fields_are_lists(composed: Composer) -> None:
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize"])'
    sized = 'a: A @listSize(sizedFields: ["x"], assumedSize: 3)'

    result = composed(a=f"{link} type Query {{ {sized} }} type A {{ x: Int }}")

    assert [error.code for error in result.errors] == ["LIST_SIZE_APPLIED_TO_NON_LIST"]
