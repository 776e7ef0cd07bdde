"""What operators do, and what comes of it."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from federation.request import ClientRequest
from tests.federation.admin.administered_gateway import TOKEN, administered


async def test_a_circuit_that_is_forced_open_shows_in_answers_until_it_is_given_back(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        forced = await admin.post("/services/shop/force", {"mode": "open"})
        refused = await admin.query()
        seen = await admin.get("/services/shop")
        await admin.post("/services/shop/force", {"mode": "configured"})
        answered = await admin.query()

    assert forced.json()["workers"] == {"done": [0], "missing": []}
    assert forced.json()["after"]["mode"] == "forced_open"
    assert refused["errors"][0]["extensions"]["code"] == "CIRCUIT_OPEN"
    assert (seen["mode"], seen["why"]) == ("forced_open", "opened by hand: no call is let through")
    assert answered == {"data": {"a": "a"}}


async def test_an_endpoint_is_drained_beside_traffic_and_no_query_fails(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:

        async def keep_asking() -> list[dict[str, Any]]:
            return [await admin.query() for _ in range(50)]

        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(keep_asking()) for _ in range(4)]
            drained = await admin.post("/services/shop/drain", {"endpoint": admin.places[0]})
        admin.asked.clear()
        for _ in range(6):
            await admin.query()
        seen = {each["address"]: each["state"] for each in (await admin.get("/services"))["services"][0]["endpoints"]}

    assert drained.status_code == 200
    assert all(answer == {"data": {"a": "a"}} for task in asking for answer in task.result())
    assert set(admin.asked) == {"second"}
    assert seen[f"http://{admin.places[0]}"] == "drained"


async def test_a_drained_endpoint_gets_calls_again_when_it_is_restored(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        await admin.post("/services/shop/drain", {"endpoint": admin.places[0]})
        await admin.post("/services/shop/restore", {"endpoint": f"http://{admin.places[0]}"})
        for _ in range(6):
            await admin.query()

    assert set(admin.asked) == {"first", "second"}


async def test_the_last_endpoint_is_drained_only_when_that_is_said(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        await admin.post("/services/shop/drain", {"endpoint": admin.places[0]})
        refused = await admin.post("/services/shop/drain", {"endpoint": admin.places[1]})
        answered = await admin.query()
        done = await admin.post("/services/shop/drain", {"endpoint": admin.places[1], "last": True})
        failed = await admin.query()

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "LAST_ENDPOINT")
    assert "errors" not in answered
    assert done.status_code == 200
    assert failed["errors"][0]["extensions"]["code"] == "NO_HEALTHY_ENDPOINT"


async def test_decisions_outlive_a_reload(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        await admin.post("/services/shop/drain", {"endpoint": admin.places[0]})
        await admin.post("/services/shop/weigh", {"endpoint": admin.places[1], "weight": 7})
        (tmp_path / "shop.graphql").write_text("type Query { a: String c: String }")
        reloaded = (await admin.post("/reload")).json()
        endpoints = (await admin.get("/services/shop"))["endpoints"]
        decided = (await admin.get("/decisions"))["services"]

    assert reloaded["changed"]
    assert [(each["state"], each["weight"]) for each in endpoints] == [("drained", 1.0), ("ready", 7.0)]
    assert decided == {"shop": {"mode": None, "drained": [admin.places[0]], "weights": {admin.places[1]: 7.0}}}


async def test_a_reload_says_the_version_and_a_bad_one_all_problems(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        before = admin.gateway.version
        (tmp_path / "shop.graphql").write_text("type Query { c: String }")
        good = await admin.post("/reload")
        (tmp_path / "shop.graphql").write_text("type Query { c: Missing d: Gone }")
        bad = await admin.post("/reload")
        status = await admin.get("/status")

    assert good.status_code == 200
    assert good.json()["versions"] == [status["version"]] != [before]
    assert bad.status_code == 422
    assert bad.json()["error"]["code"] == "CONFIGURATION_INVALID"
    assert len(bad.json()["problems"]) == 2
    assert status["workers"][0]["last_reload"]["problems"] == bad.json()["problems"]


async def test_what_was_kept_is_asked_for_again_after_a_purge(tmp_path: Path) -> None:
    async with administered(tmp_path, more="cache: {default: 60s}") as admin:
        await admin.query("{ b }")
        await admin.query("{ b }")
        before = len(admin.asked)
        purged = [await admin.post("/cache/purge", {"service": "shop"}), await admin.query("{ b }")]
        purged += [await admin.post("/cache/purge", {"all": True}), await admin.query("{ b }")]
        purged += [await admin.post("/cache/purge", {"type": "Other", "key": {"id": 1}}), await admin.query("{ b }")]
        cache = await admin.get("/cache")

    assert before == 1
    assert len(admin.asked) == 3
    assert cache["invalidations"] == 3


WRONG: list[tuple[str, Any, int, str]] = [
    ("/services/shp/force", {"mode": "open"}, 404, "did you mean 'shop'?"),
    ("/services/shop/force", {"mode": "ajar"}, 400, "expected one of open, closed"),
    ("/services/shop/force", {"mod": "open"}, 400, "did you mean 'mode'?"),
    ("/services/shop/force", {}, 400, "'mode': expected a text"),
    ("/services/shop/force", ["open"], 400, "a JSON object"),
    ("/services/shop/drain", {"endpoint": "127.0.0.1:1"}, 404, "no endpoint of 'shop'"),
    ("/services/shop/drain", {"endpoint": ""}, 400, "expected a text"),
    ("/services/shop/weigh", {"endpoint": "x", "weight": -1}, 400, "a number above 0"),
    ("/services/shop/weigh", {"endpoint": "x"}, 400, "a number above 0"),
    ("/services/shop/explode", {}, 404, "there is no path"),
    ("/services//force", {"mode": "open"}, 404, "there is no path"),
    ("/cache/purge", {}, 400, "say what is purged"),
    ("/cache/purge", {"type": "A", "tag": "b"}, 400, "say what is purged"),
    ("/cache/purge", {"tag": "b", "key": {"id": 1}}, 400, "say what is purged"),
    ("/cache/purge", {"all": "yes"}, 400, "expected true or false"),
    ("/revoke", {}, 400, "one of subject, token id and token hash"),
    ("/revoke", {"token_hash": "abc"}, 400, "64 hexadecimal digits"),
    ("/reload", {"now": True}, 400, "there is no member 'now'"),
    ("/status", {}, 405, "read by GET"),
    ("/metrics", {}, 405, "read by GET"),
]


async def test_what_cannot_be_done_is_said_with_what_can(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        answers = [(await admin.post(path, told), status, said) for path, told, status, said in WRONG]

    assert [answer.status_code for answer, _, _ in answers] == [status for _, status, _ in answers]
    assert [answer.text for answer, _, said in answers if said not in answer.json()["error"]["message"]] == []


async def test_actions_are_done_by_post_alone(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        answers = [
            await admin.http.request(method, "/reload", headers={"authorization": f"Bearer {TOKEN}"})
            for method in ("GET", "PUT", "DELETE")
        ]

    assert {(answer.status_code, answer.headers["allow"]) for answer in answers} == {(405, "POST")}


async def test_large_and_broken_bodies_are_refused(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        headers = {"authorization": f"Bearer {TOKEN}"}
        large = await admin.http.post("/revoke", content=b"x" * (1 << 20), headers=headers)
        broken = await admin.http.post("/revoke", content=b'{"subject"', headers=headers)

    assert (large.status_code, broken.status_code) == (413, 400)


async def test_every_action_leaves_a_line_that_says_who_did_what_to_what(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "interlace.audit")
    async with administered(tmp_path) as admin:
        await admin.post("/services/shop/force", {"mode": "open"})
        await admin.post("/services/none/force", {"mode": "open"})
    done, refused = [record.__dict__["audit"] for record in caplog.records if record.name == "interlace.audit"]

    assert (done["token"], done["action"], done["result"]) == ("ada", "force", "done")
    assert done["target"] == {"service": "shop", "mode": "open"}
    assert (done["before"]["mode"], done["after"]["mode"]) == (None, "forced_open")
    assert (refused["action"], refused["result"]) == ("/services/none/force", "NOT_FOUND")
    assert TOKEN not in caplog.text


async def test_the_administration_answers_while_the_door_refuses_everybody(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        assert admin.door.limiter is not None
        while admin.door.enter():
            pass
        refused = admin.door.enter()
        door = (await admin.get("/limits"))["doors"][0]

    assert not refused
    assert door["in_flight"] == door["limit"]
    assert door["refused"] >= 1


async def test_a_request_in_flight_to_a_drained_endpoint_is_finished(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin, asyncio.TaskGroup() as group:
        asking = [group.create_task(admin.gateway.answer(ClientRequest("{ a }"))) for _ in range(10)]
        await asyncio.sleep(0)
        await admin.post("/services/shop/drain", {"endpoint": admin.places[0]})

    assert all(b'"errors"' not in each.result().body for each in asking)
