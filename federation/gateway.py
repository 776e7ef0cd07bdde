"""Holds the current snapshot and answers requests with it."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from connectors.traffic.service import Service
from federation.errors import InterlaceError, RequestError
from federation.layer import Handler, Layer, wrap_handler
from federation.pipeline import Pipeline
from federation.request import ClientAnswer, ClientRequest, RequestContext

log = logging.getLogger(__name__)


class Closeable(Protocol):
    """A connector, or a service that several connectors share."""

    async def close(self) -> None:
        """Release connections, files and tasks."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation: a pipeline over one supergraph, and what has to be closed after it, in this order.

    `handler` is the pipeline inside the request layers, of which the first is outermost. `traffic` are the services
    behind the connectors, as operators know them. `documents` are served as they are, by their paths.
    """

    pipeline: Pipeline
    closeables: tuple[Closeable, ...]
    layers: tuple[Layer, ...] = ()
    traffic: tuple[Service[Any, Any], ...] = ()
    documents: Mapping[str, bytes] = field(default_factory=dict)
    handler: Handler = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "handler", wrap_handler(self.layers, self.pipeline.answer))

    async def close(self) -> None:
        """Close everything; what fails to does not keep the rest open."""
        for each in self.closeables:
            try:
                await each.close()
            except Exception:
                log.exception("something of a snapshot could not be closed")


class Gateway:
    """Answers requests; `request_timeout` (seconds) is each request's whole budget."""

    def __init__(self, request_timeout: float) -> None:
        self._timeout = request_timeout
        self._snapshot: Snapshot | None = None

    @property
    def is_ready(self) -> bool:
        """Whether a snapshot is live and the gateway is not closing."""
        return self._snapshot is not None

    @property
    def traffic(self) -> tuple[Service[Any, Any], ...]:
        """The services behind the live snapshot: what is known of them, and what may be done about them."""
        return self._snapshot.traffic if self._snapshot is not None else ()

    def document(self, path: str) -> bytes | None:
        """The JSON that is published at a path; None where nothing is."""
        return None if self._snapshot is None else self._snapshot.documents.get(path)

    def open(self, snapshot: Snapshot) -> None:
        """Answer with this snapshot from now on."""
        self._snapshot = snapshot

    async def answer(self, request: ClientRequest) -> ClientAnswer:
        """Answer one request; never raises but for cancellation."""
        snapshot = self._snapshot
        if snapshot is None:
            return refuse(NotReady("the gateway is starting or stopping; try again"))
        context = RequestContext(asyncio.get_running_loop().time() + self._timeout)
        try:
            answer = await snapshot.handler(request, context)
        except Exception as error:
            answer = refuse(error)
        if context.answer_headers:
            answer = answer._replace(headers=(*answer.headers, *context.answer_headers))
        return answer

    async def close(self) -> None:
        """Take no more requests, and close what the snapshot holds."""
        snapshot, self._snapshot = self._snapshot, None
        if snapshot is not None:
            await snapshot.close()


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
