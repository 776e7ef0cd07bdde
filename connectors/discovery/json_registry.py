"""What registries with an HTTP interface have in common: how they are asked, and what their failures mean."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson

from connectors.discovery.found import RegistryAway

CONNECT_SECONDS = 3.0
MOST_BYTES = 16 << 20


def http_client(base_url: str, read_seconds: float, trusted: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """A client for one registry; a read that takes longer than `read_seconds` fails.

    `trusted` replaces the system's trust store.
    """
    timeout = httpx.Timeout(CONNECT_SECONDS, read=read_seconds)
    return httpx.AsyncClient(
        base_url=base_url, timeout=timeout, verify=trusted or ssl.create_default_context(), trust_env=False
    )


class RegistrySilent(RegistryAway):
    """A registry said nothing for so long that it may be gone."""


@asynccontextmanager
async def asked(client: httpx.AsyncClient, method: str, path: str, **options: Any) -> AsyncIterator[httpx.Response]:
    """The registry's response, whose body is yet to be read. Raises RegistryAway unless its status is 200."""
    try:
        async with client.stream(method, path, **options) as response:
            if response.status_code != 200:
                text = (await response.aread())[:200].decode(errors="replace")
                raise RegistryAway(f"the registry answered with status {response.status_code}: {text}")
            yield response
    except httpx.ReadTimeout as error:
        raise RegistrySilent("the registry said nothing for too long") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RegistryAway(f"the registry cannot be asked: {str(error) or type(error).__name__}") from error


async def read_json(response: httpx.Response) -> Any:
    """The whole body, as JSON. Raises RegistryAway."""
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > MOST_BYTES:
            raise RegistryAway(f"the registry's answer is larger than {MOST_BYTES} bytes")
    return parse(bytes(body))


async def read_lines(response: httpx.Response) -> AsyncIterator[Any]:
    """Every line of the body, as JSON, as it comes. Raises RegistryAway."""
    async for line in response.aiter_lines():
        if len(line) > MOST_BYTES:
            raise RegistryAway(f"the registry's answer is larger than {MOST_BYTES} bytes")
        if line.strip():
            yield parse(line)


def parse(text: str | bytes) -> Any:
    """JSON from a registry. Raises RegistryAway."""
    try:
        return orjson.loads(text)
    except ValueError as error:
        raise RegistryAway(f"the registry's answer is not JSON: {error}") from error


def members(value: Any, *names: str) -> Mapping[str, Any]:
    """The object that stands below these names, or an empty one."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
