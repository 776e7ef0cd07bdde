"""`@skip` and `@include` at every place: what is not wanted is not fetched."""

import pytest

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

SHOP = World(
    StrictSubgraph(
        "products",
        FEDERATION_2
        + """
        type Query { product: Product thing: Thing }
        union Thing = Product | Note
        type Note { text: String }
        type Product @key(fields: "id") { id: ID! name: String weight: Int maker: Maker }
        type Maker @key(fields: "id") { id: ID! }
        """,
        entities={"Product": [{"id": "1", "name": "Lamp", "weight": 3, "maker": {"id": "m"}}]},
        fields={
            "Query.product": {"id": "1", "name": "Lamp", "weight": 3, "maker": {"id": "m"}},
            "Query.thing": {"__typename": "Product", "id": "1", "name": "Lamp", "weight": 3, "maker": {"id": "m"}},
        },
    ),
    StrictSubgraph(
        "stock",
        FEDERATION_2
        + """
        type Query { total: Int }
        type Product @key(fields: "id") {
          id: ID! left: Int weight: Int @external heavy: Boolean @requires(fields: "weight")
        }
        """,
        entities={"Product": [{"id": "1", "left": 5}]},
        fields={"Query.total": 5, "Product.heavy": lambda product: product["weight"] > 2},
    ),
    StrictSubgraph(
        "offers",
        FEDERATION_2
        + """
        type Product @key(fields: "id") { id: ID! heavy: Boolean @external offer: String @requires(fields: "heavy") }
        type Maker @key(fields: "id") { id: ID! name: String }
        """,
        entities={"Product": [{"id": "1"}], "Maker": [{"id": "m", "name": "ACME"}]},
        fields={"Product.offer": lambda product: "van" if product["heavy"] else "letter"},
    ),
)
ALL = {"products": 1, "stock": 1}


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        ("left @include(if: $yes)", True),
        ("left @include(if: $no)", False),
        ("left @skip(if: $yes)", False),
        ("left @skip(if: $no)", True),
        ("left @skip(if: $no) @include(if: $yes)", True),
        ("left @skip(if: $no) @include(if: $no)", False),
        ("left @skip(if: $yes) @include(if: $yes)", False),
        ("... @include(if: $no) { left }", False),
        ("... on Product @include(if: $yes) { left }", True),
        ("...F @skip(if: $yes)", False),
        ("...F @skip(if: $no)", True),
        ("... @include(if: $yes) { ... @skip(if: $yes) { left } }", False),
        ("... @include(if: $yes) { left @skip(if: $no) }", True),
        ("left @include(if: $no) ... @include(if: $yes) { left }", True),
        ("left @include(if: true)", True),
        ("left @skip(if: true)", False),
    ],
)
async def test_a_fetch_is_made_when_its_field_is_wanted(selection: str, *, wanted: bool) -> None:
    query = f"query ($yes: Boolean! = true, $no: Boolean = false) {{ product {{ name {selection} ...U }} }}"
    query += " fragment F on Product { left } fragment U on Product { _: name @include(if: $no) ...F @skip(if: $yes) "
    query += "__: name @skip(if: $yes) }"

    outcome = await SHOP.ask(query, {"yes": True, "no": False})

    assert outcome.data == {"product": {"name": "Lamp"} | ({"left": 5} if wanted else {})}
    assert outcome.calls == (ALL if wanted else {"products": 1})


@pytest.mark.parametrize("no", [True, False])
async def test_what_a_skipped_field_requires_is_not_fetched(*, no: bool) -> None:
    outcome = await SHOP.ask("query ($no: Boolean!) { product { name offer @skip(if: $no) } }", {"no": no})

    assert outcome.data == {"product": {"name": "Lamp"} | ({} if no else {"offer": "van"})}
    assert outcome.calls == ({"products": 1} if no else {"products": 1, "stock": 1, "offers": 1})


async def test_what_a_skipped_field_requires_is_fetched_when_wanted_for_itself() -> None:
    query = "query ($no: Boolean!) { product { heavy offer @skip(if: $no) } }"

    outcome = await SHOP.ask(query, {"no": True})

    assert outcome.data == {"product": {"heavy": True}}
    assert outcome.calls == {"products": 1, "stock": 1}


