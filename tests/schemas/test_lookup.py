"""`@lookup`: the fields by which a plain GraphQL service gives its entities."""

import pytest

from schemas.lookup import Lookup, LookupArgument
from schemas.plain_subgraph import plain_subgraph
from schemas.problems import SchemaInvalid
from schemas.read_connect import read_connect
from schemas.subgraph import Subgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"]) '
    '@link(url: "https://interlace.dev/connect/v0.1", import: ["@lookup"])\n'
)
PRODUCT = (
    'type Product @key(fields: "sku") @key(fields: "code country") { sku: ID! code: Int! country: String! by: Maker }\n'
)
MAKER = "type Maker { id: ID! }\n"


def lookups(field: str) -> tuple[Lookup, ...]:
    sdl = f"{LINK}{PRODUCT}{MAKER}type Query {{ {field} }} type Mutation {{ change(sku: ID!): Product }}"
    return read_connect(Subgraph("shop", sdl)).lookups


@pytest.mark.parametrize(
    ("field", "arguments", "many"),
    [
        ("product(sku: ID!): Product @lookup", [("sku", "sku", "ID!")], False),
        ('product(id: ID!): Product @lookup(key: "sku")', [("id", "sku", "ID!")], False),
        ('product(id: ID!, deep: Boolean): Product @lookup(key: "sku")', [("id", "sku", "ID!")], False),
        ('products(skus: [ID!]!): [Product] @lookup(key: "sku")', [("skus", "sku", "[ID!]!")], True),
        ('products(sku: [ID!]!): [Product!]! @lookup(key: "sku")', [("sku", "sku", "[ID!]!")], True),
        (
            "product(code: Int!, country: String!): Product @lookup",
            [("code", "code", "Int!"), ("country", "country", "String!")],
            False,
        ),
    ],
)
def test_a_lookup_pairs_the_key_with_arguments(
    field: str,
    arguments: list[tuple[str, str, str]],
    many: bool,
) -> None:
    (found,) = lookups(field)

    assert found.arguments == tuple(LookupArgument(*each) for each in arguments)
    assert found.many == many


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (
            "product(sku: Int!): Product @lookup",
            "the argument 'sku' is of type 'Int!', and 'Product.sku' of type 'ID!'",
        ),
        ('product(id: ID!): Product @lookup(key: "sko")', "'Product' has no field 'sko'. Did you mean 'sku'?"),
        ("product(sku: ID!, tenant: ID!): Product @lookup", "has no field 'tenant'"),
        ('product(sku: ID!, tenant: ID!): Product @lookup(key: "sku")', "nothing fills the argument 'tenant'"),
        ("product: Product @lookup", "each field of the key needs an argument of its name"),
        ('products(code: [Int!]!): [Product] @lookup(key: "code country")', "takes one argument, a list of keys"),
        ("count: Int @lookup", "the field gives 'Int', which has no fields"),
        ("maker(id: ID!): Maker @lookup", """'Maker' needs @key(fields: "id")"""),
        ("product(sku: ID!): Product @lookup(by: 1)", "'by' is not known."),
    ],
)
def test_what_is_wrong_with_a_lookup_is_said(field: str, message: str) -> None:
    with pytest.raises(SchemaInvalid) as raised:
        lookups(field)

    assert any(message in str(problem) for problem in raised.value.problems), raised.value


def test_a_lookup_stands_on_the_query_type() -> None:
    sdl = f"{LINK}{PRODUCT}{MAKER}type Query {{ a: Int }} type Mutation {{ change(sku: ID!): Product @lookup }}"

    with pytest.raises(SchemaInvalid, match="it stands on a field of the query type"):
        read_connect(Subgraph("shop", sdl))


def test_a_plain_schema_gets_keys_and_lookups() -> None:
    sdl = plain_subgraph(
        "schema { query: Root } type Root { item(id: ID!): Item } type Item { id: ID! }", {"item": "id"}, "shop"
    )

    assert 'type Item @key(fields: "id") @shareable' in sdl
    assert 'item(id: ID!): Item @shareable @lookup(key: "id")' in sdl
    assert read_connect(Subgraph("shop", sdl)).lookups[0].type_name == "Item"


def test_a_field_that_is_not_there_is_named() -> None:
    with pytest.raises(SchemaInvalid, match=r"lookups.itm: the query type has no such field. Did you mean 'item'\?"):
        plain_subgraph("type Query { item(id: ID!): Item } type Item { id: ID! }", {"itm": "id"}, "shop")
