"""Ask a second endpoint when the first takes longer than most calls do, and take whichever answer comes first."""

import asyncio
from collections.abc import Awaitable, Callable

from connectors.traffic.dispatch import Attempted, Result
from connectors.traffic.latency import Quantile
from connectors.traffic.policy import HedgingPolicy

_MOST_TOKENS = 10.0


class Hedging:
    """Decides for all calls to one service; only calls that may be repeated are hedged."""

    def __init__(self, policy: HedgingPolicy) -> None:
        self._share = policy.most_share
        self._tokens = 1.0
        self.latency = Quantile(policy.quantile)
        self.made = 0
        self.won = 0

    async def race(self, attempt: Callable[[], Awaitable[Attempted[Result]]]) -> Attempted[Result]:
        """Make the attempt, after a while another one beside it, and give the first that ends well, else the last.

        The other attempt is cancelled, and has ended when this returns. Attempts do not raise.
        """
        self._tokens = min(_MOST_TOKENS, self._tokens + self._share)
        if self.latency.is_settled:
            attempted = await self._race(attempt)
        else:
            attempted = await attempt()
        self.latency.add(attempted.seconds)
        return attempted

    async def _race(self, attempt: Callable[[], Awaitable[Attempted[Result]]]) -> Attempted[Result]:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(_run(attempt))
            # A call in twenty is later than the quantile, mostly by little: where those spend what there is, nothing is
            # left for those that hang. So the less there is, the later a call has to be.
            patience = self.latency.value * (2 - self._tokens / _MOST_TOKENS)
            done, _ = await asyncio.wait((first,), timeout=patience)
            if done or self._tokens < 1:
                return await first
            self._tokens -= 1
            self.made += 1
            second = group.create_task(_run(attempt))
            done, waiting = await asyncio.wait((first, second), return_when=asyncio.FIRST_COMPLETED)
            winner = first if first in done else second
            if winner.result().verdict is not None and waiting:
                (winner,) = waiting
                return await winner
            self.won += winner is second
            for loser in waiting:
                loser.cancel()
            return winner.result()


async def _run(attempt: Callable[[], Awaitable[Attempted[Result]]]) -> Attempted[Result]:
    return await attempt()
