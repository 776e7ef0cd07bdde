"""Build the next snapshot beside the live one, and swap it in if it is right."""

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from time import time

from federation.composition.collection_paused import collection_paused
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.gateway import Gateway, Snapshot

log = logging.getLogger(__name__)

# Of the server section only these hold at once; the others are about sockets and processes that are there already.
RELOADED = frozenset({"introspection", "request_timeout"})


@dataclass(frozen=True, slots=True)
class Reloaded:
    """How a reload ended: the version that is live now, whether it is another one, and why it is not."""

    version: str
    changed: bool
    problems: tuple[str, ...] = ()


class Reloader:
    """Reloads one gateway, one reload at a time. `read` gives the configuration as it is now, `make` its snapshot.

    `make` gives None where nothing would change. A configuration that is wrong changes nothing: its problems are logged
    and given, and what is live goes on. `generation` counts the configurations that were right; `counts` says how
    reloads ended: what was live was `changed` or not (`unchanged`), or the configuration was `refused`.
    """

    def __init__(
        self,
        gateway: Gateway,
        config: Config,
        read: Callable[[], Config],
        make: Callable[[Config], Awaitable[Snapshot | None]],
    ) -> None:
        self._gateway = gateway
        self._read = read
        self._make = make
        self._config = config
        self._one_at_a_time = asyncio.Lock()
        self._asked = asyncio.Event()
        self._reason = ""
        self._awaited: list[asyncio.Future[Reloaded]] = []
        self.generation = 0
        self.counts: Counter[str] = Counter()
        self.last: tuple[float, str, Reloaded] | None = None  # when (Unix time), why, and what came of it

    @property
    def config(self) -> Config:
        """The configuration that is live."""
        return self._config

    def ask(self, reason: str) -> None:
        """Have `run` reload soon; several wishes at once are one reload."""
        self._reason = reason
        self._asked.set()

    async def outcome(self, reason: str) -> Reloaded:
        """Have `run` reload soon, and wait until it is known what comes of it; the old snapshot may still be in use."""
        known: asyncio.Future[Reloaded] = asyncio.get_running_loop().create_future()
        self._awaited.append(known)
        self.ask(reason)
        return await known

    async def run(self) -> None:
        """Reload whenever it is asked for, until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            awaited, self._awaited = self._awaited, []
            await self.reload(self._reason, partial(_tell, awaited))

    async def reload(self, reason: str, on_live: Callable[[Reloaded], None] = lambda _: None) -> Reloaded:
        """Reload now; when this returns, new requests get the new snapshot, and the old one has been drained.

        `on_live` is told the outcome as soon as it is known, before the old one is drained.
        """
        async with self._one_at_a_time:
            # What is made of a snapshot while it is built is no garbage yet: looking for some would only stop requests.
            with collection_paused():
                snapshot, outcome = await self._try(reason)
            self.counts["refused" if outcome.problems else "changed" if outcome.changed else "unchanged"] += 1
            self.last = (time(), reason, outcome)
            if snapshot is None:
                on_live(outcome)
                return outcome
            await self._gateway.prepare(snapshot)
            log.warning("a new version is live", extra={"reason": reason, "version": snapshot.version})
            on_live(outcome)  # nobody runs before the gateway has swapped it in, which it does at once
            await self._gateway.replace(snapshot)
            # The old one is circles of objects, which a server that collects seldom would keep for long. Now there is
            # little else to look at; later it would take longer, and stop requests for longer.
            gc.collect()
            return outcome

    async def _try(self, reason: str) -> tuple[Snapshot | None, Reloaded]:
        """The snapshot that is to be live, if it is another one, and what comes of the reload."""
        try:
            config = await asyncio.to_thread(self._read)
            snapshot = await self._make(config)
        except ConfigurationError as error:
            log.error(  # noqa: TRY400 - it says what a person has to mend, and where: a traceback would hide it
                "the configuration is wrong; what is live goes on",
                extra={"reason": reason, "problems": list(error.problems)},
            )
            return None, Reloaded(self._gateway.version, changed=False, problems=error.problems)
        except Exception as error:  # whatever it is, what is live must go on
            log.exception("the next version could not be made; what is live goes on", extra={"reason": reason})
            problems = (f"{type(error).__name__}: {error}",)
            return None, Reloaded(self._gateway.version, changed=False, problems=problems)
        self._warn_of_what_needs_a_restart(config)
        self._config = config
        self.generation += 1
        if snapshot is None:
            return None, Reloaded(self._gateway.version, changed=False)
        return snapshot, Reloaded(snapshot.version, changed=True)

    def _warn_of_what_needs_a_restart(self, config: Config) -> None:
        before, after = self._config.server, config.server
        changed = {name for name in type(after).model_fields if getattr(after, name) != getattr(before, name)}
        waiting = [f"server.{name}" for name in sorted(changed - RELOADED)]
        waiting += [
            name for name in ("admin", "overload", "redis") if getattr(config, name) != getattr(self._config, name)
        ]
        if waiting:
            log.warning("these settings hold from the next start on", extra={"settings": waiting})


def _tell(awaited: Iterable[asyncio.Future[Reloaded]], outcome: Reloaded) -> None:
    for known in awaited:
        if not known.done():  # whoever waited may have given up
            known.set_result(outcome)
