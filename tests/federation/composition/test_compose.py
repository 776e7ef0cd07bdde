"""What composing gives, and what it says when it cannot."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.composition.compose import CompositionResult, compose
from schemas.read_supergraph import read_supergraph
from schemas.subgraph import Subgraph
from scripts.run_composition_cases import difference

Composer = Callable[..., CompositionResult]
STOREFRONT = sorted((Path(__file__).parents[3] / "examples/storefront/subgraphs").glob("*.graphql"))


def storefront() -> list[Subgraph]:
    return [Subgraph(path.stem, path.read_text()) for path in STOREFRONT]


def test_the_storefront_composes() -> None:
    result = compose(storefront())

    assert result.errors == ()
    assert set(read_supergraph(result.supergraph_sdl).graphs) == {"user", "order", "preference"}
    assert "users(" in result.public_sdl
    assert "scalar DateTime" in result.public_sdl


def test_connect_directives_travel_with_the_graph_that_wrote_them() -> None:
    supergraph = compose(storefront()).supergraph_sdl

    assert '@join__directive(graphs: [USER], name: "source", args: {name: "users"' in supergraph
    assert (
        '@join__directive(graphs: [ORDER], name: "link", args: {url: "https://interlace.dev/connect/v0.1"' in supergraph
    )
    assert '@join__directive(graphs: [PREFERENCE], name: "connect", args: {source: "preferences"' in supergraph
    assert "connect" not in compose(storefront()).public_sdl


def test_connector_fields_of_entities_need_no_shareable_keys(composed: Composer) -> None:
    link = (
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.10", import: ["@key"]) '
        '@link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@source", "@connect"])'
    )
    result = composed(
        a=f"""{link}
            type Query {{
              user(id: ID!): User
                @connect(http: {{GET: "http://a.example/u"}}, selection: "id a", entity: true)
            }}
            type User @key(fields: "id") {{ id: ID! a: Int }}""",
        b=f"""{link}
            type Query {{
              other(id: ID!): User
                @connect(http: {{GET: "http://b.example/u"}}, selection: "id b", entity: true)
            }}
            type User @key(fields: "id") {{ id: ID! b: Int }}""",
    )

    assert result.errors == ()


def test_all_errors_of_a_stage_come_at_once(composed: Composer) -> None:
    result = composed(
        a='type Query { a: Int } type User @key(fields: "missing") { id: ID! name: String @external }',
        b='type Query { b: Int } type Post @key(fields: "id") { id: ID! } interface I { id: ID! @shareable }',
    )

    assert {error.code for error in result.errors} == {
        "KEY_INVALID_FIELDS",
        "EXTERNAL_UNUSED",
        "INVALID_SHAREABLE_USAGE",
    }
    assert result.supergraph_sdl == ""


def test_errors_name_the_subgraphs_the_coordinate_and_what_to_change(composed: Composer) -> None:
    result = composed(a="type Query { x: Int }", b="type Query { x: Int }")

    (error,) = result.errors
    assert error.code == "INVALID_FIELD_SHARING"
    assert '"Query.x"' in error.message
    assert 'subgraphs "a" and "b"' in error.message
    assert "@shareable" in error.message


def test_syntax_errors_say_where(composed: Composer) -> None:
    (error,) = composed(a_1="type Query {\n  x Int\n}").errors

    assert error.code == "INVALID_GRAPHQL"
    assert "[a_1] line 2, column 5" in error.message


@pytest.mark.parametrize("name", ["", "_"])
def test_reserved_names_are_refused(name: str) -> None:
    (error,) = compose([Subgraph(name, "type Query { x: Int }")]).errors

    assert error.code == "INVALID_SUBGRAPH_NAME"


def test_names_are_unique() -> None:
    (error,) = compose([Subgraph("a", "type Query { x: Int }"), Subgraph("a", "type Query { y: Int }")]).errors

    assert error.code == "INVALID_SUBGRAPH_NAME"


def test_hints_say_what_is_doubtful_without_stopping(composed: Composer) -> None:
    result = composed(
        a="type Query { a: T @shareable } type T @shareable { x: Int y: Int }",
        b="type Query { b: Int } type T @shareable { x: Int }",
    )

    assert result.errors == ()
    assert any(hint.startswith("INCONSISTENT_OBJECT_VALUE_TYPE_FIELD") for hint in result.hints)


@settings(max_examples=10, deadline=None)
@given(st.permutations(storefront()))
def test_the_order_of_subgraphs_does_not_matter(subgraphs: list[Subgraph]) -> None:
    assert compose(subgraphs) == compose(storefront())


def test_one_subgraph_alone_is_its_own_public_schema() -> None:
    sdl = """
        type Query { node(id: ID!, first: Int! = 10): Node search: [Found!] }
        interface Node { id: ID! }
        type User implements Node { id: ID! role: Role }
        type Post implements Node { id: ID! at: Moment @deprecated(reason: "old") }
        union Found = User | Post
        enum Role { ADMIN GUEST }
        scalar Moment @specifiedBy(url: "https://example.com/moment")
    """

    assert difference(sdl, compose([Subgraph("only", sdl)]).public_sdl) == []
