"""A Consul agent as its public API documentation describes it, for the parts that discovery uses.

It answers `GET /v1/health/service/:name` with blocking queries: an index that only grows, save after `restore`, a wait
that ends at the first change or in time, and ACL tokens.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson


@dataclass
class Instance:
    """One instance of a service, in the words of Consul's answer."""

    id: str
    port: int
    address: str = "127.0.0.1"
    tags: tuple[str, ...] = ()
    weight: int = 1
    status: str = "passing"
    zone: str = ""

    def as_json(self, service: str) -> dict[str, Any]:
        return {
            "Node": {"Node": "node", "Address": "127.0.0.9", "Datacenter": "dc1", "Meta": {}},
            "Service": {
                "ID": self.id,
                "Service": service,
                "Tags": list(self.tags),
                "Address": self.address,
                "Port": self.port,
                "Weights": {"Passing": self.weight, "Warning": 1},
                "Meta": {"zone": self.zone} if self.zone else {},
            },
            "Checks": [{"CheckID": f"service:{self.id}", "Status": self.status}],
        }


@dataclass
class Consul:
    """The agent; its methods are what happens to it."""

    token: str = ""
    instances: dict[str, Instance] = field(default_factory=dict)
    index: int = 10
    asked: list[dict[str, str]] = field(default_factory=list)
    sends_index: bool = True
    answer: bytes | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_asked(self, times: int) -> None:
        """Wait for that many questions."""
        async with asyncio.timeout(10):
            while len(self.asked) < times:
                self.arrived.clear()
                await self.arrived.wait()

    def register(self, *instances: Instance) -> None:
        self.instances.update({instance.id: instance for instance in instances})
        self._move()

    def deregister(self, instance_id: str) -> None:
        del self.instances[instance_id]
        self._move()

    def restore(self, *instances: Instance) -> None:
        """Come back from a snapshot: indexes begin anew."""
        self.instances = {instance.id: instance for instance in instances}
        self.index = 0
        self._move()

    def _move(self) -> None:
        self.index += 1
        self.changed.set()
        self.changed = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        parameters = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        tags = [value for name, value in parse_qsl(scope["query_string"].decode()) if name == "tag"]
        self.asked.append(parameters)
        self.arrived.set()
        if self.token and dict(scope["headers"]).get(b"x-consul-token", b"").decode() != self.token:
            await _reply(send, 403, b"Permission denied: token with AccessorID lacks permission 'service:read'", {})
            return
        await self._wait(parameters)
        service = scope["path"].rsplit("/", 1)[1]
        known = [
            instance.as_json(service)
            for instance in self.instances.values()
            if (instance.status == "passing" or "passing" not in parameters) and set(tags) <= set(instance.tags)
        ]
        body = self.answer if self.answer is not None else orjson.dumps(known)
        await _reply(send, 200, body, {"x-consul-index": str(self.index)} if self.sends_index else {})

    async def _wait(self, parameters: dict[str, str]) -> None:
        index = int(parameters.get("index", 0))
        if index and index >= self.index:
            try:
                async with asyncio.timeout(float(parameters["wait"].removesuffix("s"))):
                    await self.changed.wait()
            except TimeoutError:
                return


async def _reply(send: Any, status: int, body: bytes, headers: dict[str, str]) -> None:
    written = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": written})
    await send({"type": "http.response.body", "body": body})
