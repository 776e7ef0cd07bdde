"""Find the route of a request, run it within its budget, and turn whatever goes wrong into one kind of answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from connectors.errors import CallFailed
from federation.errors import InterlaceError, RequestError
from federation.patterns.path import PathInvalid, RequestPath
from federation.patterns.table import Found, Route, RouteTable
from federation.request import RequestContext
from federation.routes.problems import problem
from federation.routes.routed import BodyTooLarge, ClientLeft, DeadlineExceeded, Deliver, RoutedAnswer, RoutedRequest
from federation.telemetry.request_counts import NO_ROUTE, RouteCounts

log = logging.getLogger(__name__)

Respond: TypeAlias = Callable[[RoutedRequest, Mapping[str, str], RequestContext], Awaitable[RoutedAnswer]]
"""Answers one request, given the values of the path's parameters. Raises RequestError or CallFailed."""


@dataclass(frozen=True, slots=True)
class RouteTarget:
    """What a route does: `name` is what logs call it, `budget` (seconds) all the time that a request has.

    A request whose body says that it is longer than `most_bytes` is refused before anything of it is read.
    Only where it `takes_loose` paths does it get any that servers may understand in several ways.
    """

    name: str
    respond: Respond
    budget: float
    most_bytes: int
    takes_loose: bool = False


class Router:
    """All routes of one snapshot."""

    def __init__(self, routes: Iterable[Route[RouteTarget]]) -> None:
        found = tuple(routes)
        self._table = RouteTable(found)
        self._methods = tuple(sorted(frozenset[str]().union(*(route.methods for route in found))))
        self.longest = max((route.target.budget for route in found), default=0.0)
        self._least_bytes = min((route.target.most_bytes for route in found), default=0)

    def methods(self, path: RequestPath) -> tuple[str, ...]:
        """The methods by which a path may be asked for; none where it has no route."""
        found = [each for each in self._methods if isinstance(self._table.find(each, path.segments), Found)]
        return tuple(sorted({*found, *(("HEAD",) if "GET" in found else ())}))

    def is_too_large(self, method: str, path: RequestPath, length: int) -> bool:
        """Whether a body of so many bytes is more than the route of this path takes, if there is one."""
        if length <= self._least_bytes:
            return False
        found = self._table.find(method, path.segments)
        return isinstance(found, Found) and length > found.route.target.most_bytes

    async def answer(self, request: RoutedRequest, deliver: Deliver, counts: RouteCounts) -> None:
        """Answer one request, and count it. Raises ClientLeft."""
        loop = asyncio.get_running_loop()
        began, status = loop.time(), 0

        async def delivering(answer: RoutedAnswer) -> None:
            nonlocal status
            status = answer.status
            await deliver(answer)

        found = self._table.find(request.method, request.path.segments)
        try:
            if isinstance(found, Found):
                await self._take(request, found, delivering)
            else:
                await delivering(self._no_route(request))
        finally:
            name = found.route.target.name if isinstance(found, Found) else NO_ROUTE
            counts.note(name, request.method, status, loop.time() - began)

    async def _take(self, request: RoutedRequest, found: Found[RouteTarget], deliver: Deliver) -> None:
        target = found.route.target
        context = RequestContext(asyncio.get_running_loop().time() + target.budget)
        try:
            if request.path.is_loose and not target.takes_loose:
                raise PathInvalid("the path has an encoded slash or a ';', which this route does not take")
            if request.length is not None and request.length > target.most_bytes:
                raise BodyTooLarge(f"the body is larger than {target.most_bytes} bytes")
            async with asyncio.timeout_at(context.deadline):
                answer = await target.respond(request, found.parameters, context)
        except ClientLeft:
            raise
        except TimeoutError:
            late = DeadlineExceeded("the request's budget was used up before there was an answer")
            answer = refuse(late, target.name, context.answer_headers)
        except Exception as error:
            answer = refuse(error, target.name, context.answer_headers)
        else:
            answer = answer._replace(headers=(*answer.headers, *context.answer_headers))
        if answer.rest is None:
            await deliver(answer)
            return
        try:
            async with asyncio.timeout_at(context.deadline):
                await deliver(answer)
        except TimeoutError:
            log.warning("an answer broke off", extra={"route": target.name, "code": DeadlineExceeded.code})

    def _no_route(self, request: RoutedRequest) -> RoutedAnswer:
        allowed = self.methods(request.path)
        if not allowed:
            return problem("NOT_FOUND", "there is nothing at this path", status=404)
        shown = ", ".join((*allowed, "OPTIONS"))
        message = f"this path is asked for by {', '.join(allowed)}"
        return problem("METHOD_NOT_ALLOWED", message, status=405, headers=((b"allow", shown.encode()),))


def refuse(error: Exception, route: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> RoutedAnswer:
    """The answer for what went wrong: a RequestError and a CallFailed are shown, anything else is logged and masked."""
    told = tuple(headers)
    match error:
        case RequestError():
            return problem(error.code, str(error), status=error.status, extensions=error.extensions, headers=told)
        case CallFailed():
            log.warning("a route failed", extra={"route": route, "code": error.code, "detail": error.detail})
            return problem(error.code, str(error), extensions=error.extensions, headers=told)
        case _:
            log.error("a route failed inside the gateway", extra={"route": route}, exc_info=error)
            code = InterlaceError.code
            return problem(code, "the gateway failed to answer; the failure is logged", headers=told)
