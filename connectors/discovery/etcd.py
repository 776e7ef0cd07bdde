"""Endpoints from etcd: the values below a prefix, by its JSON gateway (etcd API v3, `range` and `watch`).

A value is `host:port`, or an object with `address`, and `weight` and `zone` where they matter.
"""

import base64
from collections.abc import AsyncIterator, Mapping
from typing import Any

from connectors.discovery.found import Found, FoundEndpoint, RegistryAway, complete, read_weight
from connectors.discovery.json_registry import (
    RegistrySilent,
    asked,
    http_client,
    members,
    parse,
    read_json,
    read_lines,
)

# A watch that is silent for so long is made anew, as the other side may be gone without a word.
SILENT_SECONDS = 30.0


class EtcdRegistry:
    """Watches the keys that begin with `prefix`; `user` and `password` where etcd asks for them."""

    def __init__(self, url: str, prefix: str, user: str = "", password: str = "") -> None:
        self._client = http_client(url, SILENT_SECONDS)
        self._range = {"key": _encoded(prefix.encode()), "range_end": _encoded(_end(prefix.encode()))}
        self._login = {"name": user, "password": password} if user else None

    async def watch(self) -> AsyncIterator[Found]:
        """The endpoints, again after every change below the prefix."""
        headers = await self._authenticate()
        async with asked(self._client, "POST", "/v3/kv/range", json=self._range, headers=headers) as response:
            listed = await read_json(response)
        values = {str(item.get("key")): str(item.get("value", "")) for item in listed.get("kvs") or ()}
        yield _found(values)
        start = int(members(listed, "header").get("revision", 0)) + 1
        create = {"create_request": {**self._range, "start_revision": str(start)}}
        try:
            async with asked(self._client, "POST", "/v3/watch", json=create, headers=headers) as response:
                async for line in read_lines(response):
                    result = members(line, "result")
                    if result.get("canceled") or not result:
                        return  # its revisions have been compacted away, or the watch has failed: list anew
                    if _changes(result, values):
                        yield _found(values)
        except RegistrySilent:
            return  # nothing has changed, or etcd is gone: listing anew will tell

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _authenticate(self) -> Mapping[str, str]:
        if self._login is None:
            return {}
        async with asked(self._client, "POST", "/v3/auth/authenticate", json=self._login) as response:
            token = (await read_json(response)).get("token")
        return {"authorization": str(token)}


def _changes(result: Mapping[str, Any], values: dict[str, str]) -> bool:
    """Change the values as the events say; whether there were any."""
    events = result.get("events") or ()
    for event in events:
        pair = members(event, "kv")
        if event.get("type") == "DELETE":
            values.pop(str(pair.get("key")), None)
        else:
            values[str(pair.get("key"))] = str(pair.get("value", ""))
    return bool(events)


def _found(values: Mapping[str, str]) -> Found:
    return complete(_endpoint(value) for value in values.values())


def _endpoint(value: str) -> FoundEndpoint:
    try:
        text = base64.b64decode(value).decode()
    except ValueError as error:
        raise RegistryAway("a value in etcd is not text") from error
    if not text.startswith("{"):
        return FoundEndpoint(text.strip())
    match parse(text):
        case {"address": str(address), **rest}:
            return FoundEndpoint(address, read_weight(rest.get("weight")), str(rest.get("zone", "")))
        case _:
            raise RegistryAway("a value in etcd has no `address`")


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _end(prefix: bytes) -> bytes:
    """The first key behind all that begin with the prefix."""
    stripped = prefix.rstrip(b"\xff")
    return stripped[:-1] + bytes([stripped[-1] + 1]) if stripped else b"\0"
