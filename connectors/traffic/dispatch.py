"""Make one attempt of a call: when there is room, at the endpoint that is chosen, and note how it went."""

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from connectors.errors import CallFailed, NoHealthyEndpoint, PoolExhausted
from connectors.traffic.balancers.balancer import Balancer
from connectors.traffic.bulkhead import Bulkhead
from connectors.traffic.endpoint import Endpoint, LinkT
from connectors.traffic.faults import Faults
from connectors.traffic.hold import Hold
from connectors.traffic.latency import BUCKETS
from connectors.traffic.outcome import Outcome, Verdict
from connectors.traffic.outcomes import judge_failure, was_answered
from connectors.traffic.policy import TrafficPolicy
from connectors.traffic.rotation import Rotation

Result = TypeVar("Result")
Attempt: TypeAlias = Callable[[LinkT, float], Awaitable[Result]]
"""Makes one call on a link, until a deadline; raises CallFailed."""
Judge: TypeAlias = Callable[[Result], Verdict | None]
"""Says what is wrong with a result; None if nothing is."""


class Asked(NamedTuple, Generic[LinkT, Result]):
    """One call as it was asked for, and the endpoints that it has been to; `hold` is that of a stream."""

    attempt: Attempt[LinkT, Result]
    deadline: float
    idempotent: bool
    key: str | None
    tried: list[Endpoint[LinkT]]
    hold: Hold[Result] | None = None


class Attempted(NamedTuple, Generic[Result]):
    """How one attempt ended, and after how long: well if there is no verdict; else with a bad result or a failure."""

    result: Result | None
    seconds: float
    verdict: Verdict | None = None
    failure: CallFailed | None = None


