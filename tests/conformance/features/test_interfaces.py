"""Interfaces that different subgraphs implement differently, and abstract types in one another."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

CAT = {"__typename": "Cat", "id": "c", "name": "Mia", "lives": 7}
DOG = {"__typename": "Dog", "id": "d", "name": "Rex"}
OWNER = {"__typename": "Person", "id": "p", "email": "p@x"}
ZOO = World(
    StrictSubgraph(
        "animals",
        FEDERATION_2
        + """
        type Query { animals: [Animal!]! named: [Named] pairs: [[Animal]] }
        interface Named { name: String }
        interface Animal implements Named { id: ID! name: String }
        type Cat implements Animal & Named @key(fields: "id") { id: ID! name: String lives: Int friends: [Animal!] }
        type Dog implements Animal & Named @key(fields: "id") { id: ID! name: String friends: [Animal!] }
        type Zoo implements Named { name: String stars: [Animal] }
        """,
        entities={"Cat": [CAT | {"friends": [DOG]}], "Dog": [DOG | {"friends": [CAT, DOG]}]},
        fields={
            "Query.animals": [CAT, DOG],
            "Query.named": [{"__typename": "Zoo", "name": "Tierpark", "stars": [DOG, None]}, CAT],
            "Query.pairs": [[CAT, None, DOG], None, []],
            "Cat.friends": [DOG],
            "Dog.friends": [CAT | {"friends": [DOG]}, DOG],
        },
    ),
    StrictSubgraph(
        "care",
        FEDERATION_2
        + """
        interface Patient { id: ID! weight: Int }
        interface Keeper { id: ID! }
        type Cat implements Patient @key(fields: "id") { id: ID! weight: Int keeper: Keeper }
        type Dog @key(fields: "id") { id: ID! weight: Int keeper: Keeper shots: [String!]! }
        type Person implements Keeper @key(fields: "id") { id: ID! email: String }
        type Robot implements Keeper { id: ID! model: String }
        """,
        entities={
            "Cat": [{"id": "c", "weight": 4, "keeper": OWNER}],
            "Dog": [
                {
                    "id": "d",
                    "weight": 20,
                    "keeper": {"__typename": "Robot", "id": "r", "model": "R2"},
                    "shots": ["2024"],
                }
            ],
            "Person": [OWNER],
        },
    ),
    StrictSubgraph(
        "people",
        FEDERATION_2
        + """
        type Query { people: [Being] }
        interface Being { id: ID! phone: String }
        type Person implements Being @key(fields: "id") { id: ID! phone: String pets: [Pet] }
        type Ghost implements Being { id: ID! phone: String }
        union Pet = Cat | Dog
        type Cat @key(fields: "id", resolvable: false) { id: ID! }
        type Dog @key(fields: "id", resolvable: false) { id: ID! }
        """,
        entities={"Person": [{"id": "p", "phone": "☎", "pets": [CAT, DOG]}]},
        fields={
            "Query.people": [
                {"__typename": "Person", "id": "p", "phone": "☎", "pets": [CAT, DOG]},
                {"__typename": "Ghost", "id": "g", "phone": None},
            ]
        },
    ),
)


async def test_a_field_of_the_interface_is_asked_once_for_all() -> None:
    outcome = await ZOO.ask("{ animals { name } }")

    assert outcome.data == {"animals": [{"name": "Mia"}, {"name": "Rex"}]}
    assert outcome.calls == {"animals": 1}


async def test_fields_that_another_subgraph_has_for_every_implementation_come_in_one_call() -> None:
    outcome = await ZOO.ask("{ animals { name ... on Cat { weight } ... on Dog { weight shots } } }")

    assert outcome.data == {"animals": [{"name": "Mia", "weight": 4}, {"name": "Rex", "weight": 20, "shots": ["2024"]}]}
    assert outcome.calls == {"animals": 1, "care": 1}


async def test_an_interface_that_only_the_other_subgraph_knows_is_a_type_condition_here() -> None:
    outcome = await ZOO.ask("{ animals { ... on Patient { weight } } }")

    assert outcome.data == {"animals": [{"weight": 4}, {}]}
    assert outcome.calls == {"animals": 1, "care": 1}


async def test_interfaces_in_interfaces_in_interfaces() -> None:
    query = "{ named { name ... on Zoo { stars { ... on Named { name } ... on Dog { friends { __typename id } } } } } }"

    outcome = await ZOO.ask(query)

    assert outcome.data == {
        "named": [
            {
                "name": "Tierpark",
                "stars": [
                    {"name": "Rex", "friends": [{"__typename": "Cat", "id": "c"}, {"__typename": "Dog", "id": "d"}]},
                    None,
                ],
            },
            {"name": "Mia"},
        ]
    }
    assert outcome.calls == {"animals": 1}


async def test_a_keeper_of_one_implementation_is_completed_elsewhere() -> None:
    query = """{
      animals {
        ... on Cat { keeper { id ... on Being { phone } } }
        ... on Dog { keeper { id ... on Robot { model } } }
      }
    }"""

    outcome = await ZOO.ask(query)

    assert outcome.data == {"animals": [{"keeper": {"id": "p", "phone": "☎"}}, {"keeper": {"id": "r", "model": "R2"}}]}
    assert outcome.calls == {"animals": 1, "care": 1, "people": 1}


async def test_from_a_union_to_an_interface_and_back() -> None:
    outcome = await ZOO.ask("{ people { id ... on Person { pets { ... on Animal { name } ... on Dog { shots } } } } }")

    assert outcome.data == {
        "people": [{"id": "p", "pets": [{"name": "Mia"}, {"name": "Rex", "shots": ["2024"]}]}, {"id": "g"}]
    }
    assert outcome.calls == {"people": 1, "animals": 1, "care": 1}


async def test_a_circle_of_friends_stays_in_one_subgraph() -> None:
    outcome = await ZOO.ask("{ animals { ... on Dog { friends { ... on Cat { friends { name } } } } } }")

    assert outcome.data == {"animals": [{}, {"friends": [{"friends": [{"name": "Rex"}]}, {}]}]}
    assert outcome.calls == {"animals": 1}


async def test_lists_of_lists_of_an_interface_are_completed_in_one_call() -> None:
    outcome = await ZOO.ask("{ pairs { name ... on Cat { weight } ... on Dog { weight } } }")

    assert outcome.data == {"pairs": [[{"name": "Mia", "weight": 4}, None, {"name": "Rex", "weight": 20}], None, []]}
    assert outcome.calls == {"animals": 1, "care": 1}


async def test_the_same_fields_at_several_depths_are_completed_at_each() -> None:
    outcome = await ZOO.ask("{ animals { ... on Dog { weight friends { ... on Cat { weight } } } } }")

    assert outcome.data == {"animals": [{}, {"weight": 20, "friends": [{"weight": 4}, {}]}]}


async def test_named_fragments_on_interfaces_may_hold_one_another() -> None:
    query = """
    { animals { ...N ...P } }
    fragment N on Named { name ...C }
    fragment C on Cat { lives kilos: weight }
    fragment P on Patient { weight ... on Animal { is: name } }
    """

    outcome = await ZOO.ask(query)

    assert outcome.data == {
        "animals": [{"name": "Mia", "lives": 7, "kilos": 4, "weight": 4, "is": "Mia"}, {"name": "Rex"}]
    }
    assert outcome.calls == {"animals": 1, "care": 1}


async def test_contradictory_type_conditions_select_nothing() -> None:
    outcome = await ZOO.ask("{ animals { id ... on Named { ... on Cat { ... on Animal { ... on Dog { name } } } } } }")

    assert outcome.data == {"animals": [{"id": "c"}, {"id": "d"}]}
    assert outcome.calls == {"animals": 1}
