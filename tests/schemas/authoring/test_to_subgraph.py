"""A module prints as the SDL that a team would have written by hand."""

from collections.abc import Callable

from schemas.connect import LocalField
from schemas.read_connect import Bindings
from schemas.subgraph import Subgraph
from schemas.to_subgraph import to_subgraph

Read = Callable[[str], Subgraph]

MIXED = '''
@strawberry.enum
class Level(Enum):
    """How much."""

    LOW = 1
    HIGH = 2
    """Beyond measure."""


@key("id", "email")
class User:
    """Somebody.

    Known by two keys.
    """

    id: ID
    email: str
    """Where to write to."""
    name: str
    level: Level

    @strawberry.field
    async def score(self, info: Info) -> int:
        """How well they play."""
        return 1

    @local(requires="name email")
    def label(self, short: bool = False) -> str:
        return self.name


@strawberry.input
class Filter:
    text: str | None = None
    """What to look for."""
    limit: int | None = 10


@strawberry.type
class Query:
    @connect
    def users(self, by: Filter | None = None) -> list[User]:
        """All of them."""
        return rest.get("/users", query={"q": by.text if by is None else by.text})
'''


def test_a_module_prints_types_descriptions_bindings_and_what_python_gives(subgraph: Read) -> None:
    assert (
        subgraph(MIXED).sdl
        == '''\
extend schema @link(url: "https://interlace.dev/connect/v0.1", import: ["@source", "@connect", "@local"]) \
@source(name: "rest", http: { baseURL: "http://127.0.0.1:8081" }) \
@link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])

input Filter {
  """What to look for."""
  text: String
  limit: Int = 10
}

"""How much."""
enum Level {
  LOW
  """Beyond measure."""
  HIGH
}

type Query {
  """All of them."""
  users(by: Filter): [User!]! @connect(source: "rest", http: { GET: "/users?q={$args.by.text}" }, selection: """
  id
  email
  name
  level
  """)
}

"""
Somebody.

Known by two keys.
"""
type User @key(fields: "id") @key(fields: "email") {
  id: ID!
  """Where to write to."""
  email: String!
  name: String!
  level: Level!
  """How well they play."""
  score: Int! @local
  label(short: Boolean! = false): String! @local(requires: "name email")
}
'''
    )


def test_fields_that_python_gives_are_named_with_what_they_require(bindings: Callable[[str], Bindings]) -> None:
    assert bindings(MIXED).local_fields == (
        LocalField("team", "User.score"),
        LocalField("team", "User.label", "name email"),
    )


def test_a_module_that_binds_nothing_is_plain_federation(subgraph: Read) -> None:
    sdl = subgraph("""
@key("id")
class Thing:
    id: ID

    @strawberry.field
    def name(self) -> str:
        return "x"
""").sdl

    assert (
        sdl
        == """\
extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])

type Thing @key(fields: "id") {
  id: ID!
  name: String!
}
"""
    )


def test_a_team_may_bring_scalars_of_its_own(subgraph: Read) -> None:
    sdl = subgraph("""
from typing import NewType
Colour = NewType("Colour", str)
SCALARS = {Colour: strawberry.scalar(name="Colour", description="#rrggbb", serialize=str, parse_value=str)}

@strawberry.type
class Query:
    @strawberry.field
    def colour(self) -> Colour:
        return Colour("#ffffff")
""").sdl

    assert '"""#rrggbb"""\nscalar Colour' in sdl
    assert "colour: Colour!" in sdl


def test_a_file_is_read_anew_and_gives_the_same_each_time(write: Callable[[str], str]) -> None:
    path = write(MIXED)
    first, second = to_subgraph(path, "team"), to_subgraph(path, "team")
    write(MIXED.replace("All of them.", "Every one."))

    assert first == second
    assert "Every one." in to_subgraph(path, "team").sdl
