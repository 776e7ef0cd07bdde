"""The cache against a model of what may be answered, with a driven clock and a service that changes and fails."""

import asyncio
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from connectors.protocol import UNANSWERED, CallRequest
from federation.extensions.caching.tags import entity_tags, type_tag
from tests.federation.extensions.caching.world import Clock, People, World, users, world
from tests.federation.extensions.caching.world import rule as cache_rule

LIFE, SWR, SIE, MISSING = 10.0, 5.0, 20.0, 2.0
RULES = {
    name: cache_rule(LIFE, scope="public" if name == "User.id" else "private", swr=SWR, sie=SIE)
    for name in ("User.id", "User.name")
}
NUMBERS = st.sampled_from(["1", "2", "3"])
WHO = st.sampled_from(["alice", "bob"])


class CacheAgainstModel(RuleBasedStateMachine):
    """Values are numbers that only grow; the model knows when each was replaced, or told to be forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = Clock()
        self.people = People(respond=self.respond)
        self.history: dict[str, list[tuple[float, int | None]]] = {n: [(0.0, 0)] for n in ("1", "2", "3")}
        self.forgotten = dict.fromkeys(self.history, 0.0)
        self.calls_before = 0
        self.leave = asyncio.Event()
        self.runner.run(self._open())

    async def _open(self) -> None:
        opened: asyncio.Future[World] = asyncio.get_running_loop().create_future()

        async def hold() -> None:
            async with world(RULES, people=self.people, clock=self.clock, memory=1 << 20) as made:
                opened.set_result(made)
                await self.leave.wait()

        self.holding = asyncio.get_running_loop().create_task(hold())
        self.world = await opened

    def teardown(self) -> None:
        async def close() -> None:
            self.leave.set()
            await self.holding

        self.runner.run(close())
        self.runner.close()

    def respond(self, request: CallRequest) -> Any:
        who = request.context.identity_scope
        found = [(each["id"], self.history[each["id"]][-1][1]) for each in request.representations]
        return [
            None if value is None else {"__typename": "User", "id": number, "name": f"{who} {value}"}
            for number, value in found
        ]

    @rule(seconds=st.sampled_from([0.1, 1.0, 2.5, 6.0, 11.0, 40.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule(number=NUMBERS, is_there=st.booleans())
    def the_service_changes(self, number: str, is_there: bool) -> None:
        self.clock.now += 0.001
        value = sum(len(changes) for changes in self.history.values())
        self.history[number].append((self.clock.now, value if is_there else None))

    @rule(number=NUMBERS)
    def an_entity_is_invalidated(self, number: str) -> None:
        self.runner.run(self.world.cache.invalidate(entity_tags("User", {"id": number})))
        self.forgotten[number] = self.clock.now

    @rule()
    def the_type_is_invalidated(self) -> None:
        self.runner.run(self.world.cache.invalidate([type_tag("User")]))
        self.forgotten = dict.fromkeys(self.forgotten, self.clock.now)

    @rule(fails=st.booleans())
    def the_service_breaks_or_mends(self, fails: bool) -> None:
        self.people.fails = fails

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=3, unique=True), who=WHO)
    def somebody_asks(self, numbers: list[str], who: str) -> None:
        before = len(self.people.calls)
        answer = self.runner.run(self._ask(numbers, who))
        assert len(answer.data or numbers) == len(numbers)
        for number, each in zip(numbers, answer.data or [UNANSWERED] * len(numbers), strict=True):
            if each is UNANSWERED:
                assert self.people.fails
                assert answer.errors
            else:
                self.check(number, None if each is None else each["name"], who)
        asked = [each["id"] for call in self.people.calls[before:] for each in call.representations]
        assert len(asked) <= 2 * len(numbers)

    async def _ask(self, numbers: list[str], who: str) -> Any:
        answer = await self.world.ask(numbers, who=who, fetches=FETCHES)
        await self.world.cache.background.settle()
        return answer

    def check(self, number: str, name: str | None, who: str) -> None:
        """The value held at some moment since it was last to be forgotten, and not longer ago than is allowed."""
        oldest = self.clock.now - (MISSING if name is None else LIFE * 1.1 + max(SWR, SIE if self.people.fails else 0))
        oldest = max(oldest, self.forgotten[number])
        changes = self.history[number]
        ends = [*(at for at, _ in changes[1:]), float("inf")]
        allowed = {
            None if value is None else f"{who} {value}"
            for (_, value), end in zip(changes, ends, strict=True)
            if end >= oldest
        }
        assert name in allowed

    @invariant()
    def nothing_is_left_on_its_way(self) -> None:
        assert len(self.world.cache.flights) == 0


FETCHES = (users("id", "name"),)
TestCacheAgainstModel = CacheAgainstModel.TestCase
TestCacheAgainstModel.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
