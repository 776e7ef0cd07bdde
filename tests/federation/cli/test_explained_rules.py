"""`interlace explain` reads claims as tokens are read, and tells of limits and lifetimes as they are decided."""

import json
from pathlib import Path
from typing import Any

import pytest

from federation.cli.explain import Asked, explain_operation
from federation.cli.plan import Form
from federation.cli.sources import Source
from federation.errors import ConfigurationError

SDL = """extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@listSize"])
  @link(url: "https://interlace.dev/policy/v0.1", import: ["@hasRole", "@rateLimit", "@cacheControl"])
type Query {
  users(first: Int): [User!] @rateLimit(limit: ["500/minute"], by: items) @listSize(slicingArguments: ["first"])
    @cacheControl(maxAge: 60)
  search(text: String): String
  secret: Int @hasRole(roles: ["admin"]) @rateLimit(limit: ["5/minute"]) @cacheControl(maxAge: 5, mode: SHADOW)
}
type User @key(fields: "id") { id: ID! name: String @cacheControl(maxAge: 9) }
"""
CONFIG = """
subgraphs: {accounts: {sdl: accounts.graphql, url: "http://127.0.0.1:1/graphql"}}
"""
ISSUERS = """
authentication:
  issuers:
    - {issuer: "https://one.example", audience: a, roles_claim: realm_access.roles, scopes_claim: permissions}
"""
OTHER = """
    - {issuer: "https://other.example", audience: a}
"""


class Explain:
    """Explains queries over files in a folder."""

    def __init__(self, folder: Path, printed: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._printed = printed

    def __call__(self, query: str, config: str = "", claims: str | None = None) -> dict[str, Any]:
        (self._folder / "accounts.graphql").write_text(SDL)
        (self._folder / "query.graphql").write_text(query)
        (self._folder / "interlace.yaml").write_text(CONFIG + config)
        source = Source(self._folder / "interlace.yaml")
        explain_operation(source, Asked(str(self._folder / "query.graphql"), claims=claims), Form.JSON)
        return {".".join(each["path"]): each for each in json.loads(self._printed.readouterr().out)}


@pytest.fixture
def explain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Explain:
    return Explain(tmp_path, capsys)


@pytest.mark.parametrize(
    ("config", "claims", "outcome"),
    [
        ("", {"roles": ["admin"]}, "shown"),
        (ISSUERS, {"roles": ["admin"]}, "denied"),
        (ISSUERS, {"realm_access": {"roles": ["admin"]}}, "shown"),
        (ISSUERS + OTHER, {"iss": "https://other.example", "roles": ["admin"]}, "shown"),
        (ISSUERS + OTHER, {"iss": "https://one.example", "realm_access": {"roles": ["admin"]}}, "shown"),
    ],
)
def test_roles_are_read_where_the_issuer_has_them(
    config: str, claims: dict[str, Any], outcome: str, explain: Explain
) -> None:
    found = explain("{ secret }", config, json.dumps(claims))

    assert found["secret"]["outcome"] == outcome


@pytest.mark.parametrize(
    ("config", "claims", "problem"),
    [
        (
            ISSUERS + OTHER,
            "{}",
            "--claims: name one of the issuers by 'iss': https://one.example, https://other.example",
        ),
        (ISSUERS, '{"realm_access": {"roles": "admin"}}', "'realm_access.roles' has to be a list, and 'permissions' a"),
    ],
)
def test_claims_that_no_token_could_have_are_told(config: str, claims: str, problem: str, explain: Explain) -> None:
    with pytest.raises(ConfigurationError) as refused:
        explain("{ secret }", config, claims)

    assert problem in str(refused.value)


def test_limits_say_what_this_operation_counts(explain: Explain) -> None:
    config = "rate_limits: {}\n"
    found = explain("{ users(first: 40) { id } search secret }", config)

    counts = {path: [each["counts"] for each in field["rateLimits"]] for path, field in found.items()}
    assert counts == {"users": [40], "users.id": [], "search": [1], "secret": [0]}
    assert found["search"]["rateLimits"][0]["text"] == "20/minute for each user, exact"


@pytest.mark.parametrize(
    ("config", "lifetimes"),
    [
        ("", {"users": "60 s private", "users.id": "60 s private", "users.name": "9 s private"}),
        (
            "cache: {default: 7s}",
            {
                "users": "60 s private",
                "users.id": "60 s private",
                "users.name": "9 s private",
                "search": "7 s private",
                "secret": "7 s private",
            },
        ),
        ("cache: {enabled: false}", {}),
    ],
)
def test_lifetimes_are_those_that_hold(config: str, lifetimes: dict[str, str], explain: Explain) -> None:
    found = explain("{ users { id name } search secret }", config)

    assert {path: field["cache"]["text"] for path, field in found.items() if field["cache"]} == lifetimes


def test_fallbacks_are_told(explain: Explain) -> None:
    explained = explain("{ search }", "policies: {Query.search: {fallback: {stale: 10m, default: none}}}\n")

    assert explained["search"]["fallback"] == {
        "kind": "FallbackRule",
        "text": 'the last value up to 600 s old, else "none"',
        "origin": "interlace.yaml:3",
    }
