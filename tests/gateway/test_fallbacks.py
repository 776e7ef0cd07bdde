"""What stands in for fields whose services fail: over real services, by GraphQL and REST."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.errors import ConfigurationError
from federation.extensions.authentication.api_keys import hash_api_key, new_api_key
from federation.gateway import Gateway
from federation.request import ClientRequest
from tests.gateway.served_app import Asked, Replied, served_app

LINKS = """
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  @link(url: "https://interlace.dev/policy/v0.1", import: ["@fallback", "@cacheControl"])
"""
USERS = """
type Query { users(first: Int!): [User!]! }
type User @key(fields: "id") { id: ID! name: String }
"""
EXTRAS = """
type Query { motto: String @fallback(stale: 600, default: "we are back soon") tips: [String!]! }
type Mutation { wish(text: String!): String }
type User @key(fields: "id") {
  id: ID!
  theme: Theme! @fallback(stale: 600, default: LIGHT)
  badges: [Badge!]! @fallback(default: [])
  score: Int @fallback(stale: 600)
  rank: Int
}
type Badge { label: String }
enum Theme { LIGHT DARK }
"""
STOCK = """
extend schema
  @link(url: "https://interlace.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "stock", http: { baseURL: "http://127.0.0.1:1" })
type Query { left(id: ID!): Int @fallback(default: -1)
  @connect(source: "stock", http: { GET: "/left/{$args.id}" }, selection: "$.left") }
"""
CONFIG = """
subgraphs:
  users: {{sdl: users.graphql, url: "{users}/graphql"}}
  extras: {{sdl: extras.graphql, url: "{extras}/graphql"}}
  stock: {{sdl: stock.graphql}}
services:
  stock: {{endpoints: ["{stock}"], retries: {{max_attempts: 1}}, breaker: {{mode: forced_closed}}}}
  extras: {{endpoints: ["{extras}"], retries: {{max_attempts: 1}}, breaker: {{mode: forced_closed}}}}
"""


@dataclass
class World:
    """Services that do as they are told, a gateway over them, and what clients see."""

    gateway: Gateway = field(default_factory=Gateway)
    status: int = 200
    errors: list[dict[str, Any]] | None = None
    fails: Mapping[str, Any] = field(default_factory=dict)
    score: int = 7

    def users(self, asked: Asked) -> Replied:
        users = [{"__typename": "User", "id": str(n), "name": f"user {n}"} for n in (1, 2)]
        return Replied({"data": {"users": users}})

    def extras(self, asked: Asked) -> Replied:
        if self.status != 200:
            return Replied("down", status=self.status)
        if self.errors is not None:
            return Replied({"data": None, "errors": self.errors})
        given = asked.body.get("variables", {}).get("representations")
        if given is None:
            return Replied({"data": {"motto": "we deliver", "tips": ["a"], "wish": "granted"}})
        row = {"theme": "DARK", "badges": [{"label": "new"}], "score": self.score, "rank": 3}
        failed = [{"message": "no", "path": ["_entities", 0, key]} for key in self.fails]
        return Replied({"data": {"_entities": [row | self.fails, *[row] * (len(given) - 1)]}, "errors": failed or None})

    def stock(self, asked: Asked) -> Replied:
        return Replied({"left": 4}, status=self.status)

    @property
    def counted(self) -> dict[str, int]:
        assert self.gateway.cache is not None
        totals = self.gateway.cache.counters.as_mapping()
        return {name: count for name, count in totals.items() if name.startswith("fallback")}

    async def ask(self, query: str, **headers: str) -> dict[str, Any]:
        answer: dict[str, Any] = orjson.loads((await self.gateway.answer(ClientRequest(query, headers=headers))).body)
        return answer


@asynccontextmanager
async def opened(folder: Path, config: str = "", extras: str = EXTRAS) -> AsyncIterator[World]:
    world = World()
    for name, sdl in (("users", USERS), ("extras", extras), ("stock", STOCK)):
        (folder / f"{name}.graphql").write_text(LINKS + sdl, encoding="utf-8")
    async with (
        served_app(world.users) as users,
        served_app(world.extras) as served_extras,
        served_app(world.stock) as stock,
    ):
        text = CONFIG.format(users=users, extras=served_extras, stock=stock) + config
        async with open_gateway(parse_config(text, folder / "interlace.yaml"), world.gateway):
            yield world


def used(answer: Mapping[str, Any]) -> dict[str, tuple[str, str, int]]:
    notes = answer.get("extensions", {}).get("fallbacks", [])
    return {note["field"]: (note["used"], note["code"], note["count"]) for note in notes}


async def test_a_default_stands_in_for_a_root_field_of_rest_without_an_error(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        world.status = 503

        answer = await world.ask("{ left(id: 1) }")

    note = {"field": "Query.left", "used": "default", "code": "UPSTREAM_ERROR", "service": "stock", "count": 1}
    assert answer == {"data": {"left": -1}, "extensions": {"fallbacks": [note]}}


async def test_defaults_stand_in_for_fields_of_all_entities(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        world.status = 500

        answer = await world.ask("{ users(first: 2) { name theme badges { label } } }")

    assert "errors" not in answer
    assert answer["data"]["users"] == [{"name": f"user {n}", "theme": "LIGHT", "badges": []} for n in (1, 2)]
    assert used(answer) == {
        "User.theme": ("default", "UPSTREAM_ERROR", 2),
        "User.badges": ("default", "UPSTREAM_ERROR", 2),
    }


async def test_fields_without_a_fallback_fail_as_ever_beside_those_with_one(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        world.status = 500

        answer = await world.ask("{ users(first: 2) { theme rank } }")

    assert answer["data"]["users"] == [{"theme": "LIGHT", "rank": None}] * 2
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["users", 0, "rank"], "UPSTREAM_ERROR")


async def test_the_last_value_stands_in_and_says_how_old_it_is(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.ask("{ motto users(first: 2) { score theme } }")
        world.status, world.score = 500, 9

        answer = await world.ask("{ motto users(first: 2) { theme score } }")
        counted = world.counted

    assert "errors" not in answer
    assert answer["data"] == {"motto": "we deliver", "users": [{"theme": "DARK", "score": 7}] * 2}
    assert used(answer)["User.score"] == ("stale", "UPSTREAM_ERROR", 2)
    assert counted == {"fallback_values": 5, "fallback_defaults": 0}
    assert all(note["age"] >= 0 for note in answer["extensions"]["fallbacks"])


async def test_without_a_last_value_and_a_default_the_field_fails(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        world.status = 500

        answer = await world.ask("{ users(first: 2) { score } }")

    assert answer["data"]["users"] == [{"score": None}] * 2
    assert [error["path"] for error in answer["errors"]] == [["users", 0, "score"]]
    assert "extensions" not in answer


async def test_the_last_values_of_one_caller_are_nobody_elses(tmp_path: Path) -> None:
    (one, one_id), (two, two_id) = new_api_key(), new_api_key()
    keys = {
        key_id: {"subject": name, "hash": f"sha256:{hash_api_key(key).hex()}"}
        for key, key_id, name in ((one, one_id, "ada"), (two, two_id, "bob"))
    }
    config = f"authentication: {json.dumps({'anonymous': True, 'api_keys': {'keys': keys}})}\n"
    async with opened(tmp_path, config) as world:
        await world.ask("{ motto }", **{"x-api-key": one})
        world.status = 500

        own = await world.ask("{ motto }", **{"x-api-key": one})
        other = await world.ask("{ motto }", **{"x-api-key": two})

    assert own["data"] == {"motto": "we deliver"}
    assert other["data"] == {"motto": "we are back soon"}


async def test_an_error_of_one_field_of_one_entity_is_stood_in_for_there(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        world.fails = {"badges": None}

        answer = await world.ask("{ users(first: 2) { badges { label } rank } }")

    assert answer["data"]["users"][0] == {"badges": [], "rank": 3}
    assert used(answer)["User.badges"][::2] == ("default", 1)


@pytest.mark.parametrize("code", ["FORBIDDEN", "UNAUTHENTICATED", "RATE_LIMITED"])
async def test_nothing_stands_in_for_what_is_denied(tmp_path: Path, code: str) -> None:
    async with opened(tmp_path) as world:
        world.errors = [{"message": "no", "extensions": {"code": code}}]

        answer = await world.ask("{ users(first: 2) { score } motto }")

    assert answer["data"]["motto"] is None
    assert {error["extensions"]["code"] for error in answer["errors"]} == {code}
    assert "extensions" not in answer


async def test_nothing_stands_in_where_the_service_says_that_there_is_no_such_thing(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        world.status = 404

        answer = await world.ask("{ left(id: 1) }")

    assert "extensions" not in answer
    assert answer["data"] == {"left": None}


async def test_the_log_says_what_was_stood_in_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(tmp_path) as world:
        world.status = 503
        with caplog.at_level(logging.WARNING, "federation.extensions.fallbacks.layers"):
            await world.ask("{ left(id: 1) }")

    (record,) = [each for each in caplog.records if each.name == "federation.extensions.fallbacks.layers"]
    assert (vars(record)["service"], vars(record)["code"]) == ("stock", "UPSTREAM_ERROR")


async def test_an_answer_with_a_fallback_is_not_kept(tmp_path: Path) -> None:
    cached = EXTRAS.replace("badges: [Badge!]! @fallback", "badges: [Badge!]! @cacheControl(maxAge: 60) @fallback")
    async with opened(tmp_path, extras=cached) as world:
        world.status = 500
        failed = await world.ask("{ users(first: 2) { badges { label } } }")
        world.status = 200
        answer = await world.ask("{ users(first: 2) { badges { label } } }")

    assert failed["data"]["users"] == [{"badges": []}] * 2
    assert answer["data"]["users"] == [{"badges": [{"label": "new"}]}] * 2


async def test_a_fallback_of_the_configuration_is_one(tmp_path: Path) -> None:
    async with opened(tmp_path, "policies:\n  Query.tips: {fallback: {default: [wait]}}\n") as world:
        world.status = 500

        answer = await world.ask("{ tips }")

    assert answer["data"] == {"tips": ["wait"]}


async def test_last_values_need_the_cache(tmp_path: Path) -> None:
    (tmp_path / "extras.graphql").write_text(LINKS + EXTRAS, encoding="utf-8")
    text = "cache: {enabled: false}\nsubgraphs: {extras: {sdl: extras.graphql, url: 'http://127.0.0.1:1'}}\n"

    with pytest.raises(ConfigurationError, match=r"extras.graphql:\d+: Query.motto: last values are kept in the cache"):
        async with open_gateway(parse_config(text, tmp_path / "interlace.yaml")):
            pass
