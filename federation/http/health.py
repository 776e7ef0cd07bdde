"""`/health/live` and `/health/ready`, for orchestrators."""

from typing import Protocol

from federation.http.reply import Reply, json_reply

NO_STORE = ((b"cache-control", b"no-store"),)


class Readiness(Protocol):
    """What the probes need of the gateway."""

    @property
    def is_ready(self) -> bool:
        """Whether a snapshot is live and the gateway is not closing."""

    @property
    def version(self) -> str:
        """The version of the live snapshot."""


def live() -> Reply:
    """The process runs its loop: 200, always."""
    return json_reply(200, {"status": "live"}, NO_STORE)


def ready(gateway: Readiness) -> Reply:
    """Requests will be answered: 200, with the version that is served; 503 while starting and while stopping."""
    if gateway.is_ready:
        return json_reply(200, {"status": "ready", "version": gateway.version}, NO_STORE)
    return json_reply(503, {"status": "not ready"}, NO_STORE)
