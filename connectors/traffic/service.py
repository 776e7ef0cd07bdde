"""Call a service: as long as it is well, again where that may help, and within what it may be asked."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from random import random
from time import monotonic
from typing import Generic, NamedTuple, cast

from connectors.errors import BindingInvalid, CircuitOpen, NotConnected
from connectors.traffic.balancers.balancer import Balancer
from connectors.traffic.balancing import make_balancer
from connectors.traffic.breaker import Breaker, BreakerMode
from connectors.traffic.bulkhead import Bulkhead
from connectors.traffic.decided import NOTHING_DECIDED, Decided, place_of
from connectors.traffic.dispatch import Asked, Attempt, Attempted, Dispatch, Judge, Result
from connectors.traffic.endpoint import Endpoint, LinkT
from connectors.traffic.faults import Faults
from connectors.traffic.hedging import Hedging
from connectors.traffic.hold import Hold
from connectors.traffic.outcome import Outcome
from connectors.traffic.outcomes import was_answered
from connectors.traffic.policy import DEFAULT_POLICY, TrafficPolicy
from connectors.traffic.retry import RETRY_BUDGET, BudgetSpent, Retries
from connectors.traffic.rotation import Rotation


class Surroundings(NamedTuple):
    """What decisions depend on: the time, as the loop counts it, and chance, as numbers from 0 to below 1."""

    clock: Callable[[], float] = monotonic
    draw: Callable[[], float] = random


SURROUNDINGS = Surroundings()


class Service(Generic[LinkT, Result]):
    """One service and its endpoints; it alone changes them, on the loop in which it is called.

    `name` is what operators call it. `judge` says what is wrong with a result.
    """

    def __init__(
        self,
        name: str,
        endpoints: Sequence[Endpoint[LinkT]],
        balancer: Balancer | None = None,
        policy: TrafficPolicy = DEFAULT_POLICY,
        judge: Judge[Result] = lambda _result: None,
        surroundings: Surroundings = SURROUNDINGS,
    ) -> None:
        if not endpoints and not policy.may_be_empty:
            raise BindingInvalid(f"the service '{name}' has no endpoint: give its source an address, or list endpoints")
        self.name = name
        clock, draw = surroundings
        self._clock = clock
        self._slow_after = policy.breaker.slow_after
        self._configured_mode = policy.breaker.mode
        self._decided = NOTHING_DECIDED
        self.rotation: Rotation[LinkT] = Rotation(endpoints, policy.ejection)
        self.breaker = Breaker(policy.breaker, draw)
        self.retries = Retries(policy.retries, draw)
        self.hedging = Hedging(policy.hedging) if policy.hedging else None
        self.faults = Faults(policy.faults, draw) if policy.faults else None
        self.failures: Counter[str] = Counter()  # by reason code
        self._dispatch: Dispatch[LinkT, Result] = Dispatch(
            self.rotation, balancer or make_balancer(policy.balancing), policy, judge, self.faults, clock
        )

    @property
    def endpoints(self) -> tuple[Endpoint[LinkT], ...]:
        """The endpoints, in the order in which they were configured or came."""
        return self.rotation.endpoints

    @property
    def bulkhead(self) -> Bulkhead:
        """What bounds how many calls are on their way."""
        return self._dispatch.bulkhead

    async def call(
        self,
        attempt: Attempt[LinkT, Result],
        deadline: float,
        *,
        idempotent: bool = False,
        key: str | None = None,
        hold: Hold[Result] | None = None,
    ) -> Result:
        """Run the attempt on the link of one endpoint, and on another's where that may help and is allowed.

        An attempt that raises NotConnected surely was not seen, so another endpoint is tried. Any other failure is
        followed by another attempt only if the call is `idempotent`. Calls with one `key` go to one endpoint, if the
        balancer heeds it. With a `hold`, the call keeps its place until that ends. Raises what the last attempt raised;
        CircuitOpen, NoHealthyEndpoint or PoolExhausted when there was none.
        """
        breaker, dispatch = self.breaker, self._dispatch
        permit = 0 if breaker.passes else self._admit()
        asked: Asked[LinkT, Result] = Asked(attempt, deadline, idempotent, key, [], hold)
        self.retries.budget.count_call(self._clock())
        try:
            if self.hedging is None or not idempotent or permit or hold is not None:
                attempted = await dispatch.attempt(asked)
            else:
                attempted = await self.hedging.race(lambda: dispatch.attempt(asked))
            details: list[str] = []
            while attempted.verdict is not None:
                if attempted.failure is not None:
                    details.append(attempted.failure.detail)
                wait = self._wait_to_repeat(asked, attempted, permit)
                if wait is None:
                    break
                if wait:
                    await asyncio.sleep(wait)
                attempted = await dispatch.attempt(asked)
        except BaseException:
            breaker.gave_up(permit)
            raise
        if attempted.verdict is None and (self._slow_after is None or attempted.seconds <= self._slow_after):
            breaker.succeeded(permit, self._clock())
        else:
            self._settle(attempted, permit)
        if attempted.failure is not None:
            if len(details) > 1:
                attempted.failure.detail = f"{self.name}: {'; '.join(details)}"
            raise attempted.failure
        return cast("Result", attempted.result)

    def force(self, mode: BreakerMode) -> None:
        """Open or close the circuit by hand, or hand it back to the breaker."""
        self.breaker.force(mode)

    def heed(self, decided: Decided) -> None:
        """Do what operators decided, instead of what they had decided before."""
        self._decided = decided
        mode = decided.mode or self._configured_mode
        if mode is not self.breaker.mode:
            self.breaker.force(mode)
        for endpoint in self.endpoints:
            self._apply(endpoint)

    def recover(self) -> None:
        """Forget that the service or any of its endpoints failed."""
        self.breaker.force(self.breaker.mode)
        for endpoint in self.endpoints:
            self.rotation.readmit(endpoint, self._clock())

    def add(self, endpoint: Endpoint[LinkT]) -> None:
        """Take in a new endpoint, which starts with a small share of the calls."""
        self.rotation.add(endpoint, self._clock())
        self._apply(endpoint)

    def weigh(self, address: str, weight: float) -> None:
        """Change an endpoint's own weight; what operators decided stands before it.

        Raises KeyError when there is none of that address.
        """
        endpoint = self._endpoint(address)
        endpoint.own_weight = weight
        self._apply(endpoint)

    def set_health(self, address: str, *, is_healthy: bool) -> None:
        """Take note of what health checks say of an endpoint. Raises KeyError when there is none of that address."""
        self.rotation.set_health(self._endpoint(address), is_healthy=is_healthy, now=self._clock())

    async def drain(self, address: str, seconds: float) -> None:
        """Give an endpoint no more calls, and close it when the last has ended, or after so many seconds.

        Raises KeyError when there is none of that address.
        """
        endpoint = self._endpoint(address)
        self.rotation.drain(endpoint)
        await self._dispatch.last_call(endpoint, seconds)
        self.rotation.remove(endpoint)
        await endpoint.link.close()

    async def close(self) -> None:
        """Close all endpoints; calls in flight fail. Safe to call twice."""
        await asyncio.gather(*(endpoint.link.close() for endpoint in self.endpoints))

    def _apply(self, endpoint: Endpoint[LinkT]) -> None:
        """Let an endpoint be as it is decided."""
        decided, now, place = self._decided, self._clock(), place_of(endpoint.address)
        weight = decided.weights.get(place, endpoint.own_weight)
        if weight != endpoint.weight:
            self.rotation.weigh(endpoint, weight, now)
        self.rotation.set_aside(endpoint, is_aside=place in decided.drained, now=now)

    def _endpoint(self, address: str) -> Endpoint[LinkT]:
        for endpoint in self.endpoints:
            if endpoint.address == address:
                return endpoint
        raise KeyError(address)

    def _admit(self) -> int:
        try:
            return self.breaker.admit(self._clock())
        except CircuitOpen as refusal:
            self.failures[refusal.code] += 1
            raise

    def _wait_to_repeat(self, asked: Asked[LinkT, Result], attempted: Attempted[Result], permit: int) -> float | None:
        """How long to wait before the next attempt; None when there is none."""
        now = self._clock()
        is_unsent = isinstance(attempted.failure, NotConnected)
        if is_unsent and now < asked.deadline and self._dispatch.untried(asked.tried):
            return 0.0  # at the next endpoint, at once
        if permit or not self.breaker.passes or not (asked.idempotent or is_unsent):
            return None
        assert attempted.verdict is not None
        try:
            return self.retries.wait(attempted.verdict, len(asked.tried) - 1, asked.deadline, now)
        except BudgetSpent:
            self.failures[RETRY_BUDGET] += 1
            if attempted.failure is not None:
                attempted.failure.extensions = {**attempted.failure.extensions, "notRepeated": RETRY_BUDGET}
            return None

    def _settle(self, attempted: Attempted[Result], permit: int) -> None:
        """Tell the breaker how a call ended that did not end well, or not in time."""
        now, verdict, failure = self._clock(), attempted.verdict, attempted.failure
        if failure is not None:
            self.failures[failure.code] += 1
        if verdict is None or verdict.outcome is Outcome.FAILURE:
            is_everywhere = all(endpoint.failures_in_a_row for endpoint in self.rotation.candidates)
            self.breaker.failed(permit, now, in_a_row=verdict is None or is_everywhere)
        elif permit and was_answered(failure):
            self.breaker.succeeded(permit, now)
        else:
            self.breaker.gave_up(permit)
