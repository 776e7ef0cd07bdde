"""What is kept and not fresh any more is asked about; requests for the same wait for one another where that helps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.errors import TimedOut
from federation.extensions.caching.cache import Cache, open_cache
from federation.request import RawHeaders
from federation.routes.kept_answers import KeptAnswers, Question
from federation.routes.reusing import Lines, Reusing
from federation.routes.routed import RoutedAnswer
from tests.federation.routes.routed_gateway import Noting, reply, routed

START = 1_700_000_000.0


@dataclass
class Service:
    """Answers with how often it was asked, and says of it what the test wants; `gate` holds its answers back."""

    said: dict[str, str]
    version: str = "v1"
    status: int = 200
    fails: bool = False
    asked: list[Lines | None] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def __call__(self, conditions: Lines | None) -> RoutedAnswer:
        self.asked.append(conditions)
        number = len(self.asked)
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            raise TimedOut("the service did not answer in time")
        headers: RawHeaders = tuple((name.encode(), value.encode()) for name, value in self.said.items())
        if "etag" in self.said:
            headers = (*(line for line in headers if line[0] != b"etag"), (b"etag", self.version.encode()))
        if conditions is not None and ("if-none-match", self.version) in conditions:
            return RoutedAnswer(304, headers, b"")
        return RoutedAnswer(self.status, headers, str(number).encode())


@dataclass
class Route:
    """A route with a clock of its own."""

    reusing: Reusing
    cache: Cache
    service: Service
    now: float = START

    async def get(self, scope: str = "", *, has_credentials: bool = False, **headers: str) -> RoutedAnswer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.reusing.respond(Question("/x", "GET", sent, scope, has_credentials), self.service)

    async def at_once(self, count: int) -> list[bytes]:
        """The bodies that so many callers get who ask while the service holds its answers back."""
        self.service.gate = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.get()) for _ in range(count)]
            for _ in range(20):
                await asyncio.sleep(0)
            self.service.gate.set()
        self.service.gate = None
        return [task.result().body for task in tasks]


@asynccontextmanager
async def route(**said: str) -> AsyncIterator[Route]:
    async with open_cache(None, clock=lambda: made.now) as cache:
        service = Service({name.replace("_", "-"): value for name, value in said.items()})
        made = Route(Reusing(KeptAnswers(cache, "users", "/x")), cache, service)
        yield made


async def test_a_stale_answer_that_still_holds_is_used_again() -> None:
    async with route(cache_control="max-age=10", etag="v1") as users:
        await users.get()
        users.now += 11
        second = await users.get()
        users.now += 9
        third = await users.get()

    assert users.service.asked == [None, (("if-none-match", "v1"),)]
    assert (second.status, second.body, third.body) == (200, b"1", b"1")
    assert dict(third.headers)[b"age"] == b"9"


async def test_a_stale_answer_that_has_changed_is_replaced() -> None:
    async with route(cache_control="max-age=10", etag="v1") as users:
        await users.get()
        users.now += 11
        users.service.version = "v2"
        bodies = [(await users.get()).body for _ in range(2)]

    assert bodies == [b"2", b"2"]


async def test_without_an_entity_tag_the_time_of_the_last_change_asks() -> None:
    async with route(cache_control="max-age=10", last_modified="Wed, 21 Oct 2015 07:28:00 GMT") as users:
        await users.get()
        users.now += 11
        await users.get()

    assert users.service.asked[1] == (("if-modified-since", "Wed, 21 Oct 2015 07:28:00 GMT"),)


async def test_what_may_never_be_used_unasked_is_asked_about_each_time() -> None:
    async with route(cache_control="no-cache", etag="v1") as users:
        bodies = [(await users.get()).body for _ in range(3)]

    assert bodies == [b"1", b"1", b"1"]
    assert users.service.asked == [None, *[(("if-none-match", "v1"),)] * 2]


async def test_what_the_service_says_when_nothing_has_changed_replaces_what_it_said_before() -> None:
    async with route(cache_control="max-age=10", etag="v1", x_said="first", content_type="text/plain") as users:
        await users.get()
        users.now += 11
        users.service.said = {"cache-control": "max-age=100", "etag": "v1", "x-said": "second"}
        headers = dict((await users.get()).headers)
        users.now += 90
        await users.get()

    assert (headers[b"x-said"], headers[b"content-type"]) == (b"second", b"text/plain")
    assert len(users.service.asked) == 2


async def test_a_client_that_has_the_answer_is_told_so_after_it_was_asked_about() -> None:
    async with route(cache_control="max-age=10", etag="v1") as users:
        await users.get()
        users.now += 11
        answer = await users.get(if_none_match="v1")

    assert (answer.status, answer.body) == (304, b"")


async def test_a_client_that_wants_a_new_answer_has_the_kept_one_asked_about() -> None:
    async with route(cache_control="max-age=10", etag="v1") as users:
        await users.get()
        answer = await users.get(cache_control="no-cache")

    assert answer.body == b"1"
    assert users.service.asked[1] == (("if-none-match", "v1"),)


async def test_a_stale_answer_is_shown_while_a_new_one_is_fetched_once() -> None:
    async with route(cache_control="max-age=10, stale-while-revalidate=30") as users:
        await users.get()
        users.now += 11
        stale = await users.at_once(5)
        await users.cache.background.settle()
        fresh = await users.get()

    assert (stale, fresh.body, len(users.service.asked)) == ([b"1"] * 5, b"2", 2)


async def test_a_stale_answer_is_not_shown_for_longer_than_the_service_allows() -> None:
    async with route(cache_control="max-age=10, stale-while-revalidate=30") as users:
        await users.get()
        users.now += 41
        answer = await users.get()

    assert answer.body == b"2"


@pytest.mark.parametrize("failure", ["timeout", "status"])
async def test_a_stale_answer_stands_in_where_the_service_fails(failure: str) -> None:
    async with route(cache_control="max-age=10, stale-if-error=30") as users:
        await users.get()
        users.service.fails, users.service.status = failure == "timeout", 503
        users.now += 39
        answer = await users.get()

    assert (answer.status, answer.body) == (200, b"1")


async def test_nothing_stands_in_where_the_service_does_not_allow_it() -> None:
    async with route(cache_control="max-age=10", etag="v1") as users:
        await users.get()
        users.service.fails = True
        users.now += 11
        with pytest.raises(TimedOut):
            await users.get()


async def test_requests_for_the_same_at_the_same_time_are_one() -> None:
    async with route(cache_control="max-age=10") as users:
        bodies = await users.at_once(50)

    assert (bodies, len(users.service.asked)) == ([b"1"] * 50, 1)


async def test_one_request_asks_about_a_stale_answer_for_all_that_come_meanwhile() -> None:
    async with route(cache_control="max-age=10", etag="v1") as users:
        await users.get()
        users.now += 11
        bodies = await users.at_once(50)

    assert (bodies, len(users.service.asked)) == ([b"1"] * 50, 2)


async def test_nobody_waits_for_an_answer_to_a_target_of_which_one_could_not_be_kept() -> None:
    async with route(cache_control="no-store") as users:
        await users.get()
        bodies = await users.at_once(5)

    assert sorted(bodies) == [b"2", b"3", b"4", b"5", b"6"]


async def test_those_who_waited_for_what_is_not_theirs_ask_all_at_once() -> None:
    async with route(cache_control="no-store") as users:
        users.service.gate = first = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(users.get()) for _ in range(5)]
            for _ in range(20):
                await asyncio.sleep(0)
            users.service.gate = second = asyncio.Event()
            first.set()
            for _ in range(20):
                await asyncio.sleep(0)
            asked = len(users.service.asked)
            second.set()

    assert (asked, len({task.result().body for task in tasks})) == (5, 5)


async def test_where_the_first_leaves_another_asks_for_all() -> None:
    async with route(cache_control="max-age=10") as users:
        users.service.gate = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            first = group.create_task(users.get())
            await asyncio.sleep(0)
            others = [group.create_task(users.get()) for _ in range(5)]
            await asyncio.sleep(0)
            first.cancel()
            for _ in range(20):
                await asyncio.sleep(0)
            users.service.gate.set()

    assert ({each.result().body for each in others}, len(users.service.asked)) == ({b"2"}, 2)


async def test_those_of_whom_nobody_knows_who_they_are_wait_for_nobody() -> None:
    async with route(cache_control="max-age=10") as users:
        users.service.gate = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(users.get(has_credentials=True, authorization="x"))
            for _ in range(20):
                await asyncio.sleep(0)
            asked = len(users.service.asked)
            users.service.gate.set()

    assert asked == 3


async def test_the_service_is_asked_under_the_conditions_of_what_is_kept_alone(tmp_path: Path) -> None:
    async def answers(asked: dict[str, object], send: object) -> None:
        sent = dict(asked["headers"])  # type: ignore[call-overload]
        unchanged = sent.get("if-none-match") == '"v1"'
        await reply(send, b"" if unchanged else b"1", 304 if unchanged else 200, cache_control="no-cache", etag='"v1"')

    service = Noting(answers=answers)
    async with routed(tmp_path, service, "- {path: /api/*, service: users, rewrite: /*, public: true}") as gateway:
        await gateway.http.get("/api/x")
        response = await gateway.http.get("/api/x", headers={"if-none-match": '"old"'})

    assert (response.status_code, response.content) == (200, b"1")
    assert service.headers["if-none-match"] == '"v1"'
