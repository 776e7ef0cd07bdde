"""`interlace serve` as a process: HTTP, probes, signals."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from examples.storefront.run import Storefront
from tests.gateway.conftest import STOREFRONT

ROOT = STOREFRONT.parents[1]
RUN = "import sys; from federation.cli import main; sys.exit(main())"
GRAPHQL, JSON = "application/graphql-response+json", "application/json"


@dataclass(slots=True)
class Served:
    """The process, and a client of it."""

    process: asyncio.subprocess.Process
    http: httpx.AsyncClient


@asynccontextmanager
async def serving(
    shop: Storefront, *arguments: str, config: Path = STOREFRONT / "interlace.yaml"
) -> AsyncIterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-c",
            RUN,
            "serve",
            "-c",
            str(config),
            "--port",
            str(port),
            *arguments,
        ),
        env={**os.environ, **shop.environment(), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client, asyncio.timeout(60):
            while not await is_ready(client):
                pass
            yield Served(process, client)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)  # its workers too: one that is left would hold our end of its stderr
        await process.communicate()


async def is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(running_shop: Storefront) -> AsyncIterator[Served]:
    async with serving(running_shop) as found:
        yield found


@pytest.fixture
def http(served: Served, shop: Storefront) -> httpx.AsyncClient:
    return served.http


async def test_post_answers_json(http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": "{ user(id: 1) { name } }"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{JSON}; charset=utf-8"
    assert answer.json() == {"data": {"user": {"name": "Rūta García"}}}


async def test_get_answers_queries(http: httpx.AsyncClient) -> None:
    parameters = {"query": "query ($id: ID!) { user(id: $id) { id } }", "variables": '{"id": "2"}'}

    answer = await http.get("/graphql", params=parameters, headers={"accept": GRAPHQL})

    assert answer.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    assert answer.json() == {"data": {"user": {"id": "2"}}}


async def test_get_refuses_mutations(http: httpx.AsyncClient) -> None:
    query = 'mutation { updatePreferences(userId: 1, input: { theme: DARK, locale: "en" }) { theme } }'

    answer = await http.get("/graphql", params={"query": query}, headers={"accept": GRAPHQL})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL, 400), (JSON, 200)])
async def test_a_refused_operation_has_the_status_of_its_media_type(
    http: httpx.AsyncClient, accept: str, status: int
) -> None:
    answer = await http.post("/graphql", json={"query": "{ nothing }"}, headers={"accept": accept})

    assert answer.status_code == status
    assert "data" not in answer.json()


async def test_partial_answers_are_200(http: httpx.AsyncClient, shop: Storefront) -> None:
    await shop.set_fault("orders", "fail")

    answer = await http.post("/graphql", json={"query": "{ order(id: 1) { id } }"}, headers={"accept": GRAPHQL})

    assert answer.status_code == 200
    assert answer.json()["data"] == {"order": None}


async def test_browsers_get_graphiql_and_all_that_it_loads(http: httpx.AsyncClient) -> None:
    page = await http.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert (await http.get("/graphql/assets/graphiql.js")).status_code == 200


async def test_the_schema_can_be_asked_for(http: httpx.AsyncClient) -> None:
    query = '{ __type(name: "User") { fields { name } } __typename }'

    data = (await http.post("/graphql", json={"query": query})).json()["data"]

    assert [field["name"] for field in data["__type"]["fields"]].count("orders") == 1
    assert data["__typename"] == "Query"


async def test_the_probes_say_that_all_is_well(http: httpx.AsyncClient) -> None:
    assert (await http.get("/health/live")).status_code == 200
    assert (await http.get("/health/ready")).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_well_after_the_requests_in_flight(shop: Storefront, number: signal.Signals) -> None:
    async with serving(shop) as served:
        await shop.set_fault("users", "slow", seconds=0.5)
        asking = asyncio.gather(served.http.post("/graphql", json={"query": "{ user(id: 1) { name } }"}))
        async with asyncio.timeout(10):
            while "GET /users/{id}" not in await shop.calls():
                pass
        served.process.send_signal(number)

        (answer,) = await asking
        said = (await served.process.communicate())[1].decode()

    assert answer.json() == {"data": {"user": {"name": "Rūta García"}}}
    assert served.process.returncode == 0
    assert "Traceback" not in said


async def test_several_workers_serve_one_port(shop: Storefront) -> None:
    async with serving(shop, "--workers", "2") as served:
        answer = await served.http.post("/graphql", json={"query": "{ user(id: 1) { id } }"})
        served.process.send_signal(signal.SIGTERM)
        await served.process.communicate()

    assert answer.json() == {"data": {"user": {"id": "1"}}}
    assert served.process.returncode == 0


async def test_sighup_reloads_every_worker(shop: Storefront, tmp_path: Path) -> None:
    config = tmp_path / "interlace.yaml"
    config.write_text("server: {watch: false}\nsubgraphs: {a: {sdl: a.graphql, url: http://127.0.0.1:1}}\n")
    (tmp_path / "a.graphql").write_text("type Query { a: String }")
    async with serving(shop, "--workers", "2", config=config) as served:
        before = await version(served.http)
        (tmp_path / "a.graphql").write_text("type Query { a: String b: String }")
        served.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(60):
            # Each connection goes to one of the workers: many in a row are answered by both.
            while before in {await version(served.http) for _ in range(12)}:
                pass


async def version(http: httpx.AsyncClient) -> str:
    answer = await http.get("/health/ready", headers={"connection": "close"})
    found: str = answer.json()["version"]
    return found


async def test_workers_leave_when_their_parent_is_killed(shop: Storefront) -> None:
    async with serving(shop, "--workers", "2") as served:
        served.process.kill()
        async with asyncio.timeout(60):
            await served.process.communicate()  # ends when nobody holds the other end of its stderr

        with pytest.raises(httpx.TransportError):
            await served.http.get("/health/live")
