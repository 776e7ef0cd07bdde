"""Holds the current snapshot and answers requests with it."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from connectors.discovery.following import Following
from connectors.traffic.service import Service
from federation.errors import InterlaceError, RequestError
from federation.extensions.caching.cache import Cache
from federation.extensions.decisions import Decisions
from federation.layer import Handler, Layer, wrap_handler
from federation.pipeline import Pipeline
from federation.request import ClientAnswer, ClientRequest, RequestContext
from federation.routes.problems import problem
from federation.routes.routed import Deliver, RoutedRequest
from federation.routes.router import Router
from federation.telemetry.request_counts import LEFT, OK, PARTIAL, OperationCounts, RouteCounts

log = logging.getLogger(__name__)

# Answers with errors begin so: they are encoded before the data.
WITH_ERRORS = b'{"errors"'
# For so long a snapshot prepares what the one before it answered.
AHEAD_SECONDS = 5.0


class Closeable(Protocol):
    """A connector, or a service that several connectors share."""

    async def close(self) -> None:
        """Release connections, files and tasks."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation: a pipeline over one supergraph, and what has to be closed after it, in this order.

    `handler` is the pipeline inside the request layers, of which the first is outermost. `traffic` are the services
    behind the connectors, as operators know them. `documents` are served as they are, by their paths. `request_timeout`
    (seconds) is each request's whole budget. `version` names what is served; it is the same in all replicas that serve
    the same. The `cache` and the `decisions` outlive the snapshot. `routes` are the paths beside the GraphQL endpoint,
    `registries` those in which services are found, by the names of the services.
    """

    pipeline: Pipeline
    closeables: tuple[Closeable, ...]
    layers: tuple[Layer, ...] = ()
    traffic: tuple[Service[Any, Any], ...] = ()
    documents: Mapping[str, bytes] = field(default_factory=dict)
    request_timeout: float = 30.0
    version: str = ""
    cache: Cache | None = None
    decisions: Decisions = field(default_factory=Decisions)
    routes: Router | None = None
    registries: Mapping[str, Following] = field(default_factory=dict)
    handler: Handler = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "handler", wrap_handler(self.layers, self.pipeline.answer))

    @property
    def longest_request(self) -> float:
        """For how long (seconds) a request may use the snapshot at most."""
        return max(self.request_timeout, self.routes.longest if self.routes is not None else 0.0)

    async def close(self) -> None:
        """Close everything; what fails to does not keep the rest open."""
        self.pipeline.close()
        for each in self.closeables:
            try:
                await each.close()
            except Exception:
                log.exception("something of a snapshot could not be closed")


class _Live:
    """A snapshot with the number of requests that use it; `unused`, once there, is told when there are none."""

    __slots__ = ("requests", "snapshot", "unused")

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.requests = 0
        self.unused: asyncio.Event | None = None

    def leave(self) -> None:
        """One request less uses it."""
        self.requests -= 1
        if self.unused is not None and not self.requests:
            self.unused.set()


class Gateway:
    """Answers requests with the live snapshot, which can be replaced while they come.

    `operations` and `routed` count how requests were answered, those of the graph and those by routes.
    """

    def __init__(self) -> None:
        self._live: _Live | None = None
        self._is_retired = False
        self.operations = OperationCounts()
        self.routed = RouteCounts()

    @property
    def is_ready(self) -> bool:
        """Whether a snapshot is live and the gateway is neither retired nor closing."""
        return self._live is not None and not self._is_retired

    @property
    def version(self) -> str:
        """The version of the live snapshot; empty while there is none."""
        return "" if self._live is None else self._live.snapshot.version

    @property
    def traffic(self) -> tuple[Service[Any, Any], ...]:
        """The services behind the live snapshot: what is known of them, and what may be done about them."""
        return self._live.snapshot.traffic if self._live is not None else ()

    @property
    def registries(self) -> Mapping[str, Following]:
        """The registries in which services of the live snapshot are found, by the names of the services."""
        return self._live.snapshot.registries if self._live is not None else {}

    def document(self, path: str) -> bytes | None:
        """The JSON that is published at a path; None where nothing is."""
        return None if self._live is None else self._live.snapshot.documents.get(path)

    @property
    def cache(self) -> Cache | None:
        """What is kept of answers: to be told what is invalid, and to be asked what it did."""
        return self._live.snapshot.cache if self._live is not None else None

    @property
    def decisions(self) -> Decisions | None:
        """How often policies allowed and denied, since the process started."""
        return self._live.snapshot.decisions if self._live is not None else None

    def open(self, snapshot: Snapshot) -> None:
        """Answer with this snapshot from now on."""
        self._live = _Live(snapshot)

    async def prepare(self, snapshot: Snapshot) -> None:
        """Let a snapshot that is to be live prepare what was answered last, so that no request waits for that."""
        if self._live is not None:
            until = asyncio.get_running_loop().time() + AHEAD_SECONDS
            await snapshot.pipeline.prepare_all(self._live.snapshot.pipeline.answered_last(), until)

    async def replace(self, snapshot: Snapshot) -> None:
        """Answer new requests with this snapshot; when this returns, the one before has been drained and closed."""
        before, self._live = self._live, _Live(snapshot)
        if before is not None:
            await _drain(before)

    async def answer(self, request: ClientRequest) -> ClientAnswer:
        """Answer one request; never raises but for cancellation."""
        live = self._live
        if live is None:
            self.note_refusal(NotReady.code)
            return refuse(NotReady("the gateway is starting or stopping; try again"))
        began = asyncio.get_running_loop().time()
        context = RequestContext(began + live.snapshot.request_timeout)
        live.requests += 1
        try:
            answer = await live.snapshot.handler(request, context)
        except Exception as error:
            answer = refuse(error)
        except asyncio.CancelledError:
            self.operations.note(LEFT, asyncio.get_running_loop().time() - began)
            raise
        finally:
            live.leave()
        outcome = answer.code if answer.refused else PARTIAL if answer.body.startswith(WITH_ERRORS) else OK
        self.operations.note(outcome, asyncio.get_running_loop().time() - began)
        if context.answer_headers:
            answer = answer._replace(headers=(*answer.headers, *context.answer_headers))
        return answer

    def note_refusal(self, code: str) -> None:
        """Count a request that was refused before it could be read as one."""
        self.operations.note(code, 0.0)

    def retire(self) -> None:
        """Say that requests should go elsewhere, as this gateway will close soon; those that come are answered."""
        self._is_retired = True

    @property
    def routes(self) -> Router | None:
        """The paths beside the GraphQL endpoint, where there are any."""
        return self._live.snapshot.routes if self._live is not None else None

    async def route(self, request: RoutedRequest, deliver: Deliver) -> None:
        """Answer one request that came by a path of `routes`. Raises ClientLeft."""
        live = self._live
        if live is None or live.snapshot.routes is None:
            await deliver(problem(NotReady.code, "the gateway is starting or stopping; try again"))
            return
        live.requests += 1
        try:
            await live.snapshot.routes.answer(request, deliver, self.routed)
        finally:
            live.leave()

    async def close(self) -> None:
        """Take no more requests, and close what the snapshot holds."""
        live, self._live = self._live, None
        if live is not None:
            await live.snapshot.close()


async def _drain(live: _Live) -> None:
    """Wait until no request uses the snapshot, for as long as a request may take at most; then close it."""
    live.unused = asyncio.Event()
    if live.requests:
        try:
            async with asyncio.timeout(live.snapshot.longest_request):
                await live.unused.wait()
        except TimeoutError:
            log.warning("requests outlived their deadline", extra={"requests": live.requests})
    await live.snapshot.close()


class NotReady(RequestError):
    """There is no snapshot to answer with."""

    code = "NOT_READY"


def refuse(error: Exception) -> ClientAnswer:
    """The one place where an exception becomes an answer: a RequestError is shown, anything else logged and masked."""
    if isinstance(error, RequestError):
        return ClientAnswer(
            orjson.dumps({"errors": error.as_json()}), refused=True, code=error.code, status=error.status
        )
    log.error("a request failed inside the gateway", exc_info=error)
    code = InterlaceError.code
    shown = [{"message": "the gateway failed to answer; the failure is logged", "extensions": {"code": code}}]
    return ClientAnswer(orjson.dumps({"errors": shown}), refused=True, code=code)
