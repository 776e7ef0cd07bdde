"""Choose endpoints by their weights, those of one endpoint spread over the cycle."""

from collections.abc import Sequence

from connectors.traffic.balancers.balancer import Unlearning
from connectors.traffic.endpoint import Endpoint, LinkT


class SmoothWeighted(Unlearning):
    """Each call earns every endpoint its weight; the richest gets the call, and pays for it with all that was earned.

    With whole weights, one cycle (as many calls as the weights add up to) gives each endpoint exactly its weight, never
    more of them in a row than needed: 5, 1, 1 is a a b a c a a.
    """

    def choose(self, candidates: Sequence[Endpoint[LinkT]], _now: float, _key: str | None) -> Endpoint[LinkT]:
        """The one that is owed most; among equals the first."""
        chosen = candidates[0]
        richest = float("-inf")
        earned = 0.0
        for endpoint in candidates:
            share = endpoint.share
            earned += share
            credit = endpoint.credit = endpoint.credit + share
            if credit > richest:
                chosen, richest = endpoint, credit
        chosen.credit = richest - earned
        return chosen
