"""`@interfaceObject`: one subgraph knows an interface as if it were an object, and adds fields to all its types."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

BOOK = {"__typename": "Book", "id": "b", "title": "Ulysses", "pages": 700}
FILM = {"__typename": "Film", "id": "f", "title": "Ran", "minutes": 160}
LIBRARY = World(
    StrictSubgraph(
        "media",
        FEDERATION_2
        + """
        type Query { media: [Media] book: Book first: Media }
        interface Media @key(fields: "id") { id: ID! title: String }
        type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
        """,
        entities={"Book": [BOOK], "Film": [FILM]},
        fields={"Query.media": [BOOK, FILM, None, BOOK], "Query.book": BOOK, "Query.first": FILM},
    ),
    StrictSubgraph(
        "ratings",
        FEDERATION_2
        + """
        type Query { rated: [Media] best: Media }
        type Media @key(fields: "id") @interfaceObject {
          id: ID! stars: Int title: String @external
          review(short: Boolean = false): String
          headline: String @requires(fields: "title")
        }
        """,
        entities={"Media": [{"id": "b", "stars": 5}, {"id": "f", "stars": 4}]},
        fields={
            "Query.rated": [{"id": "f", "stars": 4}, {"id": "b", "stars": 5}],
            "Query.best": {"id": "b", "stars": 5},
            "Media.review": lambda media, short: "ok" if short else f"about {media['id']}",
            "Media.headline": lambda media: f"{media['title']}!",
        },
    ),
    StrictSubgraph(
        "loans",
        FEDERATION_2
        + """
        type Media @key(fields: "id") @interfaceObject {
          id: ID! stars: Int @external days: Int @requires(fields: "stars") loan: Loan
        }
        type Loan @key(fields: "no") { no: Int! of: Media }
        """,
        entities={"Media": [{"id": "b"}, {"id": "f"}]},
        fields={
            "Media.days": lambda media: media["stars"] * 7,
            "Media.loan": lambda media: {"no": 1 if media["id"] == "b" else 2, "of": {"id": media["id"]}},
        },
    ),
    StrictSubgraph(
        "binders",
        FEDERATION_2 + 'type Book @key(fields: "id") { id: ID! cover: String } type Query { bound: [Book] }',
        entities={"Book": [{"id": "b", "cover": "hard"}]},
        fields={"Query.bound": [{"id": "b", "cover": "hard"}]},
    ),
)


async def test_one_call_adds_a_field_to_all_implementations() -> None:
    outcome = await LIBRARY.ask("{ media { title stars } }")

    assert outcome.data == {
        "media": [
            {"title": "Ulysses", "stars": 5},
            {"title": "Ran", "stars": 4},
            None,
            {"title": "Ulysses", "stars": 5},
        ]
    }
    assert outcome.calls == {"media": 1, "ratings": 1}


async def test_implementations_are_presented_by_the_interface_name() -> None:
    outcome = await LIBRARY.ask("{ media { stars } }")

    assert outcome.representations("ratings") == [
        {"__typename": "Media", "id": "b"},
        {"__typename": "Media", "id": "f"},
    ]


async def test_an_implementation_by_itself_gets_the_field_too() -> None:
    outcome = await LIBRARY.ask("{ book { stars pages } }")

    assert outcome.data == {"book": {"stars": 5, "pages": 700}}
    assert outcome.representations("ratings") == [{"__typename": "Media", "id": "b"}]


async def test_an_implementation_in_a_subgraph_without_the_interface_gets_the_field_too() -> None:
    outcome = await LIBRARY.ask("{ bound { cover stars } }")

    assert outcome.data == {"bound": [{"cover": "hard", "stars": 5}]}
    assert outcome.calls == {"binders": 1, "ratings": 1}


async def test_what_an_interface_object_has_itself_costs_nothing_more() -> None:
    outcome = await LIBRARY.ask("{ rated { id stars again: stars } }")

    assert outcome.data == {"rated": [{"id": "f", "stars": 4, "again": 4}, {"id": "b", "stars": 5, "again": 5}]}
    assert outcome.calls == {"ratings": 1}


async def test_fields_of_the_interface_are_fetched_for_an_interface_object() -> None:
    outcome = await LIBRARY.ask("{ rated { stars title } }")

    assert outcome.data == {"rated": [{"stars": 4, "title": "Ran"}, {"stars": 5, "title": "Ulysses"}]}
    assert outcome.calls == {"ratings": 1, "media": 1}


async def test_type_names_of_interface_objects_are_fetched() -> None:
    outcome = await LIBRARY.ask("{ rated { what: __typename } best { __typename stars } }")

    assert outcome.data == {
        "rated": [{"what": "Film"}, {"what": "Book"}],
        "best": {"__typename": "Book", "stars": 5},
    }


async def test_type_names_are_fetched_where_a_type_condition_needs_them() -> None:
    outcome = await LIBRARY.ask("{ rated { stars ... on Book { pages } } }")

    assert outcome.data == {"rated": [{"stars": 4}, {"stars": 5, "pages": 700}]}
    assert outcome.calls == {"ratings": 1, "media": 1}


async def test_type_names_are_fetched_though_all_that_is_asked_beside_them_is_left_out() -> None:
    query = "query ($no: Boolean!) { rated { stars ... on Film { minutes @include(if: $no) } } }"

    outcome = await LIBRARY.ask(query, {"no": False})

    assert outcome.data == {"rated": [{"stars": 4}, {"stars": 5}]}


async def test_a_type_condition_on_an_interface_object_may_ask_for_its_own_fields() -> None:
    outcome = await LIBRARY.ask("{ rated { id ... on Film { stars } } }")

    assert outcome.data == {"rated": [{"id": "f", "stars": 4}, {"id": "b"}]}
    assert outcome.calls == {"ratings": 1, "media": 1}


async def test_implementations_may_ask_one_field_with_other_arguments() -> None:
    outcome = await LIBRARY.ask("{ rated { ... on Book { review(short: true) } ... on Film { review } } }")

    assert outcome.data == {"rated": [{"review": "about f"}, {"review": "ok"}]}
    assert outcome.calls == {"ratings": 1, "media": 1}


async def test_a_type_condition_leads_on_to_a_subgraph_that_knows_one_implementation() -> None:
    outcome = await LIBRARY.ask("{ rated { ... on Book { cover } } }")

    assert outcome.data == {"rated": [{}, {"cover": "hard"}]}
    assert outcome.calls == {"ratings": 1, "media": 1, "binders": 1}


async def test_an_interface_object_may_require_a_field_of_the_interface() -> None:
    outcome = await LIBRARY.ask("{ media { headline } }")

    assert outcome.data["media"][:2] == [{"headline": "Ulysses!"}, {"headline": "Ran!"}]
    assert outcome.calls == {"media": 1, "ratings": 1}


async def test_an_interface_object_is_entered_again_with_what_it_requires() -> None:
    outcome = await LIBRARY.ask("{ rated { headline } }")

    assert outcome.data == {"rated": [{"headline": "Ran!"}, {"headline": "Ulysses!"}]}
    assert outcome.calls == {"ratings": 2, "media": 1}


async def test_an_interface_object_may_require_of_another() -> None:
    outcome = await LIBRARY.ask("{ media { days } }")

    assert outcome.data["media"][0] == {"days": 35}
    assert outcome.calls == {"media": 1, "ratings": 1, "loans": 1}


async def test_one_interface_object_leads_to_another_without_their_types() -> None:
    outcome = await LIBRARY.ask("{ rated { days } }")

    assert outcome.data == {"rated": [{"days": 28}, {"days": 35}]}
    assert outcome.calls == {"ratings": 1, "loans": 1}


async def test_an_interface_object_has_arguments_and_aliases() -> None:
    outcome = await LIBRARY.ask("query ($s: Boolean) { first { review(short: $s) long: review } }", {"s": True})

    assert outcome.data == {"first": {"review": "ok", "long": "about f"}}
    assert outcome.calls == {"media": 1, "ratings": 1}


async def test_a_field_of_an_interface_object_may_lead_back_to_the_interface() -> None:
    outcome = await LIBRARY.ask("{ first { loan { no of { title __typename } } } }")

    assert outcome.data == {"first": {"loan": {"no": 2, "of": {"title": "Ran", "__typename": "Film"}}}}
    assert outcome.calls == {"media": 2, "loans": 1}


async def test_fields_inside_and_outside_of_type_conditions_are_fetched_together() -> None:
    outcome = await LIBRARY.ask("{ media { stars ... on Book { review } ... on Film { days } } }")

    assert outcome.data["media"][:2] == [{"stars": 5, "review": "about b"}, {"stars": 4, "days": 28}]
    assert outcome.calls == {"media": 1, "ratings": 1, "loans": 1}


async def test_what_one_implementation_is_asked_for_is_not_asked_of_another_that_lacks_what_it_requires() -> None:
    outcome = await LIBRARY.ask("{ media { ... on Book { headline } ... on Film { stars } } }")

    assert outcome.data["media"][:2] == [{"headline": "Ulysses!"}, {"stars": 4}]
    assert outcome.calls == {"media": 1, "ratings": 1}


async def test_an_entity_that_its_home_does_not_know_is_null_without_its_type() -> None:
    orphans = World(
        LIBRARY.subgraphs["media"],
        StrictSubgraph(
            "ratings",
            LIBRARY.subgraphs["ratings"].sdl,
            fields={"Query.rated": [{"id": "gone", "stars": 1}, {"id": "b", "stars": 5}], "Query.best": None},
        ),
    )

    outcome = await orphans.ask("{ rated { stars title } best { title } }")

    assert outcome.data == {"rated": [{"stars": 1, "title": None}, {"stars": 5, "title": "Ulysses"}], "best": None}
    assert outcome.calls == {"ratings": 1, "media": 1}


INDIRECT = World(
    StrictSubgraph(
        "names",
        FEDERATION_2
        + """
        interface Node @key(fields: "id") { id: ID! }
        type User implements Node @key(fields: "id") { id: ID! name: String }
        type Team implements Node @key(fields: "id") { id: ID! members: [User] }
        """,
        entities={
            "User": [{"id": "u", "name": "Ann"}],
            "Team": [{"id": "t", "members": [{"id": "u", "name": "Ann"}]}],
        },
    ),
    StrictSubgraph(
        "owners",
        FEDERATION_2
        + """
        type Query { owners: [Node] files: [File] }
        type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
        type File { name: String owner: Node }
        """,
        fields={
            "Query.owners": [{"id": "u"}, {"id": "t"}],
            "Query.files": [{"name": "a", "owner": {"id": "t"}}, {"name": "b", "owner": None}],
        },
    ),
    StrictSubgraph(
        "quotas",
        FEDERATION_2 + 'type Node @key(fields: "id") @interfaceObject { id: ID! quota: Int }',
        entities={"Node": [{"id": "u", "quota": 10}, {"id": "t", "quota": 50}]},
    ),
)


async def test_a_third_subgraph_adds_to_the_interface_without_knowing_who_implements_it() -> None:
    outcome = await INDIRECT.ask("{ owners { id quota } }")

    assert outcome.data == {"owners": [{"id": "u", "quota": 10}, {"id": "t", "quota": 50}]}
    assert outcome.calls == {"owners": 1, "quotas": 1}


async def test_types_come_from_the_only_subgraph_that_knows_them() -> None:
    outcome = await INDIRECT.ask("{ owners { __typename quota ... on User { name } } }")

    assert outcome.data == {
        "owners": [
            {"__typename": "User", "quota": 10, "name": "Ann"},
            {"__typename": "Team", "quota": 50},
        ]
    }
    assert outcome.calls == {"owners": 1, "names": 1, "quotas": 1}


async def test_what_implementations_refer_to_gets_the_field_too() -> None:
    outcome = await INDIRECT.ask("{ files { name owner { ... on Team { members { name quota } } } } }")

    assert outcome.data == {
        "files": [
            {"name": "a", "owner": {"members": [{"name": "Ann", "quota": 10}]}},
            {"name": "b", "owner": None},
        ]
    }
    assert outcome.calls == {"owners": 1, "names": 1, "quotas": 1}


async def test_a_key_that_is_not_resolvable_is_not_used_to_enter_an_interface_object() -> None:
    outcome = await INDIRECT.ask("{ owners { ... on Node { id } } }")

    assert outcome.data == {"owners": [{"id": "u"}, {"id": "t"}]}
    assert outcome.calls == {"owners": 1}


async def test_the_plan_asks_for_the_type_name_first() -> None:
    assert (
        LIBRARY.plan("{ rated { ... on Book { cover } } }")
        == """\
sequence {
  fetch 1 from ratings {
    rated {
      id
    }
  }
  fetch 2 from media at rated.@ {
    by Media { id }
    ... on Media {
      __typename
    }
  }
  fetch 3 from binders at rated.@ {
    by Book { id } for Book
    ... on Book {
      cover
    }
  }
}
"""
    )
