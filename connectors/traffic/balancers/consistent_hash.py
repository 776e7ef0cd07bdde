"""Choose by a key, so that calls for one thing go to one endpoint, whose caches know it."""

from collections.abc import Sequence
from hashlib import blake2b
from math import log

from connectors.traffic.balancers.balancer import Balancer, Unlearning
from connectors.traffic.balancers.least_connections import LeastConnections
from connectors.traffic.endpoint import Endpoint, LinkT

_MASK = (1 << 64) - 1
_MOST_SEEDS = 10_000


class ConsistentHash(Unlearning):
    """Every endpoint draws a number for the key, the same in all processes; the highest gets the call.

    When an endpoint goes, only the calls that it got move; when one comes, only those that it gets (rendezvous
    hashing; the draws are weighted as Schindelhauer and Schomaker describe). Calls without a key go to the least busy.
    """

    def __init__(self) -> None:
        self._seeds: dict[str, int] = {}
        self._keyless: Balancer = LeastConnections()

    def choose(self, candidates: Sequence[Endpoint[LinkT]], now: float, key: str | None) -> Endpoint[LinkT]:
        """The one with the highest draw for the key."""
        if key is None:
            return self._keyless.choose(candidates, now, None)
        hashed = _hash(key)
        return max(candidates, key=lambda endpoint: self._draw(endpoint, hashed))

    def _draw(self, endpoint: Endpoint[LinkT], hashed: int) -> float:
        seed = self._seeds.get(endpoint.address)
        if seed is None:
            if len(self._seeds) >= _MOST_SEEDS:  # addresses that came and went
                self._seeds.clear()
            seed = self._seeds[endpoint.address] = _hash(endpoint.address)
        # By the weight that is configured, not by the share of now: a warming endpoint keeps its keys.
        return endpoint.weight / -log(((_mix(seed ^ hashed) >> 12) + 0.5) / (1 << 52))


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big")


def _mix(value: int) -> int:
    """Spread 64 bits, so that neighbouring inputs have nothing in common (the finaliser of SplitMix64)."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
