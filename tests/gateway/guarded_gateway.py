"""A gateway that asks who sends a request, on a real port, over a service that notes what it is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import yaml

from federation.assembly.open_gateway import open_gateway
from federation.cli.server import make_edge
from federation.config.read import parse_config
from tests.federation.extensions.authentication.signing import AUDIENCE, Signer
from tests.serving import serving

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key"])
  @link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@connect", "@source"])
  @source(name: "rest", http: {
    baseURL: "http://127.0.0.1:1"
    headers: [{ name: "x-user-id", from: "x-user-id" }, { name: "x-kept", value: "kept" }]
  })

type Query {
  whoRest: String @connect(source: "rest", http: { GET: "/who" }, selection: "$.who")
}
type Mutation { touch: String @connect(source: "rest", http: { POST: "/touch" }, selection: "$.who") }
"""
GRAPHQL_SDL = "type Query { whoGraphQL: String }"


@dataclass(slots=True)
class NotingService:
    """Answers REST and GraphQL with the subject that it is told of; `told` has the headers of each call.

    It answers once so many calls `waits_for` have come.
    """

    told: list[dict[str, str]] = field(default_factory=list)
    waits_for: int = 0
    _all_there: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        self.told.append(headers)
        if len(self.told) >= self.waits_for:
            self._all_there.set()
        await self._all_there.wait()
        who = headers.get("x-user-id", "nobody")
        body = {"data": {"whoGraphQL": who}} if scope["path"] == "/graphql" else {"who": who}
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": orjson.dumps(body)})


@dataclass(slots=True)
class Guarded:
    """The gateway as its clients have it."""

    http: httpx.AsyncClient
    service: NotingService

    async def ask(self, query: str = "{ whoRest }", **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post("/graphql", json={"query": query}, headers=sent)

    async def ask_as(self, token: str, query: str = "{ whoRest }", **headers: str) -> httpx.Response:
        return await self.ask(query, authorization=f"Bearer {token}", **headers)


def told(identity: dict[str, Any] | None = None) -> dict[str, Any]:
    """What services are told, unless a test says otherwise."""
    return {"headers": {"x-user-id": "$claims.sub"}} if identity is None else identity


@asynccontextmanager
async def guarded(
    folder: Path,
    authentication: dict[str, Any],
    identity: dict[str, Any] | None = None,
    more: dict[str, Any] | None = None,
) -> AsyncIterator[Guarded]:
    """A gateway with this section `authentication`, which tells its services this."""
    (folder / "rest.graphql").write_text(SDL, encoding="utf-8")
    (folder / "graphql.graphql").write_text(GRAPHQL_SDL, encoding="utf-8")
    service = NotingService()
    async with running(service) as address:
        endpoint = {"endpoints": [address.removeprefix("http://")], "identity": told(identity)}
        text = {
            "authentication": authentication,
            "subgraphs": {
                "shop": {"sdl": "rest.graphql"},
                "who": {"sdl": "graphql.graphql", "url": address + "/graphql"},
            },
            "services": {"rest": endpoint, "who": {**endpoint, "forward_headers": ["x-user-id", "authorization"]}},
            **(more or {}),
        }
        config = parse_config(yaml.safe_dump(text), folder / "interlace.yaml", {})
        async with (
            open_gateway(config) as gateway,
            running(make_edge(config, gateway)) as edge,
            httpx.AsyncClient(base_url=edge, timeout=20) as client,
        ):
            yield Guarded(client, service)


@asynccontextmanager
async def running(application: Any) -> AsyncIterator[str]:
    """Serve an ASGI application on a free port."""
    async with serving(application) as address:
        yield address


def trusting(folder: Path, *signers: Signer, **more: Any) -> dict[str, Any]:
    """A section that trusts one issuer, whose keys are in a file."""
    (folder / "keys.json").write_text(json.dumps({"keys": [each.jwk for each in signers]}), encoding="utf-8")
    issuer = {
        "issuer": "https://login.example",
        "audience": AUDIENCE,
        "jwks_file": "keys.json",
        **more.pop("issuer", {}),
    }
    return {"issuers": [issuer], **more}
