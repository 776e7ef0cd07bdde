"""`__typename` at every place, under any name."""

import pytest

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

CAT = {"__typename": "Cat", "id": "c", "name": "Mia"}
TYPES = World(
    StrictSubgraph(
        "pets",
        FEDERATION_2
        + """
        type Query { pet: Pet pets: [Pet] cat: Cat any: Any owner: Owner }
        interface Pet { id: ID! }
        type Cat implements Pet @key(fields: "id") { id: ID! name: String }
        type Dog implements Pet @key(fields: "id") { id: ID! }
        union Any = Cat | Dog | Owner
        type Owner { pet: Pet }
        """,
        fields={
            "Query.pet": CAT,
            "Query.pets": [CAT, {"__typename": "Dog", "id": "d"}, None],
            "Query.cat": CAT,
            "Query.any": {"__typename": "Owner", "pet": CAT},
            "Query.owner": {"pet": CAT},
        },
    ),
    StrictSubgraph(
        "care",
        FEDERATION_2
        + """
        type Query { vet: String }
        type Cat @key(fields: "id") { id: ID! food: Food }
        type Food { g: Int }
        """,
        entities={"Cat": [{"id": "c", "food": {"g": 40}}]},
        fields={"Query.vet": "Dr. Ö"},
    ),
)


@pytest.mark.parametrize(
    ("query", "data", "calls"),
    [
        ("{ __typename }", {"__typename": "Query"}, {}),
        ("{ a: __typename b: __typename }", {"a": "Query", "b": "Query"}, {}),
        ("{ ... on Query { __typename } vet }", {"__typename": "Query", "vet": "Dr. Ö"}, {"care": 1}),
        ("{ cat { __typename } }", {"cat": {"__typename": "Cat"}}, {"pets": 1}),
        ("{ cat { is: __typename id } }", {"cat": {"is": "Cat", "id": "c"}}, {"pets": 1}),
        ("{ pet { __typename } }", {"pet": {"__typename": "Cat"}}, {"pets": 1}),
        ("{ pet { id: __typename name: id } }", {"pet": {"id": "Cat", "name": "c"}}, {"pets": 1}),
        ("{ pet { ... on Cat { type: __typename } } }", {"pet": {"type": "Cat"}}, {"pets": 1}),
        ("{ pet { ... on Dog { type: __typename } } }", {"pet": {}}, {"pets": 1}),
        ("{ any { __typename } }", {"any": {"__typename": "Owner"}}, {"pets": 1}),
        (
            "{ any { a: __typename ...O } } fragment O on Owner { b: __typename pet { ... on Pet { d: __typename } } }",
            {"any": {"a": "Owner", "b": "Owner", "pet": {"d": "Cat"}}},
            {"pets": 1},
        ),
        (
            "{ pets { __typename ... on Cat { food { __typename g } } } }",
            {
                "pets": [
                    {"__typename": "Cat", "food": {"__typename": "Food", "g": 40}},
                    {"__typename": "Dog"},
                    None,
                ]
            },
            {"pets": 1, "care": 1},
        ),
        (
            "{ cat { food { of: __typename } } }",
            {"cat": {"food": {"of": "Food"}}},
            {"pets": 1, "care": 1},
        ),
        (
            "{ pets { ...P } } fragment P on Pet { x: __typename ... on Pet { ... on Cat { y: __typename } } }",
            {"pets": [{"x": "Cat", "y": "Cat"}, {"x": "Dog"}, None]},
            {"pets": 1},
        ),
        ("{ owner { pet { ... on Cat { name } } } }", {"owner": {"pet": {"name": "Mia"}}}, {"pets": 1}),
    ],
)
async def test_type_names_are_answered(query: str, data: object, calls: dict[str, int]) -> None:
    outcome = await TYPES.ask(query)

    assert outcome.data == data
    assert outcome.calls == calls


async def test_type_names_that_only_the_gateway_needs_are_not_in_the_answer() -> None:
    outcome = await TYPES.ask("{ pets { ... on Cat { food { g } } } }")

    assert outcome.data == {"pets": [{"food": {"g": 40}}, {}, None]}


async def test_type_names_are_asked_for_only_where_they_are_needed() -> None:
    outcome = await TYPES.ask("{ cat { food { __typename } } }")

    assert "__typename" not in outcome.sent["pets"][0].operation
