"""An operation that may cost more than `limits.max_cost` is refused before any service is called for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.request import ClientRequest

# Nobody listens at the address: what is run fails by UPSTREAM_CONNECT.
SDL = """
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])
  @link(url: "https://interlace.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://interlace.dev/policy/v0.1", import: ["@hasRole"])
  @source(name: "shop", http: { baseURL: "http://127.0.0.1:1" })

type Query {
  users(first: Int): [User] @listSize(slicingArguments: ["first"], assumedSize: 30)
    @connect(source: "shop", http: { GET: "/users?n={$args.first}" }, selection: "id orders { id } secret")
  report(deep: Boolean @cost(weight: 90)): String @cost(weight: 20)
    @connect(source: "shop", http: { GET: "/report?deep={$args.deep}" }, selection: "$.text")
}
type User { id: ID orders: [Order] secret: Int @cost(weight: 3) @hasRole(roles: ["admin"]) }
type Order { id: ID }
"""


async def code(
    folder: Path, query: str, variables: Mapping[str, Any] | None = None, limits: str = "max_cost: 100"
) -> str:
    (folder / "shop.graphql").write_text(SDL, encoding="utf-8")
    config = parse_config(f"subgraphs: {{shop: {{sdl: shop.graphql}}}}\nlimits: {{{limits}}}", folder / "i.yaml", {})
    async with open_gateway(config) as gateway:
        answer = orjson.loads((await gateway.answer(ClientRequest(query, variables=variables or {}))).body)
    codes: set[str] = {error["extensions"]["code"] for error in answer["errors"]}
    if "COST_EXCEEDED" in codes:
        assert "data" not in answer
        assert answer["errors"][0]["message"] == "the operation may cost more than 100: ask for less at once"
    return "+".join(sorted(codes - {"UNAUTHENTICATED"}))


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ users(first: 100) { id } }", 100),
        ("{ users(first: 101) { id } }", 101),
        ("{ users { id } }", 30),
        ("{ a: users { id } b: users { id } c: users { id } d: users { id } }", 120),
        ("{ users(first: 9) { orders { id } } }", 99),
        ("{ users(first: 10) { orders { id } } }", 110),
        ("{ report }", 20),
        ("{ report(deep: true) }", 110),
        ("{ users(first: 25) { secret } }", 100),
        ("{ users(first: 26) { secret } }", 104),
        ("{ users(first: 60) { id } ... on Query { report } ...Q } fragment Q on Query { r: report }", 100),
    ],
)
async def test_the_bound_of_what_it_may_cost_decides(query: str, cost: int, tmp_path: Path) -> None:
    assert await code(tmp_path, query) == ("COST_EXCEEDED" if cost > 100 else "UPSTREAM_CONNECT")


@pytest.mark.parametrize(
    ("first", "whole", "expected"), [(100, False, "UPSTREAM_CONNECT"), (91, True, "COST_EXCEEDED")]
)
async def test_variables_are_what_the_request_says(first: int, whole: bool, expected: str, tmp_path: Path) -> None:
    query = "query ($n: Int, $whole: Boolean!) { users(first: $n) { id } report @include(if: $whole) }"

    assert await code(tmp_path, query, {"n": first, "whole": whole}) == expected


async def test_without_a_limit_costs_have_no_bound(tmp_path: Path) -> None:
    assert await code(tmp_path, "{ users(first: 100000) { orders { id } } }", limits="") == "UPSTREAM_CONNECT"
