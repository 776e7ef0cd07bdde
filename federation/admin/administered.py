"""One worker under administration: it tells what it is like, and does what it is told."""

import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any, TypeAlias

from federation.admin.decisions_as_json import read_decided, read_revocation
from federation.admin.service_views import show_service
from federation.assembly.lasting import Lasting
from federation.door.door import Door
from federation.errors import InterlaceError
from federation.extensions.stores.store import StoreAway
from federation.gateway import Gateway
from federation.reload.reloader import Reloaded, Reloader
from federation.telemetry.families import Families

log = logging.getLogger(__name__)

Message: TypeAlias = Mapping[str, Any]


class UnknownCommand(InterlaceError):
    """A message asks for something that no worker does."""

    code = "COMMAND_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Administered:
    """The parts of one worker; all of it belongs to the worker's loop. `measure` gives its metrics as they are now."""

    gateway: Gateway
    reloader: Reloader
    lasting: Lasting
    door: Door
    measure: Callable[[], Awaitable[Families]]
    started_at: float = field(default_factory=time)

    async def obey(self, message: Message) -> dict[str, Any]:
        """Do what a message says, and give what comes of it, as JSON. Raises UnknownCommand.

        Messages that come one after the other take effect in this order, save those that wait for something.
        """
        commands: dict[str, Callable[[Message], Awaitable[dict[str, Any]]]] = {
            "look": self._look,
            "measure": self._measure,
            "heed": self._heed,
            "hear": self._hear,
            "revoke": self._revoke,
            "invalidate": self._invalidate,
            "reload": self._reload,
            "recover": self._recover,
        }
        command = commands.get(message["do"])
        if command is None:
            raise UnknownCommand(f"there is no command {message['do']!r}")
        return await command(message)

    async def _look(self, _: Message) -> dict[str, Any]:
        cache, limiter, authentication = self.lasting.cache, self.door.limiter, self.reloader.config.authentication
        return {
            "pid": os.getpid(),
            "version": self.gateway.version,
            "ready": self.gateway.is_ready,
            "started_at": self.started_at,
            "generation": self.reloader.generation,
            "last_reload": self._last_reload(),
            "services": [show_service(view) for view in self.lasting.traffic.views()],
            "issuers": [each.issuer for each in authentication.issuers] if authentication is not None else [],
            "registries": {
                name: {"age": following.age(), "problem": following.problem}
                for name, following in self.gateway.registries.items()
            },
            "cache": {"bytes": cache.bytes_used, "shared": cache.is_shared, **cache.counters.as_mapping()},
            "not_cached": dict(cache.not_cached),
            "door": {
                "in_flight": limiter.in_flight if limiter else None,
                "limit": int(limiter.limit) if limiter else None,
                "admitted": limiter.admitted if limiter else None,
                "refused": limiter.refused if limiter else None,
                "turn_seconds": limiter.turn if limiter else None,
                "connections_refused": self.door.connections_refused,
                "clients_given_up": self.door.clients_given_up,
            },
            "policies": [[*decision, count] for decision, count in sorted(self.lasting.decisions.counts.items())],
        }

    def _last_reload(self) -> dict[str, Any] | None:
        if self.reloader.last is None:
            return None
        at, reason, outcome = self.reloader.last
        return {"at": at, "reason": reason, **_reloaded(outcome)}

    async def _measure(self, _: Message) -> dict[str, Any]:
        return {"families": await self.measure()}

    async def _heed(self, message: Message) -> dict[str, Any]:
        self.lasting.standing.replace({name: read_decided(each) for name, each in message["services"].items()})
        return {}

    async def _recover(self, message: Message) -> dict[str, Any]:
        for service in self.gateway.traffic:
            if service.name == message["service"]:
                service.recover()
        return {}

    async def _hear(self, message: Message) -> dict[str, Any]:
        for written in message["revocations"]:
            self.lasting.trust.revocations.hear(*read_revocation(written))
        return {}

    async def _revoke(self, message: Message) -> dict[str, Any]:
        revocation, at = read_revocation(message["revocation"])
        revocations = self.lasting.trust.revocations
        revocations.hear(revocation, at)
        try:
            return {"shared": await revocations.share(revocation, at)}
        except StoreAway as error:
            log.warning("a revocation is not shared", extra={"problem": str(error)})
            return {"shared": False, "problem": "Redis is away: other replicas do not know of it"}

    async def _invalidate(self, message: Message) -> dict[str, Any]:
        failures = self.lasting.cache.history.failures
        await self.lasting.cache.invalidate(message["tags"])
        if self.lasting.cache.history.failures > failures:
            return {"problem": "Redis is away: other replicas learn of it when it is back"}
        return {}

    async def _reload(self, message: Message) -> dict[str, Any]:
        return _reloaded(await self.reloader.outcome(message["reason"]))


def _reloaded(outcome: Reloaded) -> dict[str, Any]:
    return {"version": outcome.version, "changed": outcome.changed, "problems": list(outcome.problems)}
