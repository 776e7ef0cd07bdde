"""Pass a request on to a service and its answer back; long bodies go through piece by piece, in both directions."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.errors import BadStatus, CallFailed, TimedOut
from connectors.http.streams.stream import StreamRequest, StreamTerms
from connectors.traffic.balancing import argument_key
from connectors.traffic.http_service import HttpService
from connectors.traffic.repeatable import has_idempotency_key
from connectors.traffic.streamed_calls import StreamedAnswer
from federation.extensions.authentication.pass_identity import ServiceIdentity
from federation.patterns.rewriting import Rewriting
from federation.request import RequestContext
from federation.routes.forwarded import Lines, answer_lines, request_lines
from federation.routes.kept_answers import Question
from federation.routes.problems import problem
from federation.routes.reusing import CONDITIONAL, Reusing
from federation.routes.routed import BodyTooLarge, DeadlineExceeded, RoutedAnswer, RoutedRequest
from federation.routes.transforming import Transforming

log = logging.getLogger(__name__)

REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOCATIONS: Final = frozenset({b"location", b"content-location"})
# The first status by which a service says that it failed; what else it says then is for its own team.
FIRST_FAILURE: Final = 500


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large bodies may be (bytes), and how long (seconds) the service may take to make its next move."""

    most_request: int
    most_answer: int
    pause: float


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the gateway reads of a client's credentials, and keeps to itself: whole headers, and one cookie.

    A service learns by `told` who asks.
    """

    headers: frozenset[str] = frozenset()
    cookie: str | None = None
    told: ServiceIdentity | None = None


@dataclass(frozen=True, slots=True)
class PassThrough:
    """The way to one service. Only where it `shows_failures` do clients see what a service says when it fails."""

    service: HttpService
    rewriting: Rewriting
    bounds: Bounds
    credentials: Credentials
    reusing: Reusing | None = None
    transforming: Transforming | None = None
    shows_failures: bool = False

    async def respond(
        self, request: RoutedRequest, parameters: Mapping[str, str], context: RequestContext
    ) -> RoutedAnswer:
        """The service's answer, or one that is kept. Raises RequestError, CallFailed."""
        path = self.rewriting.target(request.path.segments, parameters)
        target = f"{path}?{request.query}" if request.query else path
        lines = self._lines(request, context)

        async def ask(conditions: Lines | None) -> RoutedAnswer:
            own = lines if conditions is None else tuple(line for line in lines if line[0] not in CONDITIONAL)
            return await self._ask(target, (*own, *(conditions or ())), request, parameters, context)

        if self.reusing is None:
            return await ask(None)
        return await self.reusing.respond(self._question(target, lines, request, context), ask)

    def _lines(self, request: RoutedRequest, context: RequestContext) -> Lines:
        own = self.credentials
        sent = request_lines(request.lines, request.connection, own.headers)
        if own.cookie is not None:
            sent = _without_cookie(sent, own.cookie)
        if self.transforming is not None:
            sent = self.transforming.request_lines(sent)
        told = own.told.headers_for(context.identity) if own.told is not None else ()
        return (*sent, *told)

    def _question(self, target: str, lines: Lines, request: RoutedRequest, context: RequestContext) -> Question:
        identity = context.identity
        names = {name for name, _ in lines}
        is_told = self.credentials.told is not None and not identity.is_anonymous
        has_credentials = is_told or not names.isdisjoint({"authorization", "cookie"})
        return Question(target, request.method, request.headers, identity.answer_scope, has_credentials)

    async def _ask(
        self,
        target: str,
        lines: Lines,
        request: RoutedRequest,
        parameters: Mapping[str, str],
        context: RequestContext,
    ) -> RoutedAnswer:
        asked = await self._request(target, lines, request)
        service, now = self.service, asyncio.get_running_loop().time()
        deadline = context.deadline if asked.pieces is not None else min(context.deadline, now + self.bounds.pause)
        repeatable = request.method in REPEATABLE or has_idempotency_key(lines)
        terms = StreamTerms(self.bounds.most_answer, self.bounds.pause)
        try:
            streamed = await service.streams.open(
                asked, terms, deadline, idempotent=repeatable, key=self._key(parameters, lines)
            )
        except TimedOut as error:
            if asyncio.get_running_loop().time() >= context.deadline:
                raise DeadlineExceeded("the request's budget was used up before the service had answered") from error
            raise _named(error, service.name) from error
        except CallFailed as error:
            raise _named(error, service.name) from error
        return await self._answer(streamed, request)

    async def _request(self, target: str, lines: Lines, request: RoutedRequest) -> StreamRequest:
        body, most = request.body, self.bounds.most_request
        if request.length is not None and request.length > most:
            raise BodyTooLarge(f"the body is larger than {most} bytes")
        made = StreamRequest(request.method, target, lines)
        if self.transforming is not None and self.transforming.changes_requests:
            return made._replace(body=self.transforming.request_body(await body.read(most)))
        if body.whole is None:
            return made._replace(pieces=body.pieces(most), length=request.length)
        whole = await body.read(most)
        return made._replace(body=whole if whole or request.length is not None else None)

    async def _answer(self, streamed: StreamedAnswer, request: RoutedRequest) -> RoutedAnswer:
        response = streamed.response
        if response.status >= FIRST_FAILURE and not self.shows_failures:
            await streamed.close()
            return self._failed(response.status, response.headers.get("retry-after"))
        rest = streamed if response.rest is not None else None
        keeps_length = rest is not None or request.method == "HEAD"
        headers = tuple(
            (name, self._public(value)) if name in LOCATIONS else (name, value)
            for name, value in answer_lines(streamed.lines, keeps_length=keeps_length)
        )
        answer = RoutedAnswer(response.status, headers, response.body, rest)
        if self.transforming is not None and self.transforming.changes_answers:
            return await self.transforming.answer(answer, self.bounds.most_answer)
        return answer

    def _failed(self, status: int, retry_after: str | None) -> RoutedAnswer:
        log.warning("a service failed", extra={"service": self.service.name, "code": BadStatus.code, "status": status})
        headers = ((b"retry-after", retry_after.encode("latin-1")),) if retry_after else ()
        return problem(
            BadStatus.code,
            f"the service answered with status {status}",
            status=status if status in {500, 501, 502, 503, 504} else 502,
            extensions={"service": self.service.name},
            headers=headers,
        )

    def _key(self, parameters: Mapping[str, str], lines: Lines) -> str | None:
        """By what the balancer may tell requests apart: a header or a parameter of the path."""
        service = self.service
        if service.key_header is not None:
            return next((value for name, value in lines if name == service.key_header), None)
        return argument_key(service.key_argument, parameters) if service.key_argument else None

    def _public(self, value: bytes) -> bytes:
        """Where clients find what a service says is elsewhere: its own address is nothing to them."""
        text = value.decode("latin-1")
        for endpoint in self.service.endpoints:
            if text == endpoint.address or text.startswith(f"{endpoint.address}/"):
                text = text[len(endpoint.address) :] or "/"
                break
        if not text.startswith("/") or text.startswith("//"):
            return value
        path, mark, query = text.partition("?")
        return f"{self.rewriting.public_path(path)}{mark}{query}".encode("latin-1")


def _named(failure: CallFailed, service: str) -> CallFailed:
    failure.extensions = {"service": service, **failure.extensions}
    return failure


def _without_cookie(lines: Lines, cookie: str) -> Lines:
    kept: list[tuple[str, str]] = []
    for name, value in lines:
        if name != "cookie":
            kept.append((name, value))
            continue
        others = [each.strip() for each in value.split(";") if each.partition("=")[0].strip() != cookie]
        if others:
            kept.append((name, "; ".join(others)))
    return tuple(kept)
