"""Mutations: in order, once, and with entities of other services in their answers."""

from examples.storefront.run import Storefront
from tests.gateway.conftest import Client

UPDATE = """
mutation ($theme: Theme!) {
  updatePreferences(userId: 7, input: { theme: $theme, locale: "de" }) { theme locale newsletter }
}
"""


async def test_preferences_are_updated_and_read_back(client: Client) -> None:
    data = await client.data(UPDATE, {"theme": "DARK"})

    assert data["updatePreferences"] == {"theme": "DARK", "locale": "de", "newsletter": False}
    assert (await client.data("{ user(id: 7) { preferences { theme } } }"))["user"]["preferences"]["theme"] == "DARK"


async def test_an_order_is_placed_with_its_user_from_another_service(client: Client) -> None:
    query = """
    mutation {
      placeOrder(input: { userId: 303, lines: [{ sku: "MUG-002" }] }) { status user { name } items { sku quantity } }
    }
    """

    placed = (await client.data(query))["placeOrder"]

    assert placed["status"] == "PENDING"
    assert placed["user"]["name"]
    assert placed["items"] == [{"sku": "MUG-002", "quantity": 1}]


async def test_mutations_run_one_after_the_other_in_the_order_written(client: Client) -> None:
    one = 'updatePreferences(userId: 8, input: { theme: LIGHT, locale: "en" }) { theme }'
    two = 'updatePreferences(userId: 8, input: { theme: SYSTEM, locale: "en" }) { theme }'

    data = await client.data(f"mutation {{ a: {one} b: {two} }}")

    assert list(data) == ["a", "b"]
    assert (await client.data("{ user(id: 8) { preferences { theme } } }"))["user"]["preferences"]["theme"] == "SYSTEM"


async def test_a_mutation_that_fails_is_sent_once(client: Client, shop: Storefront) -> None:
    await shop.set_fault("preferences", "fail")

    answer = await client.ask(UPDATE, {"theme": "DARK"})

    assert answer["data"] is None
    assert sum((await shop.calls()).values()) == 1
