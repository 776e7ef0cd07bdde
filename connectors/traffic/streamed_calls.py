"""Call a service with bodies that pass piece by piece, under the same circuit, balancer and bounds as all its calls."""

from collections.abc import AsyncIterator, Sequence
from time import monotonic

from connectors.errors import CallFailed, PoolExhausted
from connectors.http.client import HttpClient
from connectors.http.raw_headers import RawHeaders
from connectors.http.response import HttpResponse
from connectors.http.streams.stream import StreamRequest, StreamTerms
from connectors.traffic.hold import Hold
from connectors.traffic.http_outcomes import judge_response
from connectors.traffic.outcome import Verdict
from connectors.traffic.service import Service


class StreamedCalls:
    """The streams of one service: at most `most` at once, so that slow clients leave room for all other calls."""

    def __init__(self, service: Service[HttpClient, HttpResponse], most: int) -> None:
        self._service = service
        self._most = most
        self.under_way = 0

    async def open(
        self,
        request: StreamRequest,
        terms: StreamTerms,
        deadline: float,
        *,
        idempotent: bool = False,
        key: str | None = None,
    ) -> "StreamedAnswer":
        """Send one request and give its answer, whatever its status; whoever gets it closes it.

        `deadline` (the loop's time) bounds all until the answer begins. Raises a CallFailed.
        """
        hold: Hold[HttpResponse] = Hold(_judge, _has_rest)
        place = _Place(self)
        if request.pieces is not None:
            place.take()
            request = request._replace(pieces=_Timed(request.pieces, hold))
            idempotent = False

        async def attempt(client: HttpClient, until: float) -> HttpResponse:
            response = await client.open(request, terms, until, idempotent=idempotent)
            if response.rest is not None:
                try:
                    place.take()
                except PoolExhausted:
                    await response.rest.close()
                    raise
            return response

        try:
            response = await self._service.call(attempt, deadline, idempotent=idempotent, key=key, hold=hold)
        except BaseException:
            place.give_back()
            raise
        return StreamedAnswer(response, hold, place, self._service)

    def enter(self) -> None:
        """Count one more. Raises PoolExhausted when there are too many."""
        if self.under_way >= self._most:
            raise PoolExhausted("too many long requests and answers of the service are on their way")
        self.under_way += 1

    def leave(self) -> None:
        """Count one less."""
        self.under_way -= 1


class _Place:
    """The place of one stream among those that are under way; taken and given back once, however often it is asked."""

    __slots__ = ("_calls", "_is_taken")

    def __init__(self, calls: StreamedCalls) -> None:
        self._calls = calls
        self._is_taken = False

    def take(self) -> None:
        """Take it. Raises PoolExhausted."""
        if not self._is_taken:
            self._calls.enter()
            self._is_taken = True

    def give_back(self) -> None:
        """Give it back, if it is taken."""
        if self._is_taken:
            self._calls.leave()
            self._is_taken = False


class StreamedAnswer:
    """One answer: its beginning is there, its rest comes piece by piece."""

    __slots__ = ("_hold", "_place", "_service", "response")

    def __init__(
        self,
        response: HttpResponse,
        hold: Hold[HttpResponse],
        place: _Place,
        service: Service[HttpClient, HttpResponse],
    ) -> None:
        self.response = response
        self._hold = hold
        self._place = place
        self._service = service
        if response.rest is None:
            place.give_back()

    @property
    def lines(self) -> Sequence[tuple[bytes, bytes]]:
        """The headers, each as it came."""
        headers = self.response.headers
        if isinstance(headers, RawHeaders):
            return headers.lines
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]

    async def read(self) -> bytes:
        """The next piece behind the beginning; empty at the end. Raises CallFailed, and blames its endpoint."""
        rest = self.response.rest
        if rest is None:
            return b""
        try:
            piece = await rest.read()
        except CallFailed as failure:
            self._service.failures[failure.code] += 1
            self._hold.end(failure)
            raise
        if not piece:
            await self.close()
        return piece

    async def close(self) -> None:
        """Let go of it. Safe to call twice."""
        self._hold.end()
        self._place.give_back()
        if self.response.rest is not None:
            await self.response.rest.close()


def _has_rest(response: HttpResponse) -> bool:
    return response.rest is not None


def _judge(response: HttpResponse) -> Verdict | None:
    """By the status; what is on its way already is not asked for again."""
    verdict = judge_response(response)
    return verdict._replace(may_repeat=False) if verdict is not None and response.rest is not None else verdict


class _Timed:
    """The pieces of a body; for how long they are waited for is noted in the hold."""

    __slots__ = ("_hold", "_pieces")

    def __init__(self, pieces: AsyncIterator[bytes], hold: Hold[HttpResponse]) -> None:
        self._pieces = pieces
        self._hold = hold

    def __aiter__(self) -> "_Timed":
        return self

    async def __anext__(self) -> bytes:
        since = monotonic()
        try:
            return await anext(self._pieces)
        finally:
            self._hold.waited += monotonic() - since
