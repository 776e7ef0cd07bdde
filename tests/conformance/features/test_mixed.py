"""Several features at once, where one may disturb another."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

CAR = {"__typename": "Car", "id": "c", "wheels": 4, "owner": {"__typename": "Person", "id": "p"}}
BOAT = {"__typename": "Boat", "id": "b", "sails": 2, "owner": {"__typename": "Firm", "id": "f"}}
PERSON = {"id": "p", "name": "Ann", "vehicles": [{"id": "c"}]}
FIRM = {"id": "f", "title": "ACME", "boss": PERSON, "vehicles": [{"id": "b"}]}
FLEET = World(
    StrictSubgraph(
        "fleet",
        FEDERATION_2
        + """
        type Query { vehicles: [Vehicle] @shareable car: Car groups: [[Vehicle!]!] }
        interface Vehicle @key(fields: "id") { id: ID! owner: Owner }
        type Car implements Vehicle @key(fields: "id") { id: ID! owner: Owner wheels: Int @shareable }
        type Boat implements Vehicle @key(fields: "id") { id: ID! owner: Owner sails: Int }
        union Owner = Person | Firm
        type Person @key(fields: "id") { id: ID! }
        type Firm @key(fields: "id") { id: ID! }
        """,
        entities={"Car": [CAR], "Boat": [BOAT]},
        fields={"Query.vehicles": [CAR, BOAT], "Query.car": CAR, "Query.groups": [[CAR, BOAT], [], [BOAT]]},
    ),
    StrictSubgraph(
        "insurance",
        FEDERATION_2
        + """
        type Query { insured: [Vehicle] }
        type Vehicle @key(fields: "id") @interfaceObject {
          id: ID! owner: Owner @external
          premium(years: Int = 1): Int
          letter: String @requires(fields: "owner { __typename ... on Person { id name } ... on Firm { title } }")
        }
        union Owner = Person | Firm
        type Person @key(fields: "id") { id: ID! name: String @external }
        type Firm @key(fields: "id") { id: ID! title: String @external }
        """,
        entities={"Vehicle": [{"id": "c"}, {"id": "b"}]},
        fields={
            "Query.insured": [{"id": "b"}, {"id": "c"}, None],
            "Vehicle.premium": lambda vehicle, years: ord(vehicle["id"]) * years,
            "Vehicle.letter": lambda vehicle: (
                "Dear " + (vehicle["owner"].get("name") or vehicle["owner"].get("title") or "?")
            ),
        },
    ),
    StrictSubgraph(
        "owners",
        FEDERATION_2
        + """
        type Query { owners: [Owner] }
        union Owner = Person | Firm
        type Person @key(fields: "id") { id: ID! name: String vehicles: [Vehicle] }
        type Firm @key(fields: "id") { id: ID! title: String boss: Person vehicles: [Vehicle] }
        type Vehicle @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
        """,
        entities={
            "Person": [PERSON],
            "Firm": [FIRM],
        },
        fields={"Query.owners": [PERSON | {"__typename": "Person"}, FIRM | {"__typename": "Firm"}]},
    ),
    StrictSubgraph(
        "garage",
        FEDERATION_2
        + """
        type Query { vehicles: [Vehicle] @shareable }
        interface Vehicle { id: ID! }
        type Car implements Vehicle @key(fields: "id") {
          id: ID! wheels: Int @shareable premium(years: Int = 1): Int @external
          bill: Int @requires(fields: "premium(years: 2)")
          total: Int @requires(fields: "premium(years: 10)")
        }
        type Boat implements Vehicle @key(fields: "id") { id: ID! }
        """,
        entities={"Car": [{"id": "c", "wheels": 4}]},
        fields={
            "Query.vehicles": [{"__typename": "Car", "id": "c", "wheels": 4}, {"__typename": "Boat", "id": "b"}],
            "Car.bill": lambda car: car["premium"] + 1,
            "Car.total": lambda car: car["premium"] + 2,
        },
    ),
)


async def test_an_interface_object_requires_through_a_union_that_a_third_subgraph_completes() -> None:
    outcome = await FLEET.ask("{ vehicles { letter } }")

    assert outcome.data == {"vehicles": [{"letter": "Dear Ann"}, {"letter": "Dear ACME"}]}
    assert outcome.calls == {"fleet": 1, "owners": 1, "insurance": 1}


async def test_the_same_from_the_interface_object_itself() -> None:
    outcome = await FLEET.ask("{ insured { letter } }")

    assert outcome.data == {"insured": [{"letter": "Dear ACME"}, {"letter": "Dear Ann"}, None]}
    assert outcome.calls == {"insurance": 2, "fleet": 1, "owners": 1}


async def test_an_implementation_requires_a_field_of_an_interface_object_with_an_argument() -> None:
    outcome = await FLEET.ask("{ car { bill } }")

    assert outcome.data == {"car": {"bill": 199}}
    assert outcome.calls == {"fleet": 1, "insurance": 1, "garage": 1}


async def test_the_same_with_conflicting_arguments_and_the_clients_own() -> None:
    outcome = await FLEET.ask("{ car { bill total premium(years: 3) wheels } }")

    assert outcome.data == {"car": {"bill": 199, "total": 992, "premium": 297, "wheels": 4}}
    assert outcome.calls == {"fleet": 1, "insurance": 1, "garage": 1}


async def test_an_interface_object_without_a_resolvable_key_leads_to_another() -> None:
    outcome = await FLEET.ask("{ owners { ... on Person { vehicles { premium } } ... on Firm { vehicles { id } } } }")

    assert outcome.data == {"owners": [{"vehicles": [{"premium": 99}]}, {"vehicles": [{"id": "b"}]}]}
    assert outcome.calls == {"owners": 1, "insurance": 1}


async def test_types_behind_an_interface_object_in_a_union() -> None:
    query = """{ owners {
      ... on Person { vehicles { __typename ... on Car { wheels } } }
      ... on Firm { vehicles { is: __typename ... on Boat { sails } } }
    } }"""

    outcome = await FLEET.ask(query)

    assert outcome.data == {
        "owners": [{"vehicles": [{"__typename": "Car", "wheels": 4}]}, {"vehicles": [{"is": "Boat", "sails": 2}]}]
    }
    assert outcome.calls["owners"] == 1


async def test_a_shared_root_field_that_one_subgraph_cannot_complete() -> None:
    outcome = await FLEET.ask("{ vehicles { id owner { __typename } } }")

    assert outcome.data == {
        "vehicles": [{"id": "c", "owner": {"__typename": "Person"}}, {"id": "b", "owner": {"__typename": "Firm"}}]
    }
    assert outcome.calls == {"fleet": 1}


async def test_lists_of_lists_of_an_interface_with_everything() -> None:
    query = """query ($no: Boolean = false) { groups {
      __typename
      premium
      ... on Car { bill @skip(if: $no) owner { ... on Person { name } } }
      ... on Boat { owner { ... on Firm { title boss { name } } } letter @include(if: $no) }
    } }"""

    outcome = await FLEET.ask(query)

    boat = {"__typename": "Boat", "premium": 98, "owner": {"title": "ACME", "boss": {"name": "Ann"}}}
    car = {"__typename": "Car", "premium": 99, "bill": 199, "owner": {"name": "Ann"}}
    assert outcome.data == {"groups": [[car, boat], [], [boat]]}
    assert outcome.calls == {"fleet": 1, "insurance": 1, "owners": 1, "garage": 1}


async def test_an_entity_under_a_union_in_an_entity_under_a_union() -> None:
    query = """{ vehicles { owner {
      ... on Firm { boss { name vehicles { id premium owner { ... on Person { name } } } } }
    } } }"""

    outcome = await FLEET.ask(query)

    assert outcome.data["vehicles"][1] == {
        "owner": {"boss": {"name": "Ann", "vehicles": [{"id": "c", "premium": 99, "owner": {"name": "Ann"}}]}}
    }
