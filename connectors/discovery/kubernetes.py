"""Endpoints from Kubernetes: the EndpointSlices of a service, listed and then watched (`discovery.k8s.io/v1`).

API conventions for watches: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.discovery.found import Found, FoundEndpoint, RegistryAway, complete, host_and_port
from connectors.discovery.json_registry import asked, http_client, members, read_json, read_lines

WATCH_SECONDS = 30
READ_SECONDS = WATCH_SECONDS + 10.0
MOUNTED = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True, slots=True)
class KubernetesQuery:
    """Which endpoints: those of a service in a namespace, at the port of this name (the only one, if empty)."""

    namespace: str
    service: str
    port: str = ""


class KubernetesRegistry:
    """Watches one service by the API server at `url`, with the token and the authority mounted in every pod."""

    def __init__(self, url: str, query: KubernetesQuery, mounted: Path = MOUNTED) -> None:
        authority = mounted / "ca.crt"
        trusted = ssl.create_default_context(cafile=authority) if authority.exists() else None
        self._client = http_client(url, READ_SECONDS, trusted)
        self._path = f"/apis/discovery.k8s.io/v1/namespaces/{query.namespace}/endpointslices"
        self._selector = {"labelSelector": f"kubernetes.io/service-name={query.service}"}
        self._port = query.port
        self._token = mounted / "token"

    async def watch(self) -> AsyncIterator[Found]:
        """The ready endpoints, again after every change of a slice."""
        async with asked(self._client, "GET", self._path, params=self._selector, headers=self._headers()) as response:
            listed = await read_json(response)
        slices = {_name(item): item for item in listed.get("items") or ()}
        yield self._found(slices)
        version = str(members(listed, "metadata").get("resourceVersion", ""))
        while True:
            parameters = {
                **self._selector,
                "watch": "1",
                "resourceVersion": version,
                "allowWatchBookmarks": "true",
                "timeoutSeconds": str(WATCH_SECONDS),
            }
            async with asked(self._client, "GET", self._path, params=parameters, headers=self._headers()) as response:
                async for event in read_lines(response):
                    item = members(event, "object")
                    kind = event.get("type")
                    if kind == "ERROR":
                        return  # most often 410: the version is too old, so the slices are listed anew
                    version = str(members(item, "metadata").get("resourceVersion", version))
                    if kind != "BOOKMARK":
                        slices.pop(_name(item), None)
                        if kind != "DELETED":
                            slices[_name(item)] = item
                    yield self._found(slices)
            yield self._found(slices)  # nothing has changed for so long, which is an answer too

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    def _headers(self) -> Mapping[str, str]:
        # Kubernetes replaces the token's file every hour or so.
        return {"authorization": f"Bearer {self._token.read_text().strip()}"} if self._token.exists() else {}

    def _found(self, slices: Mapping[str, Any]) -> Found:
        return complete(endpoint for item in slices.values() for endpoint in self._endpoints(item))

    def _endpoints(self, item: Mapping[str, Any]) -> Iterator[FoundEndpoint]:
        ports = [port for port in item.get("ports") or () if not self._port or port.get("name") == self._port]
        if not ports or not isinstance(ports[0].get("port"), int):
            return
        if len(ports) > 1:
            names = ", ".join(sorted(str(port.get("name")) for port in ports))
            raise RegistryAway(f"the Kubernetes service has several ports: name one of {names}")
        for endpoint in item.get("endpoints") or ():
            # A condition that is not there is unknown, which has to be read as ready.
            if members(endpoint, "conditions").get("ready", True) is not False:
                for address in endpoint.get("addresses") or ():
                    yield FoundEndpoint(host_and_port(address, ports[0]["port"]), 1, endpoint.get("zone") or "")


def _name(item: Mapping[str, Any]) -> str:
    return str(members(item, "metadata").get("name", ""))
