"""Graphs from files: supergraphs as composers of all times write them, and lists of subgraphs, over real servers."""

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from federation.assembly.open_gateway import open_gateway
from federation.cli.sources import Source
from federation.request import ClientRequest
from tests.conformance.features.serve import serve
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2

USERS = """
type Query { me: User }
type User @key(fields: "id") { id: ID! name: String mood: Mood }
enum Mood { GOOD BAD }
"""
GREETINGS = """
type User @key(fields: "id") { id: ID! name: String @external greeting: String @requires(fields: "name") seen: Seen }
union Seen = Day | Hour
type Day { day: Int }
type Hour { hour: Int }
"""
QUERY = "{ me { mood greeting seen { __typename ... on Day { day } } } }"
ANSWER = {"data": {"me": {"mood": "GOOD", "greeting": "hello Ada", "seen": {"__typename": "Day", "day": 3}}}}

CORE = """
schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1") {
  query: Query
}
directive @core(feature: String!) repeatable on SCHEMA
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE
directive @join__owner(graph: join__Graph!) on OBJECT | INTERFACE
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
scalar join__FieldSet
type Query { me: User @join__field(graph: USERS) }
type User @join__owner(graph: USERS) @join__type(graph: USERS, key: "id") @join__type(graph: GREETINGS, key: "id") {
  id: ID! @join__field(graph: USERS)
  name: String @join__field(graph: USERS)
  mood: Mood @join__field(graph: USERS)
  greeting: String @join__field(graph: GREETINGS, requires: "name")
  seen: Seen @join__field(graph: GREETINGS)
}
enum Mood { GOOD BAD }
union Seen = Day | Hour
type Day { day: Int }
type Hour { hour: Int }
"""
LINKED = """
schema @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/VERSION", for: EXECUTION) { query: Query }
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
type Query @join__type(graph: GREETINGS) @join__type(graph: USERS) { me: User @join__field(graph: USERS) }
type User @join__type(graph: GREETINGS, key: "id") @join__type(graph: USERS, key: "id") {
  id: ID!
  name: String @join__field(graph: GREETINGS, external: true) @join__field(graph: USERS)
  mood: Mood @join__field(graph: USERS)
  greeting: String @join__field(graph: GREETINGS, requires: "name")
  seen: Seen @join__field(graph: GREETINGS)
}
enum Mood @join__type(graph: USERS) { GOOD IN_USERS BAD IN_USERS }
union Seen @join__type(graph: GREETINGS) MEMBERS = Day | Hour
type Day @join__type(graph: GREETINGS) { day: Int }
type Hour @join__type(graph: GREETINGS) { hour: Int }
"""
MEMBERS = '@join__unionMember(graph: GREETINGS, member: "Day") @join__unionMember(graph: GREETINGS, member: "Hour")'
IN_USERS = "@join__enumValue(graph: USERS)"


def linked(version: str, members: str = "", in_users: str = "", more: str = "") -> str:
    """The supergraph by a version of the join specification that is linked."""
    text = LINKED.replace("VERSION", version).replace("MEMBERS", members).replace("IN_USERS", in_users)
    return text + more


JOIN_DIRECTIVE = """
directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA
scalar join__DirectiveArguments
"""
CONTEXTS = """
input join__ContextArgument { name: String! type: String! context: String! selection: join__FieldValue! }
scalar join__FieldValue
directive @join__field(graph: join__Graph, requires: join__FieldSet, external: Boolean,
  contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
"""
SUPERGRAPHS = {
    "v0.1": CORE,
    "v0.2": linked("v0.2"),
    "v0.3": linked("v0.3", MEMBERS, IN_USERS),
    "v0.4": linked("v0.4", MEMBERS, IN_USERS, JOIN_DIRECTIVE),
    "v0.5": linked("v0.5", MEMBERS, IN_USERS, JOIN_DIRECTIVE + CONTEXTS),
}


@pytest.fixture
def subgraphs() -> Iterator[dict[str, str]]:
    """The addresses of two subgraphs that run."""
    users = StrictSubgraph(
        "users",
        FEDERATION_2 + USERS,
        fields={"Query.me": {"id": "1", "name": "Ada", "mood": "GOOD"}},
    )
    greetings = StrictSubgraph(
        "greetings",
        FEDERATION_2 + GREETINGS,
        entities={"User": [{"id": "1", "seen": {"__typename": "Day", "day": 3}}]},
        fields={"User.greeting": lambda user: f"hello {user['name']}"},
    )
    with serve(users) as first, serve(greetings) as second:
        yield {"users": first, "greetings": second}


def written(folder: Path, text: str, subgraphs: dict[str, str]) -> Path:
    """A file with a supergraph that names the addresses of its subgraphs."""
    graphs = " ".join(
        f'{name.upper()} @join__graph(name: "{name}", url: "http://{address}/graphql")'
        for name, address in subgraphs.items()
    )
    path = folder / "supergraph.graphql"
    path.write_text(f"{text} enum join__Graph {{ {graphs} }}")
    return path


@pytest.mark.parametrize("version", SUPERGRAPHS)
async def test_a_supergraph_of_any_version_is_served(version: str, subgraphs: dict[str, str], tmp_path: Path) -> None:
    path = written(tmp_path, SUPERGRAPHS[version], subgraphs)

    async with open_gateway(Source(tmp_path / "interlace.yaml", supergraph=path).read()) as gateway:
        answer = await gateway.answer(ClientRequest(QUERY))

    assert orjson.loads(answer.body) == ANSWER


def served_by_command(*arguments: str) -> Any:
    """The answer that a process gives which serves by these arguments."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "import sys; from federation.cli import main; sys.exit(main())", "serve"]
    with subprocess.Popen([*command, *arguments, "--port", str(port)], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert "serving" in process.stderr.readline()  # said once it listens
            body = json.dumps({"query": QUERY}).encode()
            headers = {"content-type": "application/json"}
            request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, headers)
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        finally:
            process.terminate()


def test_serve_takes_a_supergraph_and_a_port(subgraphs: dict[str, str], tmp_path: Path) -> None:
    path = written(tmp_path, SUPERGRAPHS["v0.3"], subgraphs)

    assert served_by_command("--supergraph", str(path)) == ANSWER


def test_serve_takes_a_list_of_subgraphs(subgraphs: dict[str, str], tmp_path: Path) -> None:
    for name, sdl in (("users", USERS), ("greetings", GREETINGS)):
        (tmp_path / f"{name}.graphql").write_text(FEDERATION_2 + sdl)
    listed = [
        {"name": name, "url": f"http://{address}/graphql", "sdl": f"{name}.graphql"}
        for name, address in subgraphs.items()
    ]
    (tmp_path / "subgraphs.json").write_text(json.dumps(listed))

    assert served_by_command("--subgraphs", str(tmp_path / "subgraphs.json")) == ANSWER
