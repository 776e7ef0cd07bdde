"""Rate limits of a whole gateway: of requests, of searches, declared by teams; by replicas, and without Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import orjson
import pytest

from federation.assembly.build_supergraph import build_supergraph
from federation.assembly.open_gateway import open_gateway
from federation.cli.server import make_edge
from federation.config.read import parse_config
from federation.gateway import Gateway
from federation.request import ClientAnswer, ClientRequest
from tests.redis_server import RedisServer
from tests.serving import serving

SDL = """
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  @link(url: "https://interlace.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://interlace.dev/policy/v0.1", import: ["@rateLimit"])
  @source(name: "shop", http: {{ baseURL: "{address}" }})

scalar Upload

type Query {{
  search(term: String!): String
    @connect(source: "shop", http: {{ GET: "/search?term={{$args.term}}" }}, selection: "$.term")
  hello: String @connect(source: "shop", http: {{ GET: "/search?term=hello" }}, selection: "$.term")
  rare: String
    @connect(source: "shop", http: {{ GET: "/search?term=rare" }}, selection: "$.term")
    @rateLimit(limit: ["1/hour", "1/day"])
}}

type Mutation {{
  upload(file: Upload): String
    @connect(source: "shop", http: {{ POST: "/search?term=up", body: "name: $args.file" }}, selection: "$.term")
}}
"""


# Operations of many searches, which the usual limits of one operation would refuse.
LARGE = "{max_aliases: 1000, max_root_fields: 1000}"


class Shop:
    """Says back what was searched for; remembers each call."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        term = parse_qs(scope["query_string"].decode())["term"][0]
        self.calls.append(term)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": orjson.dumps({"term": term})})


@asynccontextmanager
async def gateways(folder: Path, config: str, count: int = 1) -> AsyncIterator[tuple[Shop, list[Gateway]]]:
    shop = Shop()
    async with serving(shop) as address, AsyncExitStack() as stack:
        (folder / "shop.graphql").write_text(SDL.format(address=address), encoding="utf-8")
        text = f"subgraphs: {{shop: {{sdl: shop.graphql}}}}\nlimits: {LARGE}\n{config}"
        parsed = parse_config(text, folder / "interlace.yaml", {})
        yield shop, [await stack.enter_async_context(open_gateway(parsed)) for _ in range(count)]


async def ask(gateway: Gateway, query: str, address: str = "192.0.2.1") -> ClientAnswer:
    return await gateway.answer(ClientRequest(query, client_address=address))


def code(answer: ClientAnswer) -> str:
    errors = orjson.loads(answer.body).get("errors", [])
    return errors[0]["extensions"]["code"] if errors else ""


def searches(count: int, first: int = 0) -> str:
    return "{ " + " ".join(f'a{n}: search(term: "t{n}")' for n in range(first, first + count)) + " }"


async def test_of_400_searches_the_first_20_reach_the_service(tmp_path: Path) -> None:
    async with gateways(tmp_path, "rate_limits: {}") as (shop, (gateway,)):
        answer = orjson.loads((await ask(gateway, searches(400))).body)

    assert [key for key, value in answer["data"].items() if value is not None] == [f"a{n}" for n in range(20)]
    assert len(answer["errors"]) == 380
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"RATE_LIMITED"}
    assert sorted(shop.calls) == sorted(f"t{n}" for n in range(20))


async def test_without_the_section_only_what_fields_say_holds(tmp_path: Path) -> None:
    async with gateways(tmp_path, "") as (shop, (gateway,)):
        free = await ask(gateway, searches(30))
        rare = [code(await ask(gateway, "{ rare }")) for _ in range(2)]

    assert (code(free), len(shop.calls)) == ("", 31)
    assert rare == ["", "RATE_LIMITED"]


