"""One response key with different arguments or types in fragments that exclude one another.

Clients see `Cat.name` and `Dog.name` as `String`, since the shop may not know a cat's name; to the subgraph `pets`
one is `String!` and the other `String`, so that it must not be asked for both under one key. Likewise for the ids.
"""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

CAT = {"__typename": "Cat", "id": "c", "name": "Mia"}
DOG = {"__typename": "Dog", "id": 1, "name": "Rex"}
SHAPES = World(
    StrictSubgraph(
        "pets",
        FEDERATION_2
        + """
        type Query { pets: [Pet] beings: [Being] }
        union Pet = Cat | Dog
        interface Being { home: String }
        type Cat implements Being @key(fields: "id") {
          id: ID! home: String name: String! @shareable toys(first: Int): [Toy!] @shareable friend: Dog
        }
        type Dog implements Being @key(fields: "id") {
          id: Int! home: String name: String toys(first: Int): [Toy] friend: Cat
        }
        type Toy @key(fields: "id") { id: ID! }
        """,
        entities={"Cat": [CAT], "Dog": [DOG]},
        fields={
            "Query.pets": [CAT, DOG],
            "Query.beings": [DOG, None, CAT],
            "Cat.home": "sofa",
            "Dog.home": None,
            "Cat.toys": lambda _, first=None: [{"id": "ball"}, {"id": "mouse"}][:first],
            "Dog.toys": lambda _, first=None: [{"id": "bone"}, None][:first],
            "Cat.friend": DOG,
            "Dog.friend": CAT,
        },
    ),
    StrictSubgraph(
        "shop",
        FEDERATION_2
        + """
        type Toy @key(fields: "id") { id: ID! price(currency: String): Float label: String }
        type Cat @key(fields: "id") {
          id: ID! name: String @shareable toys(first: Int): [Toy] @shareable food: String @shareable
        }
        type Dog @key(fields: "id") { id: Int! food: String! @shareable }
        """,
        entities={
            "Toy": [{"id": "ball"}, {"id": "mouse"}, {"id": "bone"}],
            "Cat": [{"id": "c", "food": "fish"}],
            "Dog": [{"id": 1, "food": "meat"}],
        },
        fields={
            "Cat.toys": lambda _, first=None: [{"id": "ball"}, {"id": "mouse"}][:first],
            "Toy.price": lambda toy, currency="EUR": len(toy["id"]) * (2.5 if currency == "USD" else 1.0),
            "Toy.label": lambda toy: toy["id"].upper(),
        },
    ),
    StrictSubgraph(
        "menu",
        FEDERATION_2
        + """
        type Dog @key(fields: "id") { id: Int! food: String @shareable }
        """,
        entities={"Dog": [{"id": 1, "food": "meat"}]},
    ),
)


async def test_types_that_differ_in_the_subgraph_alone_are_asked_apart() -> None:
    outcome = await SHAPES.ask("{ pets { ... on Cat { name } ... on Dog { name } } }")

    assert outcome.data == {"pets": [{"name": "Mia"}, {"name": "Rex"}]}
    assert outcome.calls == {"pets": 1}


async def test_keys_of_different_types_are_asked_apart() -> None:
    outcome = await SHAPES.ask("{ pets { ... on Cat { food } ... on Dog { food } } }")

    assert outcome.data == {"pets": [{"food": "fish"}, {"food": "meat"}]}
    assert outcome.representations("shop") == [{"__typename": "Cat", "id": "c"}, {"__typename": "Dog", "id": 1}]
    assert outcome.calls == {"pets": 1, "shop": 1}


async def test_a_key_that_the_client_asks_for_keeps_its_name_beside_another() -> None:
    outcome = await SHAPES.ask("{ pets { ... on Cat { id food } ... on Dog { food no: id } } }")

    assert outcome.data == {"pets": [{"id": "c", "food": "fish"}, {"food": "meat", "no": 1}]}
    assert outcome.calls == {"pets": 1, "shop": 1}


async def test_the_name_of_a_key_may_stand_for_another_field() -> None:
    outcome = await SHAPES.ask("{ pets { ... on Cat { id: name food } ... on Dog { id: name food } } }")

    assert outcome.data == {"pets": [{"id": "Mia", "food": "fish"}, {"id": "Rex", "food": "meat"}]}
    assert outcome.calls == {"pets": 1, "shop": 1}


