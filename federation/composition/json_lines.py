"""One composition per line of JSON, for tools that compare composers."""

from typing import Any

import orjson

from federation.composition.compose import compose
from schemas.subgraph import Subgraph


class LineInvalid(Exception):
    """A line is not what it should be; the message says how it should be."""


def compose_line(line: str | bytes) -> str:
    """Compose `{"services": [{"name", "url", "sdl"}]}`.

    Gives `{"supergraphSdl", "publicSdl", "errors": [{"code", "message"}]}`, in which either both SDLs or `errors` are
    null. Raises LineInvalid when the line is not such an object.
    """
    result = compose(_services(line))
    errors = [{"code": error.code, "message": error.message} for error in result.errors]
    answer = {
        "supergraphSdl": result.supergraph_sdl if not errors else None,
        "publicSdl": result.public_sdl if not errors else None,
        "errors": errors or None,
    }
    return orjson.dumps(answer).decode()


def _services(line: str | bytes) -> list[Subgraph]:
    try:
        found: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise LineInvalid(f"expected an object in JSON: {error}") from error
    services = found.get("services") if isinstance(found, dict) else None
    if not isinstance(services, list):
        raise LineInvalid('expected an object with "services", a list')
    return [_subgraph(service) for service in services]


def _subgraph(service: Any) -> Subgraph:
    if not isinstance(service, dict) or not isinstance(service.get("sdl"), str):
        raise LineInvalid('each of "services" must be an object with "name" and "sdl", which are strings')
    name, url = service.get("name"), service.get("url")
    if not isinstance(name, str) or not isinstance(url, str | None):
        raise LineInvalid('"name" must be a string, "url" a string or null')
    return Subgraph(name=name, sdl=service["sdl"], url=url or "")
