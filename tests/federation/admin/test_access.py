"""Who may ask the administration, and by which name."""

import logging
from pathlib import Path

import httpx
import pytest

from tests.federation.admin.administered_gateway import READER, TOKEN, Administration, administered


async def test_nobody_is_let_in_without_a_token_not_even_to_the_metrics(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        answers = [await admin.http.get(path) for path in ("/", "/status", "/metrics", "/nowhere")]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["error"]["code"] for answer in answers} == {"UNAUTHENTICATED"}


async def test_a_wrong_token_is_no_token(tmp_path: Path) -> None:
    wrong = ("Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer", "Bearer \xe9")
    async with administered(tmp_path) as admin:
        answers = [await admin.http.get("/status", headers={"authorization": said.encode("latin-1")}) for said in wrong]

    assert {answer.status_code for answer in answers} == {401}


async def test_a_reader_may_look_and_not_act(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        seen = await admin.http.get("/services", headers={"authorization": f"Bearer {READER}"})
        refused = await admin.post("/services/shop/force", {"mode": "open"}, token=READER)
        answer = await admin.query()

    assert seen.status_code == 200
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert answer == {"data": {"a": "a"}}


async def test_wrong_tokens_are_bounded_and_lock_nobody_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "interlace.audit")
    async with administered(tmp_path) as admin:
        statuses = [
            (await admin.http.get("/status", headers={"authorization": "Bearer x"})).status_code for _ in range(15)
        ]
        status = await admin.get("/status")

    assert statuses == [401] * 10 + [429] * 5
    assert status["workers"]
    assert len([record for record in caplog.records if record.name == "interlace.audit"]) == 10


async def test_a_name_that_leads_here_is_not_served(tmp_path: Path) -> None:
    foreign = ("evil.example", "evil.example:9901", "127.0.0.1.evil.example", "")
    async with administered(tmp_path, admin="open_metrics: true") as admin:
        answers = [await asked_by(admin, host) for host in foreign]

    assert {(answer.status_code, answer.json()["error"]["code"]) for answer in answers} == {(421, "HOST_UNKNOWN")}


async def test_addresses_and_names_that_are_listed_are_served(tmp_path: Path) -> None:
    known = ("localhost", "LOCALHOST:9901", "[::1]:9901", "10.1.2.3", "gateway.internal")
    async with administered(tmp_path, admin="hosts: [gateway.internal]") as admin:
        answers = [await asked_by(admin, host) for host in known]

    assert {answer.status_code for answer in answers} == {200}


async def test_pages_in_browsers_are_refused_whatever_they_know(tmp_path: Path) -> None:
    said = ({"origin": "http://127.0.0.1:4000"}, {"sec-fetch-site": "cross-site"})
    async with administered(tmp_path) as admin:
        answers = [
            await admin.http.post("/reload", headers={**header, "authorization": f"Bearer {TOKEN}"}) for header in said
        ]

    assert {answer.status_code for answer in answers} == {403}


async def test_metrics_may_be_opened_and_nothing_else_is(tmp_path: Path) -> None:
    async with administered(tmp_path, admin="open_metrics: true") as admin:
        metrics = await admin.http.get("/metrics")
        status = await admin.http.get("/status")

    assert (metrics.status_code, status.status_code) == (200, 401)


async def asked_by(admin: Administration, host: str) -> httpx.Response:
    return await admin.http.get("/metrics", headers={"host": host, "authorization": f"Bearer {TOKEN}"})
