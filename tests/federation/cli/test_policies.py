"""`interlace policy` shows who may see what; `interlace explain` says why, as it is decided at run time."""

import json
from pathlib import Path

import pytest

from tests.federation.cli.test_commands import interlace

SDL = """extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])
  @link(url: "https://interlace.dev/policy/v0.1", import: ["@hasRole", "@owner", "@rateLimit", "@cacheControl"])
type Query {
  users: [User!]! @hasRole(roles: ["support"])
  search(text: String): String @rateLimit(limit: ["20/minute"], key: ["ip"]) @cacheControl(maxAge: 300, scope: PUBLIC)
  free: Int
}
type User @key(fields: "id") {
  id: ID!
  email: String @owner(when: "$this.id == $claims.sub", orRoles: ["admin"])
}
"""
CONFIG = """
subgraphs:
  accounts: {sdl: accounts.graphql, url: "http://127.0.0.1:1/graphql"}
policies:
  "*.free": {public: true}
authorization:
  roles: {admin: [support]}
  principals:
    alice: {roles: [support], subject: "1"}
"""
QUERY = "query ($x: Boolean!) { users { id email } free @skip(if: $x) search }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "accounts.graphql").write_text(SDL)
    (tmp_path / "interlace.yaml").write_text(CONFIG)
    return tmp_path


def test_the_matrix_has_roles_limits_lifetimes_and_origins(folder: Path) -> None:
    done = interlace("policy", folder=folder)

    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines() if not line.startswith(" ")] == [
        ["field", "anonymous", "known", "admin", "support"],
        ["Query.free", "yes", "yes", "yes", "yes"],
        ["Query.search", "yes", "yes", "yes", "yes"],
        ["Query.users", "no", "no", "yes", "yes"],
        ["User.email", "no", "depends", "yes", "depends"],
    ]
    for detail in (
        "public (interlace.yaml:5)",
        "for role support (accounts.graphql:5)",
        "at most 20/minute for each ip, exact (accounts.graphql:6)",
        "kept 300 s public (accounts.graphql:6)",
        "for $this.id == $claims.sub or role admin (accounts.graphql:11)",
    ):
        assert (
            detail.replace("accounts.graphql", str(folder / "accounts.graphql")) in done.stdout or detail in done.stdout
        )


def test_the_matrix_is_there_for_machines(folder: Path) -> None:
    rows = {row["field"]: row for row in json.loads(interlace("policy", "--json", folder=folder).stdout)}

    assert rows["Query.users"]["seen"] == {"anonymous": "no", "known": "no", "admin": "yes", "support": "yes"}
    assert [guard["kind"] for guard in rows["User.email"]["guards"]] == ["Owns"]
    assert rows["Query.search"]["cache"]["text"] == "300 s public"


def explained(folder: Path, *arguments: str) -> dict[str, dict[str, object]]:
    done = interlace("explain", "-", "--json", "--variables", '{"x": true}', *arguments, stdin=QUERY, folder=folder)
    assert done.returncode == 0, done.stderr
    return {".".join(each["path"]): each for each in json.loads(done.stdout)}


def test_each_field_is_explained_for_a_principal(folder: Path) -> None:
    found = explained(folder, "--as", "alice")

    assert {path: each["outcome"] for path, each in found.items()} == {
        "users": "shown",
        "users.id": "shown",
        "users.email": "depends on the object",
        "free": "not asked",
        "search": "shown",
    }


def test_claims_stand_for_a_caller(folder: Path) -> None:
    found = explained(folder, "--as", "bob", "--claims", '{"roles": ["admin"], "scope": "read"}')

    assert found["users.email"]["outcome"] == "shown"
    assert [(each["says"], each["kind"]) for each in found["users"]["guards"]] == [("yes", "HasRole")]  # type: ignore[attr-defined]


def test_what_is_inside_a_denied_field_is_not_asked(folder: Path) -> None:
    found = explained(folder)

    assert (found["users"]["outcome"], found["users.email"]["outcome"]) == ("denied", "not asked")


