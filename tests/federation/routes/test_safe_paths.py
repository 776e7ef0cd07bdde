"""A path cannot lead around the route that stands before it."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.federation.routes.callers import AUTHENTICATION
from tests.federation.routes.routed_gateway import Noting, Routed, routed

ROUTES = """\
- {path: /api/*, service: users, rewrite: /*, public: true}
- {path: /api/admin/*, service: users, rewrite: /admin/*, roles: [admin]}
- {path: /files/*, service: users, rewrite: /files/*, public: true, loose_paths: true}
"""


async def ask(gateway: Routed, request: str) -> str:
    """Send a request as it is written, which no library would, and give the status line and all else that comes."""
    where = urlsplit(gateway.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(request.encode("latin-1"))
    found = (await reader.read()).decode("latin-1")
    writer.close()
    await writer.wait_closed()
    return found


async def get(gateway: Routed, path: str) -> str:
    return await ask(gateway, f"GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")


@pytest.mark.parametrize(
    "path",
    [
        "/api//admin/x",
        "/api/./admin/x",
        "/api/y/../admin/x",
        "/api/admin%2Fx",
        "/api/%2e/admin/x",
        "/api/admin;a/x",
        "/api/y%2f..%2fadmin/x",
        "/api\\admin\\x",
        "/api/%61dmin/x",
    ],
)
async def test_no_spelling_leads_around_a_guarded_route(tmp_path: Path, path: str) -> None:
    service = Noting()
    async with routed(tmp_path, service, ROUTES, AUTHENTICATION) as gateway:
        answer = await get(gateway, path)

    assert answer.split(" ")[1] in {"400", "401"}
    assert service.asked == []


async def test_a_route_that_says_so_gets_encoded_slashes_as_they_are(tmp_path: Path) -> None:
    service = Noting()
    async with routed(tmp_path, service, ROUTES, AUTHENTICATION) as gateway:
        answer = await get(gateway, "/files/group%2Fproject;v=1/x")

    assert answer.startswith("HTTP/1.1 200")
    assert service.asked[0]["path"] == "/files/group%2Fproject;v=1/x"


@pytest.mark.parametrize(
    "framing",
    [
        "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "content-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "content-length: 5, 5\r\n\r\nhello",
        "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        "content-length: +5\r\n\r\nhello",
    ],
)
async def test_a_body_whose_end_is_not_clear_reaches_no_service(tmp_path: Path, framing: str) -> None:
    service = Noting()
    route = "- {path: /u, service: users, public: true, methods: [POST]}"
    async with routed(tmp_path, service, route) as gateway:
        answer = await ask(gateway, f"POST /u HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{framing}")

    assert answer.split(" ")[1] == "400"
    assert service.asked == []
