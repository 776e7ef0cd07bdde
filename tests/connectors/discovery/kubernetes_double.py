"""A Kubernetes API server as its public API reference describes it: EndpointSlices, listed and watched with resuming.

Nothing here runs Kubernetes: the real server cannot run in a test.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import orjson


def endpoint_slice(name: str, *addresses: str, ready: bool | None = True, ports: Any = None) -> dict[str, Any]:
    """An EndpointSlice of the service `users`."""
    conditions = {} if ready is None else {"ready": ready, "serving": True, "terminating": not ready}
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/service-name": "users"}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": conditions, "zone": "a"} for address in addresses],
        "ports": ports or [{"name": "http", "port": 8080, "protocol": "TCP"}],
    }


@dataclass
class Kubernetes:
    """The API server; its methods are what happens to it. Watches may resume from any version since `oldest`."""

    token: str = "pod-token"
    version: int = 100
    oldest: int = 0
    slices: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    breaks: asyncio.Event = field(default_factory=asyncio.Event)

    def apply(self, item: dict[str, Any]) -> None:
        name = item["metadata"]["name"]
        self._tell("MODIFIED" if name in self.slices else "ADDED", item)
        self.slices[name] = item

    def delete(self, name: str) -> None:
        self._tell("DELETED", self.slices.pop(name))

    def compact(self) -> None:
        """Forget all history, and end all watches."""
        self.version += 1
        self.oldest = self.version
        self.events.clear()
        self.break_watches()

    def break_watches(self) -> None:
        self.breaks.set()
        self.breaks = asyncio.Event()
        self._wake()

    def _tell(self, kind: str, item: dict[str, Any]) -> None:
        self.version += 1
        item["metadata"]["resourceVersion"] = str(self.version)
        self.events.append((self.version, {"type": kind, "object": item}))
        self._wake()

    def _wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        parameters = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        self.asked.append({**parameters, "path": scope["path"]})
        authorised = dict(scope["headers"]).get(b"authorization") == f"Bearer {self.token}".encode()
        status = 200 if authorised else 401
        await send({"type": "http.response.start", "status": status, "headers": []})
        if not authorised:
            await send({"type": "http.response.body", "body": b'{"kind":"Status","reason":"Unauthorized"}'})
        elif "watch" in parameters:
            await self._watch(int(parameters["resourceVersion"]), send)
        else:
            metadata = {"resourceVersion": str(self.version)}
            body = {"kind": "EndpointSliceList", "metadata": metadata, "items": list(self.slices.values())}
            await send({"type": "http.response.body", "body": orjson.dumps(body)})

    async def _watch(self, version: int, send: Any) -> None:
        breaks = self.breaks
        if version < self.oldest:
            status = {"kind": "Status", "code": 410, "reason": "Expired"}
            await _line(send, {"type": "ERROR", "object": status})
            await send({"type": "http.response.body", "body": b""})
            return
        await _line(send, {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(version)}}})
        while not breaks.is_set():
            changed = self.changed
            for at, event in self.events:
                if at > version:
                    version = at
                    await _line(send, event)
            await changed.wait()
        await send({"type": "http.response.body", "body": b""})


async def _line(send: Any, value: dict[str, Any]) -> None:
    await send({"type": "http.response.body", "body": orjson.dumps(value) + b"\n", "more_body": True})
