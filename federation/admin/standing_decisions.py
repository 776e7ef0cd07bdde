"""What operators decided and still holds, kept by whoever starts the workers: those that start later get it too."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from time import time
from typing import Any

from connectors.traffic.breaker import BreakerMode
from connectors.traffic.decided import NOTHING_DECIDED, Decided
from federation.admin.administered import Message
from federation.admin.decisions_as_json import write_decided, write_revocation
from federation.extensions.authentication.revocations import MOST_HEARD, Revocation

AT_ONCE = 1_000


class StandingDecisions:
    """The decisions by services, and the revocations of the last `keep` seconds. Belongs to one event loop."""

    def __init__(self, keep: float) -> None:
        self._keep = keep
        self._services: dict[str, Decided] = {}
        self._revoked: dict[Revocation, float] = {}

    def of(self, service: str) -> Decided:
        """What is decided about a service."""
        return self._services.get(service, NOTHING_DECIDED)

    def force(self, service: str, mode: BreakerMode | None) -> None:
        """Let somebody else than the breaker decide about a circuit; None gives it back to what is configured."""
        self._put(service, replace(self.of(service), mode=mode))

    def drain(self, service: str, place: str, *, is_drained: bool) -> None:
        """Give an endpoint no calls, or give it calls again."""
        before = self.of(service)
        drained = before.drained | {place} if is_drained else before.drained - {place}
        self._put(service, replace(before, drained=drained))

    def weigh(self, service: str, place: str, weight: float | None) -> None:
        """Give an endpoint another weight; None gives it its own back."""
        before = self.of(service)
        weights = {name: each for name, each in before.weights.items() if name != place}
        if weight is not None:
            weights[place] = weight
        self._put(service, replace(before, weights=weights))

    def revoke(self, revocation: Revocation) -> float:
        """Take tokens back; gives the time (Unix) of it. As many are kept as a worker remembers."""
        at = time()
        self._revoked.pop(revocation, None)
        self._revoked[revocation] = at
        while self._revoked and (
            len(self._revoked) > MOST_HEARD or next(iter(self._revoked.values())) + self._keep < at
        ):
            del self._revoked[next(iter(self._revoked))]
        return at

    def as_json(self) -> dict[str, Any]:
        """What holds, as operators see it; tokens are not shown."""
        services: Mapping[str, Any] = {name: write_decided(each) for name, each in sorted(self._services.items())}
        return {"services": services, "revocations": len(self._revoked)}

    def heeding(self) -> Message:
        """What makes a worker do what is decided about services."""
        return {"do": "heed", "services": {name: write_decided(each) for name, each in self._services.items()}}

    def hearing(self) -> Iterator[Message]:
        """What makes a worker know the revocations, some at a time."""
        revoked = iter(self._revoked.items())
        while some := list(islice(revoked, AT_ONCE)):
            yield {"do": "hear", "revocations": [write_revocation(*each) for each in some]}

    def _put(self, service: str, decided: Decided) -> None:
        if decided:
            self._services[service] = decided
        else:
            self._services.pop(service, None)