async def test_a_key_is_fetched_when_the_client_skips_it() -> None:
    outcome = await SHOP.ask("query ($no: Boolean!) { product { id @skip(if: $no) left } }", {"no": True})

    assert outcome.data == {"product": {"left": 5}}


async def test_a_required_field_is_fetched_when_the_client_skips_it() -> None:
    outcome = await SHOP.ask("query ($no: Boolean!) { product { weight @skip(if: $no) heavy } }", {"no": True})

    assert outcome.data == {"product": {"heavy": True}}


async def test_a_skipped_root_field_calls_nobody() -> None:
    query = "query ($no: Boolean!) { total @skip(if: $no) product @include(if: $no) { name } }"

    assert (await SHOP.ask(query, {"no": True})).calls == {"products": 1}
    assert (await SHOP.ask(query, {"no": False})).calls == {"stock": 1}


async def test_an_operation_of_which_nothing_is_left_calls_nobody() -> None:
    outcome = await SHOP.ask("{ total @skip(if: true) ... @include(if: false) { product { left } } }")

    assert outcome.data == {}
    assert outcome.calls == {}


async def test_a_skipped_object_on_the_way_stops_what_lies_behind() -> None:
    query = "query ($no: Boolean!) { product { name maker @skip(if: $no) { name } } }"

    outcome = await SHOP.ask(query, {"no": True})

    assert outcome.data == {"product": {"name": "Lamp"}}
    assert outcome.calls == {"products": 1}


async def test_conditions_under_a_type_condition() -> None:
    query = """query ($yes: Boolean!, $no: Boolean!) {
      thing {
        ... on Note @include(if: $yes) { text }
        ... on Product @skip(if: $no) { left @include(if: $yes) offer @include(if: $no) }
      }
    }"""

    outcome = await SHOP.ask(query, {"yes": True, "no": False})

    assert outcome.data == {"thing": {"left": 5}}
    assert outcome.calls == {"products": 1, "stock": 1}


async def test_one_field_twice_is_wanted_when_one_of_both_is() -> None:
    query = "query ($a: Boolean!, $b: Boolean!) { product { left @include(if: $a) left @include(if: $b) } }"

    for first, second in ((True, False), (False, True), (True, True)):
        outcome = await SHOP.ask(query, {"a": first, "b": second})

        assert outcome.data == {"product": {"left": 5}}
        assert outcome.calls["stock"] == 1


async def test_a_fetch_of_which_nothing_is_wanted_is_not_made() -> None:
    query = "query ($a: Boolean!, $b: Boolean!) { product { name left @include(if: $a) heavy @include(if: $b) } }"

    outcome = await SHOP.ask(query, {"a": False, "b": False})

    assert outcome.data == {"product": {"name": "Lamp"}}
    assert outcome.calls == {"products": 1}


async def test_type_names_may_be_skipped() -> None:
    query = "query ($no: Boolean!) { thing { __typename @skip(if: $no) ... on Product { left } } }"

    outcome = await SHOP.ask(query, {"no": True})

    assert outcome.data == {"thing": {"left": 5}}


async def test_a_condition_that_is_null_is_an_error_of_the_request() -> None:
    outcome = await SHOP.ask("query ($no: Boolean) { total @skip(if: $no) }")

    assert outcome.data is None
    assert outcome.calls == {}


async def test_an_object_is_there_though_all_that_is_asked_of_it_elsewhere_is_left_out() -> None:
    outcome = await SHOP.ask("query ($no: Boolean!) { product { left @include(if: $no) } }", {"no": False})

    assert outcome.data == {"product": {}}
    assert outcome.calls == {"products": 1}


async def test_an_object_inside_another_is_there_too() -> None:
    query = "query ($no: Boolean!) { product { maker { __typename @include(if: $no) } left } }"

    outcome = await SHOP.ask(query, {"no": False})

    assert outcome.data == {"product": {"maker": {}, "left": 5}}
