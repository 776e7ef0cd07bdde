"""`@requires` of fields with arguments, also where they differ from the client's or from one another's."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

RATES = {"EUR": 1, "USD": 2, "JPY": 100, None: 1}
PRODUCTS = [{"id": "1", "net": 5}, {"id": "2", "net": 7}]
MONEY = World(
    StrictSubgraph(
        "prices",
        FEDERATION_2
        + """
        enum Currency { EUR USD JPY }
        type Query { products: [Product] product: Product }
        type Product @key(fields: "id") {
          id: ID!
          price(currency: Currency = EUR): Int
          tags(first: Int, like: String): [Tag]
        }
        type Tag { text(upper: Boolean = false): String @shareable }
        """,
        entities={"Product": PRODUCTS},
        fields={
            "Query.products": PRODUCTS,
            "Query.product": PRODUCTS[0],
            "Product.price": lambda product, currency: product["net"] * RATES[currency],
            "Product.tags": lambda _, first=None, like="": [{"name": name} for name in ("ß", "b", "c")[:first]],
            "Tag.text": lambda tag, upper: tag["name"].upper() if upper else tag["name"],
        },
    ),
    StrictSubgraph(
        "shipping",
        FEDERATION_2
        + """
        enum Currency { EUR USD JPY }
        type Product @key(fields: "id") {
          id: ID!
          price(currency: Currency = EUR): Int @external
          tags(first: Int, like: String): [Tag] @external
          duty: Int @requires(fields: "price(currency: USD)")
          fee: Int @requires(fields: "price(currency: JPY)")
          toll(times: Int! = 1): Int @requires(fields: "price(currency: USD)")
          label: String @requires(fields: "tags(first: 2, like: \\"b\\") { text(upper: true) }")
        }
        type Tag { text(upper: Boolean = false): String @shareable }
        """,
        entities={"Product": [{"id": "1"}, {"id": "2"}]},
        fields={
            "Product.duty": lambda product: product["price"],
            "Product.fee": lambda product: product["price"],
            "Product.toll": lambda product, times: product["price"] * times,
            "Product.label": lambda product: "/".join(tag["text"] for tag in product["tags"]),
        },
    ),
    StrictSubgraph(
        "stats",
        FEDERATION_2
        + """
        enum Currency { EUR USD JPY }
        type Product @key(fields: "id") {
          id: ID! duty: Int @external price(currency: Currency = EUR): Int @external
          share: Int @requires(fields: "duty price(currency: EUR)")
        }
        """,
        entities={"Product": [{"id": "1"}, {"id": "2"}]},
        fields={"Product.share": lambda product: product["duty"] * 1000 + product["price"]},
    ),
)


async def test_a_requirement_brings_its_own_argument() -> None:
    outcome = await MONEY.ask("{ products { duty } }")

    assert outcome.data == {"products": [{"duty": 10}, {"duty": 14}]}
    assert outcome.calls == {"prices": 1, "shipping": 1}


async def test_the_client_may_ask_for_the_same_field_with_another_argument() -> None:
    outcome = await MONEY.ask("{ product { price duty } }")

    assert outcome.data == {"product": {"price": 5, "duty": 10}}
    assert outcome.calls == {"prices": 1, "shipping": 1}


async def test_the_client_may_ask_for_the_same_field_with_a_variable() -> None:
    query = "query ($c: Currency) { product { price(currency: $c) duty } }"

    outcome = await MONEY.ask(query, {"c": "JPY"})

    assert outcome.data == {"product": {"price": 500, "duty": 10}}
    assert outcome.calls == {"prices": 1, "shipping": 1}


async def test_the_same_argument_is_fetched_once() -> None:
    outcome = await MONEY.ask("{ product { price(currency: USD) duty } }")

    assert outcome.data == {"product": {"price": 10, "duty": 10}}
    assert outcome.sent["prices"][0].operation.count("price") == 1


async def test_requirements_with_conflicting_arguments_go_beside_one_another() -> None:
    outcome = await MONEY.ask("{ products { duty fee } }")

    assert outcome.data == {"products": [{"duty": 10, "fee": 500}, {"duty": 14, "fee": 700}]}
    assert outcome.calls == {"prices": 1, "shipping": 1}


async def test_requirements_with_one_argument_go_in_one_call() -> None:
    outcome = await MONEY.ask("{ products { duty toll(times: 3) } }")

    assert outcome.data == {"products": [{"duty": 10, "toll": 30}, {"duty": 14, "toll": 42}]}
    assert outcome.calls == {"prices": 1, "shipping": 1}


async def test_internal_names_are_undone_in_the_answer() -> None:
    outcome = await MONEY.ask("{ product { usd: price(currency: USD) price(currency: JPY) duty fee } }")

    assert outcome.data == {"product": {"usd": 10, "price": 500, "duty": 10, "fee": 500}}


async def test_names_that_look_internal_belong_to_the_client() -> None:
    outcome = await MONEY.ask("{ product { _1_price: id _2_price: price price: price(currency: JPY) duty fee } }")

    assert outcome.data == {"product": {"_1_price": "1", "_2_price": 5, "price": 500, "duty": 10, "fee": 500}}


async def test_arguments_stand_at_every_depth_of_a_requirement() -> None:
    outcome = await MONEY.ask("{ product { label } }")

    assert outcome.data == {"product": {"label": "SS/B"}}
    assert outcome.calls == {"prices": 1, "shipping": 1}


async def test_the_client_may_ask_for_the_same_list_otherwise() -> None:
    outcome = await MONEY.ask("{ product { label tags { text } } }")

    assert outcome.data == {"product": {"label": "SS/B", "tags": [{"text": "ß"}, {"text": "b"}, {"text": "c"}]}}
    assert outcome.calls == {"prices": 1, "shipping": 1}


async def test_a_requirement_may_be_of_a_field_that_requires_the_same_with_another_argument() -> None:
    outcome = await MONEY.ask("{ product { share } }")

    assert outcome.data == {"product": {"share": 10_005}}
    assert outcome.calls == {"prices": 1, "shipping": 1, "stats": 1}


async def test_fields_that_require_may_have_arguments_of_their_own() -> None:
    query = "query ($n: Int!) { product { once: toll many: toll(times: $n) } }"

    outcome = await MONEY.ask(query, {"n": 4})

    assert outcome.data == {"product": {"once": 10, "many": 40}}
    assert outcome.calls == {"prices": 1, "shipping": 1}


async def test_the_plan_shows_whose_price_is_whose() -> None:
    assert (
        MONEY.plan("{ product { duty fee } }")
        == """\
sequence {
  fetch 1 from prices {
    product {
      id
      price(currency: USD)
      _1_price: price(currency: JPY)
    }
  }
  together {
    fetch 2 from shipping at product {
      by Product { id price }
      ... on Product {
        duty
      }
    }
    fetch 3 from shipping at product {
      by Product { id price: _1_price }
      ... on Product {
        fee
      }
    }
  }
}
"""
    )