class Dispatch(Generic[LinkT, Result]):
    """The endpoints of one service, and who gets which attempt; only its service uses it."""

    def __init__(
        self,
        rotation: Rotation[LinkT],
        balancer: Balancer,
        policy: TrafficPolicy,
        judge: Judge[Result],
        faults: Faults | None,
        clock: Callable[[], float],
    ) -> None:
        self._rotation = rotation
        self._balancer = balancer
        self._fails_fast = policy.fails_fast
        self._attempt_seconds = policy.retries.attempt_seconds
        self._judge = judge
        self._faults = faults
        self._clock = clock
        self._waiting_for_last: dict[Endpoint[LinkT], asyncio.Future[None]] = {}
        self.bulkhead = Bulkhead(policy.most_calls, policy.most_waiting)

    async def attempt(self, asked: Asked[LinkT, Result]) -> Attempted[Result]:
        """Make one attempt; what fails is a value, and nothing is raised but cancellation."""
        bulkhead, clock, hold = self.bulkhead, self._clock, asked.hold
        if not bulkhead.try_enter():
            try:
                await bulkhead.enter(asked.deadline)
            except PoolExhausted as full:
                return Attempted(None, 0.0, judge_failure(full), full)
        started = clock()
        rotation = self._rotation
        probe = rotation.turn(started, may_repeat=asked.idempotent) if started >= rotation.next_change else None
        endpoint = probe or self._choose(asked, started)
        if endpoint is None:
            bulkhead.leave()
            return self._none_healthy()
        asked.tried.append(endpoint)
        endpoint.in_flight += 1
        result, verdict, failure = None, None, None
        try:
            if self._faults is not None:
                await self._faults.inject(asked.deadline)
            result = await asked.attempt(endpoint.link, self._until(asked, started))
            verdict = self._judge(result) if hold is None else hold.judge(result)
        except CallFailed as error:
            failure, verdict = error, judge_failure(error)
        except BaseException:
            self._left(endpoint, started, was_probe=probe is not None)
            raise
        finally:
            if hold is not None and hold.holds(result):
                hold.begin(partial(self._end_hold, endpoint))
            else:
                endpoint.in_flight -= 1
                bulkhead.leave()
                if endpoint.is_draining:
                    self._let_go(endpoint)
        seconds = clock() - started if hold is None else clock() - started - hold.waited
        attempted = Attempted(result, seconds, verdict, failure)
        self._note(endpoint, attempted, started, was_probe=probe is not None)
        return attempted

    def untried(self, tried: Sequence[Endpoint[LinkT]]) -> Sequence[Endpoint[LinkT]]:
        """The endpoints to which a call could still go: the good ones, or at need any."""
        good = [endpoint for endpoint in self._rotation.candidates if endpoint not in tried]
        return good or [endpoint for endpoint in self._rotation.callable_at_need if endpoint not in tried]

    async def last_call(self, endpoint: Endpoint[LinkT], seconds: float) -> None:
        """Wait until the last call to a draining endpoint has ended, but not longer than so many seconds."""
        if endpoint.in_flight:
            future = asyncio.get_running_loop().create_future()
            await asyncio.wait((self._waiting_for_last.setdefault(endpoint, future),), timeout=seconds)
            self._waiting_for_last.pop(endpoint, None)

    def _choose(self, asked: Asked[LinkT, Result], now: float) -> Endpoint[LinkT] | None:
        candidates: Sequence[Endpoint[LinkT]] = self._rotation.candidates
        if asked.tried:
            candidates = self.untried(asked.tried) or candidates
        if not candidates and not self._fails_fast:
            candidates = self._rotation.callable_at_need
        return self._balancer.choose(candidates, now, asked.key) if candidates else None

    def _none_healthy(self) -> Attempted[Result]:
        how = "and it is set to fail fast" if self._rotation.callable_at_need else "and none is left"
        failure = NoHealthyEndpoint(f"no endpoint of the service is healthy, {how}")
        return Attempted(None, 0.0, judge_failure(failure), failure)

    def _until(self, asked: Asked[LinkT, Result], now: float) -> float:
        if self._attempt_seconds is None or not asked.idempotent:
            return asked.deadline
        return min(asked.deadline, now + self._attempt_seconds)

    def _note(
        self, endpoint: Endpoint[LinkT], attempted: Attempted[Result], started: float, *, was_probe: bool
    ) -> None:
        seconds, verdict = attempted.seconds, attempted.verdict
        endpoint.calls += 1
        endpoint.latency_sum += seconds
        endpoint.latency_counts[bisect_left(BUCKETS, seconds)] += 1
        if verdict is None:
            if was_probe or endpoint.failures_in_a_row:
                self._rotation.succeeded(endpoint, started + seconds, was_probe=was_probe)
            if self._balancer.learns:
                self._balancer.learn(endpoint, seconds, started + seconds)
            return
        if verdict.outcome is Outcome.FAILURE:
            endpoint.failures += 1
            self._rotation.failed(endpoint, started + seconds, was_probe=was_probe)
        elif was_probe and was_answered(attempted.failure):
            self._rotation.succeeded(endpoint, started + seconds, was_probe=True)
        elif was_probe:
            self._rotation.gave_up(endpoint, started + seconds)
        self._say_that_none_is_healthy(attempted.failure)

    def _say_that_none_is_healthy(self, failure: CallFailed | None) -> None:
        if failure is not None and not self._rotation.candidates:
            failure.extensions = {**failure.extensions, "routed": "all"}

    def _left(self, endpoint: Endpoint[LinkT], started: float, *, was_probe: bool) -> None:
        """Take note that nobody waits for the answer any more."""
        now = self._clock()
        if was_probe:
            self._rotation.gave_up(endpoint, now)
        if self._balancer.learns and now - started > endpoint.latency:
            self._balancer.learn(endpoint, now - started, now)  # it takes at least so long

    def _end_hold(self, endpoint: Endpoint[LinkT], failure: CallFailed | None) -> None:
        """Take note that the rest of an answer has come, or that it broke."""
        endpoint.in_flight -= 1
        self.bulkhead.leave()
        if endpoint.is_draining:
            self._let_go(endpoint)
        if failure is not None and judge_failure(failure).outcome is Outcome.FAILURE:
            endpoint.failures += 1
            self._rotation.failed(endpoint, self._clock(), was_probe=False)

    def _let_go(self, endpoint: Endpoint[LinkT]) -> None:
        waiting = self._waiting_for_last.get(endpoint)
        if not endpoint.in_flight and waiting is not None and not waiting.done():
            waiting.set_result(None)
