"""Policies in Python print as directives, and cost nothing when a field is resolved."""

from pathlib import Path

import pytest
import strawberry
from strawberry.extensions import FieldExtension

from schemas.authoring.policies import (
    Authenticated,
    Cached,
    Fallback,
    Owner,
    Policy,
    PolicyExtension,
    Public,
    RateLimit,
    RequiresRole,
    RequiresScopes,
)
from schemas.subgraph import Subgraph
from schemas.to_subgraph import to_subgraph

MODULE = """
import strawberry
from strawberry import ID
from schemas.authoring import *

service = RestSource("users", base_url="http://127.0.0.1:8081")


@guarded(RequiresRole("staff"))
@key("id")
class User:
    id: ID
    name: str = from_("full_name", extensions=[Cached(ttl=60)])
    email: str | None = strawberry.field(extensions=[Owner("$this.id == $claims.sub", or_roles=["admin"])])

    @local(requires="name", extensions=[Public()])
    def greeting(self) -> str:
        return f"hello {self.name}"


@strawberry.type
class Query:
    @connect(extensions=[RateLimit("20/minute", "100/hour", key=["ip"], by="items")])
    def user(self, id: ID) -> User | None:
        return service.get(f"/users/{id}")
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Subgraph:
    file = tmp_path_factory.mktemp("team") / "users.py"
    file.write_text(MODULE)
    return to_subgraph(str(file), "users")


def printed(*policies: PolicyExtension) -> str:
    @strawberry.type
    class Query:
        @strawberry.field(extensions=[*policies])
        def a(self) -> int:
            return 1

    sdl = str(strawberry.federation.Schema(Query))
    return next(line for line in sdl.splitlines() if line.startswith("  a: ")).removeprefix("  a: Int! ")


@pytest.mark.parametrize(
    ("policy", "directive"),
    [
        (Authenticated(), "@authenticated"),
        (RequiresScopes("read", "write"), '@requiresScopes(scopes: [["read", "write"]])'),
        (RequiresScopes(["read", "write"], ["all"]), '@requiresScopes(scopes: [["read", "write"], ["all"]])'),
        (Policy("can_refund"), '@policy(policies: [["can_refund"]])'),
        (RequiresRole("admin", "support"), '@hasRole(roles: ["admin", "support"])'),
        (RequiresRole("admin", mode="shadow"), '@hasRole(roles: ["admin"], mode: "shadow")'),
        (Owner("$this.id == $claims.sub"), '@owner(when: "$this.id == $claims.sub")'),
        (Public(), "@public"),
        (RateLimit("20/minute", key="ip"), '@rateLimit(limit: ["20/minute"], key: ["ip"])'),
        (Fallback(stale=600), "@fallback(stale: 600)"),
        (Fallback(default=None), '@fallback(defaultJson: "null")'),
        (Fallback(stale=60, default=["a"]), '@fallback(stale: 60, defaultJson: "[\\"a\\"]")'),
        (Cached(ttl=300, scope="public", swr=30), '@cacheControl(maxAge: 300, scope: "public", swr: 30)'),
    ],
)
def test_a_policy_prints_as_its_directive(policy: PolicyExtension, directive: str) -> None:
    assert printed(policy) == directive


def test_policies_are_field_extensions_that_resolve_nothing() -> None:
    assert isinstance(Public(), FieldExtension)
    assert type(Public()).resolve is FieldExtension.resolve


def test_a_schema_made_twice_has_each_directive_once() -> None:
    policy = RequiresRole("admin")
    field = strawberry.field(lambda: 1, extensions=[policy])
    for _ in range(2):
        policy.apply(field)

    assert field.directives == [policy.directive]


def test_policies_stand_beside_every_way_to_give_a_field(module: Subgraph) -> None:
    assert '@link(url: "https://interlace.dev/policy/v0.1"' in module.sdl
    for coordinate in (
        'type User @key(fields: "id") @hasRole(roles: ["staff"])',
        "name: String! @cacheControl(maxAge: 60)",
        'email: String @owner(when: "$this.id == $claims.sub", orRoles: ["admin"])',
        "@public",
        '@rateLimit(limit: ["20/minute", "100/hour"], key: ["ip"], by: "items")',
    ):
        assert coordinate in module.sdl


def test_places_are_lines_of_the_teams_file(module: Subgraph) -> None:
    file, line = module.places["User.email"]

    assert Path(file).read_text().splitlines()[line - 1].strip().startswith("email:")
