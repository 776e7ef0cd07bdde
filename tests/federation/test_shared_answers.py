"""Equal requests that come while one of them is being answered."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.protocol import CallContext
from federation.shared_answers import SharedAnswers

NOBODY = CallContext(deadline=10.0)
Make = Callable[[], Awaitable[tuple[bytes, bool]]]


class Work:
    """Makes answers, once told to; each says which it is."""

    def __init__(self, *, is_whole: bool = True) -> None:
        self.made = 0
        self.go_on = asyncio.Event()
        self._is_whole = is_whole

    async def make(self) -> tuple[bytes, bool]:
        self.made += 1
        number = self.made
        await self.go_on.wait()
        return b"%d" % number, self._is_whole


async def begin(shared: SharedAnswers, work: Work, *each: tuple[Any, dict[str, Any], CallContext]) -> list[bytes]:
    """Ask for all of them at the same time; no answer is made before all have asked."""
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(shared.share(run, variables, context, work.make)) for run, variables, context in each
        ]
        await asyncio.sleep(0)
        work.go_on.set()
    return [task.result() for task in tasks]


async def test_what_is_equal_is_made_once() -> None:
    work = Work()

    assert await begin(SharedAnswers(None), work, *[("plan", {"id": 1}, NOBODY)] * 5) == [b"1"] * 5


@pytest.mark.parametrize(
    ("run", "variables", "context"),
    [
        ("other plan", {"id": 1}, NOBODY),
        ("plan", {"id": 2}, NOBODY),
        ("plan", {"id": True}, NOBODY),
        ("plan", {}, NOBODY),
        ("plan", {"id": 1}, CallContext(10.0, {"tenant": "a"})),
        ("plan", {"id": 1}, CallContext(10.0, identity_scope="ada")),
        ("plan", {"id": 1 << 70}, NOBODY),
    ],
)
async def test_whatever_can_make_a_difference_keeps_requests_apart(
    run: str, variables: dict[str, Any], context: CallContext
) -> None:
    work = Work()

    asked = [("plan", {"id": 1}, NOBODY), (run, variables, context)]
    assert await begin(SharedAnswers(frozenset({"tenant"})), work, *asked) == [b"1", b"2"]


async def test_headers_that_nobody_sees_keep_nobody_apart() -> None:
    other = CallContext(10.0, {"cookie": "a"})

    assert await begin(SharedAnswers(frozenset()), Work(), ("plan", {}, NOBODY), ("plan", {}, other)) == [b"1"] * 2
    assert await begin(SharedAnswers(None), Work(), ("plan", {}, NOBODY), ("plan", {}, other)) == [b"1", b"2"]


async def test_an_answer_in_which_something_failed_is_for_one_request_only() -> None:
    work = Work(is_whole=False)

    assert await begin(SharedAnswers(None), work, *[("plan", {}, NOBODY)] * 3) == [b"1", b"2", b"3"]


async def test_nobody_waits_for_a_request_that_may_take_longer() -> None:
    shorter = CallContext(deadline=5.0)

    assert await begin(SharedAnswers(None), Work(), ("plan", {}, NOBODY), ("plan", {}, shorter)) == [b"1", b"2"]


async def test_a_client_that_leaves_takes_the_answer_from_nobody() -> None:
    shared, work = SharedAnswers(None), Work()
    async with asyncio.TaskGroup() as group:
        first, second = (group.create_task(shared.share("plan", {}, NOBODY, work.make)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        work.go_on.set()

    assert first.cancelled()
    assert second.result() == b"2"


async def test_what_is_asked_after_an_answer_is_made_anew() -> None:
    shared, work = SharedAnswers(None), Work()
    work.go_on.set()

    assert [await shared.share("plan", {}, NOBODY, work.make) for _ in range(2)] == [b"1", b"2"]
