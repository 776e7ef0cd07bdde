"""Endpoints from Consul: passing instances of a service, by blocking queries on its health endpoint.

Consul's HTTP API, "Health" and "Blocking queries": https://developer.hashicorp.com/consul/api-docs/features/blocking
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from connectors.discovery.found import Found, FoundEndpoint, RegistryAway, complete, host_and_port, read_weight
from connectors.discovery.json_registry import asked, http_client, members, read_json

WAIT_SECONDS = 30
# Consul waits up to a sixteenth longer, so that its clients do not all come back at once.
READ_SECONDS = WAIT_SECONDS * 1.1 + 5
INDEX = "x-consul-index"


@dataclass(frozen=True, slots=True)
class ConsulQuery:
    """Which instances: those of `service` that have all `tags`, in a datacenter (the agent's own, if empty).

    With `stale` any server may answer, also one that lags behind a little, also while there is no leader.
    """

    service: str
    tags: Sequence[str] = ()
    datacenter: str = ""
    stale: bool = True


class ConsulRegistry:
    """Watches one service by one agent; `token` is an ACL token."""

    def __init__(
        self,
        url: str,
        query: ConsulQuery,
        token: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = http_client(url, READ_SECONDS)
        self._path = f"/v1/health/service/{quote(query.service, safe='')}"
        self._parameters: list[tuple[str, str]] = [
            ("passing", "true"),
            *(("tag", tag) for tag in query.tags),
            *([("dc", query.datacenter)] if query.datacenter else []),
            *([("stale", "")] if query.stale else []),
        ]
        self._headers = {"x-consul-token": token} if token else {}
        self._sleep = sleep

    async def watch(self) -> AsyncIterator[Found]:
        """The passing instances, again when Consul's index for them moves, or after half a minute."""
        index = 0
        while True:
            started = asyncio.get_running_loop().time()
            found, next_index = await self._ask(index)
            yield found
            if next_index is None:
                await self._sleep(WAIT_SECONDS)  # a proxy in between lost the index: ask as often as without news
                index = 0
                continue
            # "Reset the index if it goes backwards": after a restore the old one would wait for ever.
            index = 0 if next_index < index else max(next_index, 1)
            spent = asyncio.get_running_loop().time() - started
            await self._sleep(max(0.0, 1.0 - spent))

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _ask(self, index: int) -> tuple[Found, int | None]:
        waiting = [("index", str(index)), ("wait", f"{WAIT_SECONDS}s")] if index else []
        parameters = [*self._parameters, *waiting]
        async with asked(self._client, "GET", self._path, params=parameters, headers=self._headers) as response:
            body = await read_json(response)
            given = response.headers.get(INDEX, "")
        if not isinstance(body, list):
            raise RegistryAway("Consul's answer is not a list of instances")
        return complete(_endpoint(item) for item in body), int(given) if given.isdecimal() else None


def _endpoint(item: Any) -> FoundEndpoint:
    service, node = members(item, "Service"), members(item, "Node")
    host, port = service.get("Address") or node.get("Address"), service.get("Port")
    if not isinstance(host, str) or not isinstance(port, int):
        raise RegistryAway("an instance in Consul's answer has no address or no port")
    weight = read_weight(members(service, "Weights").get("Passing"))
    zone = members(service, "Meta").get("zone") or members(node, "Meta").get("zone") or ""
    return FoundEndpoint(host_and_port(host, port), weight, str(zone))