async def test_each_caller_has_a_number_of_requests(tmp_path: Path) -> None:
    async with gateways(tmp_path, "rate_limits: {requests: 2/minute}") as (_, (gateway,)):
        answers = [await ask(gateway, "{ hello }") for _ in range(3)]
        other = await ask(gateway, "{ hello }", "192.0.2.2")

    assert [code(each) for each in (*answers, other)] == ["", "", "RATE_LIMITED", ""]
    refused, headers = answers[2], dict(answers[2].headers)
    assert (refused.status, refused.refused) == (429, True)
    assert headers[b"ratelimit-policy"] == b'"requests/60s";q=2;w=60'
    assert headers[b"ratelimit"].startswith(b'"requests/60s";r=0;t=')
    retry = orjson.loads(refused.body)["errors"][0]["extensions"]["retryAfterMs"]
    assert 0 < retry <= 66_000
    assert int(headers[b"retry-after"]) == -(-retry // 1000)


async def test_in_shadow_nothing_is_refused_and_it_is_said_what_would_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = "rate_limits: {requests: 1/minute, mode: shadow}"
    async with gateways(tmp_path, config) as (_, (gateway,)):
        answers = [await ask(gateway, searches(21)) for _ in range(2)]

    assert [(code(each), each.headers) for each in answers] == [("", ())] * 2
    assert {(record.message, getattr(record, "limit", None)) for record in caplog.records} == {
        ("a rate limit in shadow would refuse", "requests"),
        ("a rate limit in shadow would refuse", None),
    }


async def test_uploads_have_a_limit_of_their_own(tmp_path: Path) -> None:
    async with gateways(tmp_path, "rate_limits: {}") as (_, (gateway,)):
        codes = [code(await ask(gateway, 'mutation { upload(file: "x") }')) for _ in range(6)]

    assert codes == [""] * 5 + ["RATE_LIMITED"]


async def test_nobody_gets_more_by_asking_several_replicas(tmp_path: Path, redis_server: RedisServer) -> None:
    config = f"redis: {{url: '{redis_server.url}', timeout: 1s}}\nrate_limits: {{requests: null}}"
    async with gateways(tmp_path, config, count=2) as (shop, both):
        answers = await asyncio.gather(*(ask(both[n % 2], searches(1, n)) for n in range(40)))

    assert sorted(code(each) for each in answers) == [""] * 20 + ["RATE_LIMITED"] * 20
    assert len(shop.calls) == 20


async def test_without_redis_each_replica_counts_its_share(tmp_path: Path, own_redis: RedisServer) -> None:
    config = f"redis: {{url: '{own_redis.url}', timeout: 1s}}\nrate_limits: {{replicas: 2, requests: null}}"
    async with gateways(tmp_path, config) as (_, (gateway,)):
        own_redis.stop()
        answer = orjson.loads((await ask(gateway, searches(20))).body)

    assert sum(value is not None for value in answer["data"].values()) == 10


async def test_without_redis_everything_or_nothing_passes_if_so_configured(
    tmp_path: Path, own_redis: RedisServer
) -> None:
    for when_away, expected in (("open", ("", "", None)), ("closed", ("RATE_LIMITS_UNAVAILABLE",) * 2 + (503,))):
        config = f"redis: {{url: '{own_redis.url}', timeout: 1s}}\nrate_limits: {{when_away: {when_away}}}"
        async with gateways(tmp_path, config) as (_, (gateway,)):
            own_redis.stop()
            requests = await ask(gateway, "{ hello }")
            fields = await ask(gateway, "{ " + " ".join(f'a{n}: search(term: "same")' for n in range(30)) + " }")
            assert (code(requests), code(fields), fields.status) == expected
        own_redis.start()


async def test_limits_are_shared_again_when_redis_is_back(tmp_path: Path, own_redis: RedisServer) -> None:
    config = f"redis: {{url: '{own_redis.url}', timeout: 1s}}\nrate_limits: {{when_away: closed}}"
    async with gateways(tmp_path, config) as (_, (gateway,)), asyncio.timeout(5):
        own_redis.stop()
        assert code(await ask(gateway, "{ hello }")) == "RATE_LIMITS_UNAVAILABLE"
        own_redis.start()
        while code(await ask(gateway, "{ hello }")):  # noqa: ASYNC110 - it is asked for, as clients would
            await asyncio.sleep(0)


async def test_addresses_are_counted_behind_trusted_proxies_only(tmp_path: Path) -> None:
    config = "server: {{trusted_proxies: [{}]}}\nrate_limits: {{addresses: 1/minute, requests: null}}"
    for network, expected in (("127.0.0.0/8", [200, 200, 429]), ("10.0.0.0/8", [200, 429, 429])):
        async with gateways(tmp_path, config.format(network)) as (_, (gateway,)):
            parsed = parse_config(
                f"supergraph: shop.graphql\n{config.format(network)}", tmp_path / "interlace.yaml", {}
            )
            transport = httpx.ASGITransport(make_edge(parsed, gateway))
            async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
                statuses = [
                    (
                        await client.post(
                            "/graphql", json={"query": "{ hello }"}, headers={"x-forwarded-for": forwarded}
                        )
                    ).status_code
                    for forwarded in ("192.0.2.1", "192.0.2.2", "192.0.2.1")
                ]
        assert statuses == expected


async def test_a_limit_of_a_field_that_nobody_has_is_a_hint(tmp_path: Path) -> None:
    (tmp_path / "shop.graphql").write_text("type Query { a: String }", encoding="utf-8")
    text = (
        "subgraphs: {shop: {sdl: shop.graphql, url: 'http://127.0.0.1:1'}}\nrate_limits: {fields: {Query.b: 1/minute}}"
    )
    built = await build_supergraph(parse_config(text, tmp_path / "interlace.yaml", {}))

    assert "rate_limits.fields.Query.b: there is no such field; correct it, or remove it" in built.hints