async def test_one_key_may_be_of_different_fields() -> None:
    outcome = await SHAPES.ask("{ pets { ... on Cat { x: name } ... on Dog { x: home } } }")

    assert outcome.data == {"pets": [{"x": "Mia"}, {"x": None}]}
    assert outcome.calls == {"pets": 1}


async def test_one_key_may_have_different_arguments() -> None:
    outcome = await SHAPES.ask("{ pets { ... on Cat { toys(first: 1) { id } } ... on Dog { toys(first: 2) { id } } } }")

    assert outcome.data == {"pets": [{"toys": [{"id": "ball"}]}, {"toys": [{"id": "bone"}, None]}]}
    assert outcome.calls == {"pets": 1}


async def test_lists_with_different_arguments_are_completed_each() -> None:
    query = "{ pets { ... on Cat { toys(first: 1) { label } } ... on Dog { toys { label } } } }"

    outcome = await SHAPES.ask(query)

    assert outcome.data == {"pets": [{"toys": [{"label": "BALL"}]}, {"toys": [{"label": "BONE"}, None]}]}
    assert outcome.calls["pets"] == 1


async def test_one_key_may_have_different_arguments_in_a_fetched_entity() -> None:
    query = """{ pets {
      ... on Cat { toys { price } }
      ... on Dog { toys { price(currency: "USD") } }
    } }"""

    outcome = await SHAPES.ask(query)

    assert outcome.data == {"pets": [{"toys": [{"price": 4.0}, {"price": 5.0}]}, {"toys": [{"price": 10.0}, None]}]}
    assert outcome.calls["pets"] == 1


async def test_objects_under_one_key_may_be_of_different_types() -> None:
    query = """{ pets {
      ... on Cat { friend { name home } }
      ... on Dog { friend { name friend { home } } }
    } }"""

    outcome = await SHAPES.ask(query)

    assert outcome.data == {
        "pets": [{"friend": {"name": "Rex", "home": None}}, {"friend": {"name": "Mia", "friend": {"home": None}}}]
    }
    assert outcome.calls == {"pets": 1}


async def test_objects_under_one_key_are_completed_by_what_they_are() -> None:
    query = """{ pets {
      ... on Cat { friend { eats: food } }
      ... on Dog { friend { ate: food } }
    } }"""

    outcome = await SHAPES.ask(query)

    assert outcome.data == {"pets": [{"friend": {"eats": "meat"}}, {"friend": {"ate": "fish"}}]}
    assert outcome.calls["pets"] == 1


async def test_fields_that_differ_behind_a_key_are_asked_apart() -> None:
    outcome = await SHAPES.ask("{ beings { home ... on Dog { food label: food } ... on Cat { food label: name } } }")

    assert outcome.data == {
        "beings": [
            {"home": None, "food": "meat", "label": "meat"},
            None,
            {"home": "sofa", "food": "fish", "label": "Mia"},
        ]
    }
    assert outcome.calls == {"pets": 1, "shop": 1}


async def test_names_that_look_internal_may_stand_beside_internal_ones() -> None:
    query = "{ pets { ... on Cat { _1_name: home name _1_id: name } ... on Dog { name _1_name: name _1_id: food } } }"

    outcome = await SHAPES.ask(query)

    assert outcome.data == {
        "pets": [{"_1_name": "sofa", "name": "Mia", "_1_id": "Mia"}, {"name": "Rex", "_1_name": "Rex", "_1_id": "meat"}]
    }


async def test_a_variable_and_a_constant_are_different_arguments() -> None:
    query = """query ($n: Int = 1) { pets {
      ... on Cat { toys(first: $n) { id } }
      ... on Dog { toys(first: 1) { id } }
    } }"""

    outcome = await SHAPES.ask(query)

    assert outcome.data == {"pets": [{"toys": [{"id": "ball"}]}, {"toys": [{"id": "bone"}]}]}
    assert outcome.calls == {"pets": 1}


async def test_what_cannot_stand_under_one_key_is_refused_before_any_call() -> None:
    outcome = await SHAPES.ask("{ pets { ... on Cat { id } ... on Dog { id } } }")

    assert outcome.data is None
    assert [error["extensions"]["code"] for error in outcome.errors] == ["GRAPHQL_VALIDATION_FAILED"]
    assert outcome.calls == {}