def test_a_text_says_which_guard_says_what_and_where_it_is_written(folder: Path) -> None:
    done = interlace("explain", "-", "--as", "alice", stdin="{ users { email } }", folder=folder)

    assert "users.email (User.email): depends on the object\n" in done.stdout
    assert "    yes: role support (" in done.stdout
    assert "    the object decides: $this.id == $claims.sub or role admin (" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--as", "carol"), "--as carol: authorization.principals has alice; name one of them, or give --claims"),
        (("--claims", "[]"), "--claims: expected a JSON object"),
        (("--claims", "{"), "--claims: is not JSON"),
        (("--claims", '{"roles": "admin"}'), "--claims: 'roles' has to be a list, and 'scope' a text"),
    ],
)
def test_a_caller_who_is_none_is_told(folder: Path, arguments: tuple[str, ...], problem: str) -> None:
    done = interlace("explain", "-", *arguments, stdin="{ free }", folder=folder)

    assert done.returncode == 1
    assert problem in done.stderr


KEPT_SDL = """extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  @link(url: "https://interlace.dev/policy/v0.1", import: ["@cacheControl"])
type Query {
  users: [User!]! @cacheControl(maxAge: 60)
  me: User
  node: Node
  stats: Stats
  trial: Int @cacheControl(maxAge: 5, mode: SHADOW)
}
interface Node { id: ID! label: String }
type User implements Node @key(fields: "id") @cacheControl(maxAge: 300, scope: PUBLIC) {
  id: ID!
  label: String @cacheControl(maxAge: 20)
  name: String
}
type Shop implements Node { id: ID! label: String @cacheControl(maxAge: 10) name: String }
type Stats { visits: Int }
"""


def lifetimes(folder: Path, more: str = "") -> dict[str, list[str]]:
    (folder / "accounts.graphql").write_text(KEPT_SDL)
    (folder / "interlace.yaml").write_text(CONFIG.split("policies:", maxsplit=1)[0] + more)
    done = interlace("policy", folder=folder)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = {}
    field = ""
    for line in done.stdout.replace(f"{folder}/", "").splitlines():
        if line.startswith("    "):
            found[field].append(line.strip())
        else:
            field = line.split()[0]
            found[field] = []
    return found


def test_lifetimes_are_printed_as_they_are_decided(tmp_path: Path) -> None:
    found = lifetimes(tmp_path)

    assert found["Query.users"] == ["kept 60 s private (accounts.graphql:5)"]
    assert found["Query.me"] == ["kept 300 s public (accounts.graphql:12)"]
    assert found["User.name"] == [
        "kept 300 s public (accounts.graphql:12) below its key, Query.me, Query.node",
        "kept 60 s private (accounts.graphql:5) below Query.users",
    ]
    assert found["Node.label"] == ["kept 10 s private (accounts.graphql:17)"]
    assert "Stats.visits" not in found
    assert found["Query.trial"] == ["not kept, but declared: 5 s private [shadow] (accounts.graphql:9)"]


def test_defaults_and_patterns_of_the_configuration_have_their_lifetimes(tmp_path: Path) -> None:
    found = lifetimes(tmp_path, "policies:\n  Stats.*: {cache: 7s}\ncache: {default: 9s}\n")

    assert found["Stats.visits"] == ["kept 7 s private (interlace.yaml:5)"]
    assert found["Shop.name"] == ["kept 300 s public (accounts.graphql:12)"]
    assert found["Query.trial"] == [
        "not kept, but declared: 5 s private [shadow] (accounts.graphql:9)",
        "kept 9 s private (cache.default)",
    ]


def test_nothing_is_kept_without_a_cache_and_services_that_are_followed_are_named(tmp_path: Path) -> None:
    assert [line for each in lifetimes(tmp_path, "cache: {enabled: false}\n").values() for line in each] == [
        "not kept, but declared: 5 s private [shadow] (accounts.graphql:9)"
    ]
    interlace("policy", folder=tmp_path)
    (tmp_path / "interlace.yaml").write_text(CONFIG.split("policies:", maxsplit=1)[0] + "cache: {follow: [accounts]}\n")
    said = interlace("policy", folder=tmp_path).stdout
    assert "what accounts answers is kept as its Cache-Control says, too (cache.follow)" in said
