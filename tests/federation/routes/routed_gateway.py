"""A gateway on a real port with routes of a test's own, over a real service that does what the test says."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent
from typing import Any

import httpx
import orjson

from federation.assembly.open_gateway import open_gateway
from federation.cli.server import make_edge
from federation.config.read import parse_config
from federation.gateway import Gateway
from tests.serving import serving

SDL = """
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key"])
  @link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@connect", "@source"])
  @source(name: "users", http: { baseURL: "http://127.0.0.1:1" })

enum Theme { LIGHT DARK }
scalar BigInt

type User { id: ID! name: String email: String theme: Theme }
input NewUser { name: String! theme: Theme = LIGHT tags: [String!] }

type Query {
  user(id: ID!): User @connect(source: "users", http: { GET: "/users/{$args.id}" },
      selection: "id name: name? email: email? theme: theme?")
  users(first: Int!, themes: [Theme!], after: BigInt, exact: Boolean): [User!]
    @connect(
      source: "users"
      http: {
        GET: "/users?first={$args.first}&t={$args.themes->joinNotNull(',')}&after={$args.after}&exact={$args.exact}"
      }
      selection: "$.users { id name: name? email: email? theme: theme? }"
    )
}
type Mutation {
  addUser(input: NewUser!): User
    @connect(
      source: "users"
      http: { POST: "/users", body: "$args.input { name theme tags }" }
      selection: "id name: name? email: email? theme: theme?"
    )
}
"""

Application = Callable[[Any, Any, Any], Awaitable[None]]


async def read_all(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def reply(send: Any, body: Any = None, status: int = 200, **headers: str) -> None:
    text = body if isinstance(body, bytes) else orjson.dumps(body)
    lines = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    sent = [(name.encode(), value.encode("latin-1")) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": text})


@dataclass(slots=True)
class Noting:
    """A service that notes every request, and answers with what came, unless `answers` says otherwise."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    answers: Callable[[dict[str, Any], Any], Awaitable[None]] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = await read_all(receive)
        asked = {
            "method": scope["method"],
            "path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": [[name.decode(), value.decode("latin-1")] for name, value in scope["headers"]],
            "body": body.decode("latin-1"),
        }
        self.asked.append(asked)
        if self.answers is not None:
            await self.answers(asked, send)
        else:
            await reply(send, asked)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the last request."""
        return dict(self.asked[-1]["headers"])


@dataclass(slots=True)
class Routed:
    """The gateway as its clients have it."""

    http: httpx.AsyncClient
    gateway: Gateway
    url: str


@asynccontextmanager
async def routed(folder: Path, service: Application | str, routes: str, more: str = "") -> AsyncIterator[Routed]:
    """A gateway with these routes (a YAML list) over the service, which is called `users`."""
    if isinstance(service, str):
        async with _routed(folder, service, routes, more) as found:
            yield found
        return
    async with serving(service) as address, _routed(folder, address, routes, more) as found:
        yield found


@asynccontextmanager
async def _routed(folder: Path, address: str, routes: str, more: str) -> AsyncIterator[Routed]:
    (folder / "users.graphql").write_text(SDL)
    endpoint = address.removeprefix("http://")
    text = (
        f"subgraphs: {{users: {{sdl: users.graphql}}}}\n{more}\n"
        + ("" if "services:" in more else f"services: {{users: {{endpoints: ['{endpoint}'], timeout: 2s}}}}\n")
        + f"routes:\n{indent(routes, '  ')}"
    ).replace("ENDPOINT", endpoint)
    config = parse_config(text, folder / "interlace.yaml", {})
    async with (
        open_gateway(config) as gateway,
        serving(make_edge(config, gateway)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):
        yield Routed(client, gateway, url)


def code(response: httpx.Response) -> tuple[int, str]:
    """The status of a refusal, and its code."""
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]
