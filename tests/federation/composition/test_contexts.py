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
