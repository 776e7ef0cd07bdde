"""A service that is reached by HTTP, at real endpoints."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.errors import BindingInvalid, NotConnected
from connectors.traffic.http_service import HttpService

Answering = Callable[[str], Awaitable[Any]]


def soon() -> float:
    return asyncio.get_running_loop().time() + 5


async def test_requests_go_round_the_endpoints(answering: Answering) -> None:
    servers = [await answering(name) for name in "ab"]
    users = HttpService("users", [server.url for server in servers])
    bodies = [(await users.request("GET", "/users", [], None, soon())).body for _ in range(6)]
    await users.close()
    assert bodies == [b"a", b"b"] * 3


@pytest.mark.parametrize(
    ("base", "target", "sent"),
    [
        ("", "/users?id=1", "/users?id=1"),
        ("/", "/users", "/users"),
        ("/v1", "/users", "/v1/users"),
        ("/v1/", "/users", "/v1/users"),
        ("/graphql", "", "/graphql"),
        ("/graphql/", "", "/graphql/"),
        ("", "", "/"),
    ],
)
async def test_the_path_of_the_base_url_comes_before_the_target(
    answering: Answering, base: str, target: str, sent: str
) -> None:
    server = await answering("a")
    users = HttpService("users", [server.url + base])
    await users.request("GET", target, [], None, soon())
    await users.close()
    assert server.targets == [sent]


async def test_a_stopped_endpoint_fails_no_request_however_little_idempotent(answering: Answering) -> None:
    servers = [await answering(name) for name in "abc"]
    users = HttpService("users", [server.url for server in servers])
    await servers[1].stop()
    bodies = Counter([(await users.request("POST", "/", [], b"", soon())).body for _ in range(12)])
    await users.close()
    assert set(bodies) == {b"a", b"c"}
    assert sum(bodies.values()) == 12


async def test_an_endpoint_that_stops_between_requests_fails_no_idempotent_request(answering: Answering) -> None:
    servers = [await answering(name) for name in "ab"]
    users = HttpService("users", [server.url for server in servers])
    for _ in range(2):
        await users.request("GET", "/", [], None, soon(), idempotent=True)
    await servers[0].stop()
    bodies = [(await users.request("GET", "/", [], None, soon(), idempotent=True)).body for _ in range(4)]
    await users.close()
    assert bodies == [b"b"] * 4


async def test_a_service_that_is_wholly_down_is_one_error_without_addresses(answering: Answering) -> None:
    servers = [await answering(name) for name in "ab"]
    users = HttpService("users", [server.url for server in servers])
    for server in servers:
        await server.stop()
    with pytest.raises(NotConnected) as caught:
        await users.request("GET", "/", [], None, soon())
    await users.close()
    assert str(caught.value) == "the service cannot be reached"
    assert all(server.url in caught.value.detail for server in servers)


def test_making_a_service_needs_no_loop() -> None:
    users = HttpService("users", ["http://127.0.0.1:1/v1", "https://users.example"])
    assert [endpoint.address for endpoint in users.endpoints] == ["http://127.0.0.1:1/v1", "https://users.example"]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("127.0.0.1:80", "begin with http://"),
        ("ftp://host", "begin with http://"),
        ("http://", "names no host"),
        ("http://host:99999", "out of range"),
        ("http://[::1", "Invalid IPv6 URL"),
        ("http://user:secret@host", "credentials"),
        ("http://host/?a=b", "no query"),
        ("http://host/a b", "printable ASCII"),
        ("http://host/\r\nx: y", "printable ASCII"),
    ],
)
def test_a_base_url_that_is_none_is_refused_with_what_is_wrong(url: str, problem: str) -> None:
    with pytest.raises(BindingInvalid, match=problem):
        HttpService("users", [url])
