"""Which answers of services are kept, for whom, and for how long (RFC 9111)."""

from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.federation.routes.callers import ADA, AUTHENTICATION, BOB, by
from tests.federation.routes.routed_gateway import Noting, reply, routed
from tests.redis_server import RedisServer
from tests.serving import serving

ROUTE = "- {path: /api/*, service: users, rewrite: /*, public: true, methods: [GET, PUT]}"


def counting(status: int = 200, **headers: str) -> Noting:
    """A service that says how often it was asked."""

    async def answers(asked: dict[str, object], send: object) -> None:
        await reply(send, len(service.asked), status, **({} if asked["method"] == "PUT" else headers))

    service = Noting(answers=answers)
    return service


async def twice(
    folder: Path, service: Noting, *, first: Mapping[str, str] = {}, second: Mapping[str, str] = {}, more: str = ""
) -> httpx.Response:
    async with routed(folder, service, ROUTE, more) as gateway:
        await gateway.http.get("/api/x", headers=first)
        return await gateway.http.get("/api/x", headers=second)


async def test_what_a_service_says_is_good_for_a_while_is_kept(tmp_path: Path) -> None:
    response = await twice(tmp_path, counting(cache_control="max-age=60"))

    assert (response.json(), response.headers["age"]) == (1, "0")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cache_control": "no-store"},
        {"cache_control": "max-age=0"},
        {"cache_control": "no-cache"},
        {"cache_control": "max-age=60", "set_cookie": "a=1"},
        {"cache_control": "max-age=60", "vary": "*"},
        {"cache_control": "private, max-age=60"},
        {"cache_control": "max-age=60", "age": "61"},
    ],
)
async def test_what_may_not_be_shared_with_strangers_is_not_kept(tmp_path: Path, headers: dict[str, str]) -> None:
    response = await twice(tmp_path, counting(**headers))

    assert response.json() == 2


@pytest.mark.parametrize("status", [201, 302, 400, 403])
async def test_only_final_answers_are_kept(tmp_path: Path, status: int) -> None:
    response = await twice(tmp_path, counting(status, cache_control="max-age=60"))

    assert response.json() == 2


async def test_that_there_is_nothing_is_kept_too(tmp_path: Path) -> None:
    response = await twice(tmp_path, counting(404, cache_control="max-age=60"))

    assert (response.status_code, response.json()) == (404, 1)


@pytest.mark.parametrize("name", ["authorization", "cookie"])
async def test_answers_to_credentials_that_the_gateway_does_not_know_are_not_kept(tmp_path: Path, name: str) -> None:
    response = await twice(tmp_path, counting(cache_control="max-age=60"), first={name: "a"}, second={name: "b"})

    assert response.json() == 2


async def test_they_are_kept_where_the_service_says_that_they_are_for_all(tmp_path: Path) -> None:
    credentials = {"authorization": "a"}
    response = await twice(tmp_path, counting(cache_control="public, max-age=60"), first=credentials)

    assert response.json() == 1


async def test_private_answers_are_kept_for_who_asked_and_for_nobody_else(tmp_path: Path) -> None:
    service = counting(cache_control="private, max-age=60")
    async with routed(tmp_path, service, ROUTE, AUTHENTICATION) as gateway:
        found = [(await gateway.http.get("/api/x", headers=by(key))).json() for key in (ADA, ADA, BOB, ADA)]

    assert found == [1, 1, 2, 1]


async def test_answers_are_told_apart_by_the_headers_that_they_vary_by(tmp_path: Path) -> None:
    service = counting(cache_control="max-age=60", vary="Accept-Language")
    async with routed(tmp_path, service, ROUTE) as gateway:
        asked = [{"accept-language": each} for each in ("de", "en", "de", "en")]
        found = [(await gateway.http.get("/api/x", headers=headers)).json() for headers in asked]

    assert found == [1, 2, 1, 2]


@pytest.mark.parametrize(
    "headers",
    [{"cache-control": "no-cache"}, {"pragma": "no-cache"}, {"cache-control": "min-fresh=61"}, {"range": "bytes=0-1"}],
)
async def test_clients_may_ask_for_a_new_answer(tmp_path: Path, headers: dict[str, str]) -> None:
    response = await twice(tmp_path, counting(cache_control="max-age=60"), second=headers)

    assert response.json() == 2


async def test_a_client_that_has_the_answer_is_told_that_it_holds(tmp_path: Path) -> None:
    known = {"if-none-match": 'W/"x", "v1"'}
    response = await twice(tmp_path, counting(cache_control="max-age=60", etag='"v1"'), second=known)

    assert (response.status_code, response.headers["etag"], response.content) == (304, '"v1"', b"")


async def test_a_change_of_a_resource_makes_what_is_kept_of_it_invalid(tmp_path: Path) -> None:
    async with routed(tmp_path, counting(cache_control="max-age=60"), ROUTE) as gateway:
        await gateway.http.get("/api/x?a=1")
        await gateway.http.put("/api/x", content=b"1")
        response = await gateway.http.get("/api/x?a=1")

    assert response.json() == 3


async def test_nothing_is_kept_where_the_cache_or_the_route_says_so(tmp_path: Path) -> None:
    service = counting(cache_control="max-age=60")
    off = await twice(tmp_path, service, more="cache: {enabled: false}")

    assert off.json() == 2


async def test_an_invalidation_of_the_service_reaches_what_is_kept_of_its_routes(tmp_path: Path) -> None:
    async with routed(tmp_path, counting(cache_control="max-age=60", cache_tag="a b"), ROUTE) as gateway:
        found = []
        for tag in ("other", "service:users", "tag:b"):
            await gateway.http.get("/api/x")
            await gateway.gateway.cache.invalidate([tag])
            found.append((await gateway.http.get("/api/x")).json())

    assert found == [1, 2, 3]


async def test_replicas_share_what_is_kept_by_redis(tmp_path: Path, redis_server: RedisServer) -> None:
    service = counting(cache_control="max-age=60")
    more = f"redis: {{url: '{redis_server.url}', timeout: 1s}}"
    async with serving(service) as address:
        endpoint = f"services: {{users: {{endpoints: ['{address.removeprefix('http://')}']}}}}\n"
        async with routed(tmp_path, address, ROUTE, endpoint + more) as one:
            await one.http.get("/api/x")
            await one.gateway.cache.background.settle()
            async with routed(tmp_path, address, ROUTE, endpoint + more) as other:
                response = await other.http.get("/api/x")

    assert response.json() == 1
