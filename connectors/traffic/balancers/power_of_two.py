"""Choose the better of two endpoints drawn at random: the one from which an answer is expected sooner."""

from collections.abc import Callable, Sequence
from math import exp
from random import random

from connectors.traffic.endpoint import Endpoint, LinkT

DECAY_SECONDS = 10.0


class PowerOfTwo:
    """Two candidates are drawn; the call goes to that with the lower latency times calls in flight, for its weight.

    The latency is a mean that forgets: an observation of `decay` seconds ago counts a third (1/e). A mean also fades
    while nothing is observed, so that an endpoint that was slow once is tried again. `draw` gives numbers from 0 to
    below 1. Drawing two instead of looking at all keeps calls that are chosen at the same time from all going to one
    (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing).
    """

    learns = True

    def __init__(self, draw: Callable[[], float] = random, decay: float = DECAY_SECONDS) -> None:
        self._draw = draw
        self._decay = decay

    def choose(self, candidates: Sequence[Endpoint[LinkT]], now: float, _key: str | None) -> Endpoint[LinkT]:
        """The better one of two."""
        count = len(candidates)
        if count == 1:
            return candidates[0]
        first = int(self._draw() * count)
        second = int(self._draw() * (count - 1))
        one, other = candidates[first], candidates[second + 1 if second >= first else second]
        return one if self._cost(one, now) <= self._cost(other, now) else other

    def learn(self, endpoint: Endpoint[LinkT], seconds: float, now: float) -> None:
        """Move the endpoint's mean; a rise counts at once, as it is a sign of trouble."""
        if seconds > endpoint.latency:
            endpoint.latency = seconds
        else:
            kept = exp((endpoint.latency_at - now) / self._decay)
            endpoint.latency = endpoint.latency * kept + seconds * (1 - kept)
        endpoint.latency_at = now

    def _cost(self, endpoint: Endpoint[LinkT], now: float) -> float:
        faded = endpoint.latency * exp((endpoint.latency_at - now) / self._decay)
        return (faded + 1e-6) * (endpoint.in_flight + 1) / endpoint.share
