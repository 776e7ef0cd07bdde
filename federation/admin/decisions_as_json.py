"""Standing decisions and revocations on their way to workers."""

from typing import Any

from connectors.traffic.breaker import BreakerMode
from connectors.traffic.decided import Decided
from federation.extensions.authentication.revocations import Revocation


def write_decided(decided: Decided) -> dict[str, Any]:
    """A decision as JSON, as operators see it too."""
    return {
        "mode": None if decided.mode is None else decided.mode.value,
        "drained": sorted(decided.drained),
        "weights": dict(sorted(decided.weights.items())),
    }


def read_decided(written: dict[str, Any]) -> Decided:
    """The decision that was written so."""
    mode = written["mode"]
    return Decided(None if mode is None else BreakerMode(mode), frozenset(written["drained"]), dict(written["weights"]))


def write_revocation(revocation: Revocation, at: float) -> list[Any]:
    """A revocation with its time."""
    return [revocation.kind, revocation.value, revocation.issuer, at]


def read_revocation(written: list[Any]) -> tuple[Revocation, float]:
    """The revocation that was written so."""
    kind, value, issuer, at = written
    return Revocation(kind, value, issuer), at
