"""`@context` and `@fromContext`."""

import pytest

from federation.composition.compose import CompositionResult, compose
from schemas.subgraph import Subgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", "@fromContext"])'
)


def shop(argument: str, context: str = "user", key: str = '@key(fields: "id")') -> CompositionResult:
    return compose(
        [
            Subgraph(
                "shop",
                f"""{LINK}
                type Query {{ user: User }}
                type User @key(fields: "id") @context(name: "{context}") {{ id: ID! currency: String! cart: Cart! }}
                type Cart {key} {{ id: ID! total({argument}): Int! }}""",
            )
        ]
    )


def test_an_argument_from_a_context_is_not_for_clients() -> None:
    result = shop('currency: String @fromContext(field: "$user { currency }")')

    assert "total: Int!" in result.public_sdl
    assert '@context(name: "shop__user")' in result.supergraph_sdl
    assert (
        'context: "shop__user", name: "currency", type: "String", selection: " { currency }"' in result.supergraph_sdl
    )


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ('c: String @fromContext(field: "$other { currency }")', "CONTEXT_NOT_SET"),
        ('c: String = "EUR" @fromContext(field: "$user { currency }")', "CONTEXT_NOT_SET"),
        ('c: String @fromContext(field: "{ currency }")', "NO_CONTEXT_IN_SELECTION"),
        ('c: Int @fromContext(field: "$user { currency }")', "CONTEXT_INVALID_SELECTION"),
        ('c: String @fromContext(field: "$user { currency id }")', "CONTEXT_INVALID_SELECTION"),
        ('c: String @fromContext(field: "$user { cart }")', "CONTEXT_INVALID_SELECTION"),
        ('c: String @fromContext(field: "$user { ... on Cart { id } }")', "CONTEXT_INVALID_SELECTION"),
    ],
)
def test_what_cannot_fill_an_argument_has_its_code(argument: str, code: str) -> None:
    assert [error.code for error in shop(argument).errors] == [code]


def test_a_type_with_arguments_from_contexts_can_be_entered() -> None:
    result = shop('c: String @fromContext(field: "$user { currency }")', key='@key(fields: "id", resolvable: false)')

    assert [error.code for error in result.errors] == ["CONTEXT_NO_RESOLVABLE_KEY"]


def test_names_of_contexts_have_no_underscore() -> None:
    result = shop("c: String", context="the_user")

    assert [error.code for error in result.errors] == ["CONTEXT_NAME_INVALID"]


def test_a_field_that_a_context_takes_may_be_external() -> None:
    result = compose(
        [
            Subgraph(
                "shop",
                """extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
                  import: ["@key", "@context", "@fromContext", "@external"])
                type Query { user: User }
                type User @key(fields: "id") @context(name: "user") { id: ID! currency: String! @external cart: Cart! }
                type Cart @key(fields: "id") {
                  id: ID!
                  total(currency: String @fromContext(field: "$user { currency }")): Int!
                }""",
            ),
            Subgraph("money", f'{LINK} type User @key(fields: "id") {{ id: ID! currency: String! }}'),
        ]
    )

    assert result.errors == ()


def test_a_query_without_the_object_that_sets_the_context_is_unsatisfiable() -> None:
    result = compose(
        [
            Subgraph(
                "shop",
                f"""{LINK}
                type Query {{ user: User lost: Cart }}
                type User @key(fields: "id") @context(name: "user") {{ id: ID! currency: String! cart: Cart! }}
                type Cart @key(fields: "id") {{
                  id: ID!
                  total(currency: String @fromContext(field: "$user {{ currency }}")): Int!
                }}""",
            )
        ]
    )

    assert [error.code for error in result.errors] == ["SATISFIABILITY_ERROR"]
    assert "query { lost { total } }" in result.errors[0].message
