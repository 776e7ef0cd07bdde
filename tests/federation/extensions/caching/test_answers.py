"""Whole answers, and what answers say of themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from connectors.protocol import CallContext, CallRequest
from federation.extensions.caching.answers import AnswerCaching
from federation.extensions.caching.tags import entity_tags
from federation.identity import Identity
from federation.layer import Handler
from federation.request import ClientAnswer, ClientRequest, RequestContext
from tests.federation.extensions.caching.world import NAMES, People, World, rule, users, world

PUBLIC = {"User.name": rule(60, scope="public"), "User.id": rule(60, scope="public")}
SECRET = (users("id", "name", "secret"),)


@dataclass
class Front:
    """A gateway that answers every operation with the same entities."""

    world: World
    fetches: Any = NAMES
    is_impersonal: bool = True
    has_errors: bool = False
    runs: int = 0
    handler: Handler = field(init=False)

    async def run(self, request: ClientRequest, context: RequestContext) -> ClientAnswer:
        self.runs += 1
        context.is_impersonal = self.is_impersonal
        calls = CallContext(
            context.deadline, request.headers, context.scratch, identity_scope=context.identity.scope_key
        )
        shown = [{"__typename": "User", "id": number} for number in ("1", "2")]
        answer = await self.world.handler(CallRequest(None, request.variables, shown, calls, fetches=self.fetches))
        body = {"errors": [{"message": "x"}], "data": answer.data} if self.has_errors else {"data": answer.data}
        return ClientAnswer(orjson.dumps(body))

    async def ask(self, query: str = "{ users }", who: str = "", **variables: Any) -> tuple[Any, dict[bytes, bytes]]:
        context = RequestContext(1e12, Identity(who or None, scope_key=who))
        answer = await self.handler(
            ClientRequest(query, variables=variables, headers={"accept-language": who}), context
        )
        return orjson.loads(answer.body), dict(context.answer_headers)


@asynccontextmanager
async def front(
    rules: Any = PUBLIC, people: People | None = None, forwarded: tuple[str, ...] = (), **options: Any
) -> AsyncIterator[Front]:
    async with world(rules, people=people, forwarded=forwarded) as w:
        made = Front(w)
        made.handler = AnswerCaching(w.cache, "sdl", **options).wrap(made.run)
        yield made


async def test_a_public_answer_is_kept_whole_for_everybody() -> None:
    async with front() as f:
        first, _ = await f.ask(who="alice")
        assert (await f.ask(who="bob"))[0] == first
        assert f.runs == 1


@pytest.mark.parametrize("other", [{"query": "{ others }"}, {"first": 2}])
async def test_another_operation_is_another_answer(other: dict[str, Any]) -> None:
    async with front() as f:
        await f.ask()
        await f.ask(**other)

        assert f.runs == 2


async def test_what_a_guard_has_a_part_in_is_not_kept_whole() -> None:
    async with front() as f:
        f.is_impersonal = False
        await f.ask()
        await f.ask()

        assert f.runs == 2


async def test_what_is_in_part_private_is_not_kept_whole() -> None:
    async with front({**PUBLIC, "User.secret": rule(60)}) as f:
        f.fetches = SECRET
        await f.ask()
        await f.ask()

        assert f.runs == 2


async def test_what_depends_on_headers_is_not_kept_whole() -> None:
    async with front(forwarded=("accept-language",)) as f:
        await f.ask()
        await f.ask()

        assert f.runs == 2


async def test_what_has_errors_is_not_kept_whole() -> None:
    async with front() as f:
        f.has_errors = True
        _, headers = await f.ask()
        await f.ask()

        assert f.runs == 2
        assert headers == {b"cache-control": b"no-store"}


async def test_it_can_be_switched_off() -> None:
    async with front(keeps=False) as f:
        await f.ask()
        await f.ask()

        assert f.runs == 2


async def test_a_whole_answer_ends_with_its_first_part() -> None:
    async with front({"User.id": rule(60, scope="public"), "User.name": rule(10, scope="public")}) as f:
        await f.ask()
        f.world.clock.now += 10.1
        await f.ask()

        assert f.runs == 2


async def test_a_whole_answer_is_forgotten_with_what_it_shows() -> None:
    async with front() as f:
        await f.ask()
        await f.world.cache.invalidate(entity_tags("User", {"id": "2"}))
        await f.ask()

        assert f.runs == 2


async def test_the_answer_of_another_graph_is_not_used() -> None:
    async with front() as f:
        await f.ask()
        f.handler = AnswerCaching(f.world.cache, "another sdl").wrap(f.run)
        await f.ask()

        assert f.runs == 2


async def test_headers_tell_how_long_it_holds_and_how_old_it_is() -> None:
    async with front() as f:
        _, fresh = await f.ask()
        f.world.clock.now += 20
        _, later = await f.ask()

        assert fresh == {b"cache-control": b"public, max-age=60"}
        assert later == {b"cache-control": b"public, max-age=60", b"age": b"20"}


async def test_headers_of_what_is_in_part_private_say_so() -> None:
    async with front({**PUBLIC, "User.secret": rule(30)}) as f:
        f.fetches = SECRET
        _, headers = await f.ask()

        assert headers == {b"cache-control": b"private, max-age=30"}


async def test_headers_of_what_is_in_part_not_kept_forbid_storing() -> None:
    async with front() as f:
        f.fetches = SECRET
        _, headers = await f.ask()

        assert headers == {b"cache-control": b"no-store"}


async def test_the_trace_of_a_whole_answer_is_one_hit() -> None:
    async with front(debug="always") as f:
        await f.ask()
        body, _ = await f.ask()

        assert [part["status"] for part in body["extensions"]["cache"]] == ["hit"]
        assert "extensions" not in body["data"]
