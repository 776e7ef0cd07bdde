"""The subgraphs of these tests refuse what a wrong plan would ask of them."""

from typing import Any

import pytest

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2

SDL = (
    FEDERATION_2
    + """
    type Query { product: Product @provides(fields: "name") bare: Product }
    type Product @key(fields: "id") @key(fields: "sku", resolvable: false) {
      id: ID! sku: ID name: String @external weight: Int @external stock: Int
      cost: Int @requires(fields: "weight")
    }
    """
)
ENTITIES = "query ($representations: [_Any!]!) { _entities(representations: $representations) { ...P } }"


def entities(fields: str) -> str:
    return f"{ENTITIES} fragment P on Product {{ {fields} }}"


def subgraph() -> StrictSubgraph:
    return StrictSubgraph(
        "products",
        SDL,
        entities={"Product": [{"id": "1", "stock": 4}]},
        fields={
            "Query.product": {"id": "1", "name": "Lamp", "stock": 4},
            "Query.bare": {"id": "1"},
            "Product.cost": lambda product: product["weight"] + 1,
        },
    )


def refusals(text: str, *representations: dict[str, Any]) -> list[str]:
    asked = subgraph()
    asked.answer(text, {"representations": list(representations)} if representations else None)
    return [refusal.removeprefix("products: ").removesuffix(f": {text}") for refusal in asked.refusals]


def presented(fields: str, *representations: dict[str, Any]) -> list[str]:
    return refusals(entities(fields), *representations)


def test_a_subgraph_answers_what_it_resolves() -> None:
    asked = subgraph()

    response = asked.answer("{ product { __typename id name stock } }")

    assert response == {"data": {"product": {"__typename": "Product", "id": "1", "name": "Lamp", "stock": 4}}}
    assert asked.refusals == []


def test_a_subgraph_computes_with_what_it_requires() -> None:
    asked = subgraph()

    response = asked.answer(
        entities("cost stock"), {"representations": [{"__typename": "Product", "id": "1", "weight": 2}]}
    )

    assert response == {"data": {"_entities": [{"cost": 3, "stock": 4}]}}


def test_an_unknown_entity_is_null() -> None:
    asked = subgraph()

    response = asked.answer(entities("stock"), {"representations": [{"__typename": "Product", "id": "9"}]})

    assert response == {"data": {"_entities": [None]}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{ product { price } }", "Cannot query field 'price' on type 'Product'."),
        ("{ bare { name } }", "Product.name is external, and nothing provides it here"),
        ("{ product { ... on Product { weight } } }", "Product.weight is external, and nothing provides it here"),
        ("{ product { cost } }", "Product.cost misses what it requires in {}"),
    ],
)
def test_a_field_is_refused_that_is_not_resolved_here(text: str, problem: str) -> None:
    assert refusals(text) == [problem]


@pytest.mark.parametrize(
    ("fields", "representation", "problem"),
    [
        ("stock", {"__typename": "Product"}, "{'__typename': 'Product'} has no full key"),
        ("stock", {"__typename": "Product", "id": None}, "{'__typename': 'Product', 'id': None} has no full key"),
        ("stock", {"__typename": "Product", "sku": "a"}, "{'__typename': 'Product', 'sku': 'a'} has no full key"),
        ("stock", {"__typename": "Product", "id": "1", "price": 1}, "Product has no ['price']"),
        ("stock", {"__typename": "Shop", "id": "1"}, "no type Shop"),
        ("cost", {"__typename": "Product", "id": "1"}, "Product.cost misses what it requires in "),
    ],
)
def test_a_representation_is_refused_that_does_not_fit(
    fields: str, representation: dict[str, Any], problem: str
) -> None:
    assert presented(fields, representation)[0].startswith(problem)


def test_what_the_data_does_not_hold_is_told_apart() -> None:
    asked = subgraph()

    asked.answer("{ bare { stock } }")

    assert asked.refusals == []
    assert asked.unknown == ["products: Product.stock is not known of {'id': '1'}: { bare { stock } }"]


def test_the_same_representation_twice_is_refused() -> None:
    product = {"__typename": "Product", "id": "1"}

    assert presented("stock", product, product) == [f"{product} is sent twice"]
