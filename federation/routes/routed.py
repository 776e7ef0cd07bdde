"""A request that came by a route, and the answer to it, apart from the protocol that carried them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from federation.errors import RequestError
from federation.patterns.path import RequestPath
from federation.request import RawHeaders


class RequestBody(Protocol):
    """The body of a request: a short one is there, a long one comes piece by piece."""

    @property
    def whole(self) -> bytes | None:
        """All of it, where it is there; None where more is to come."""

    async def read(self, limit: int) -> bytes:
        """All of it, at most so many bytes. Raises BodyTooLarge, BodyTooSlow, ClientLeft."""

    def pieces(self, limit: int) -> AsyncIterator[bytes]:
        """Its pieces, at most so many bytes together; once. Raises as `read` does."""
        ...


class RequestInvalid(RequestError):
    """The request can be understood in more than one way."""

    status = 400


class BodyTooLarge(RequestError):
    """The body is larger than the limit; it was not read to its end."""

    code = "REQUEST_TOO_LARGE"
    status = 413


class BodyTooSlow(RequestError):
    """The client did not go on with its request."""

    code = "REQUEST_TIMEOUT"
    status = 408


class DeadlineExceeded(RequestError):
    """The request's own budget was used up before there was an answer."""

    code = "DEADLINE_EXCEEDED"
    status = 504


class ClientLeft(Exception):
    """The client went away before its request was complete: there is nobody to be told."""


class Connection(NamedTuple):
    """From where a request came: the address of the client, as far as trusted proxies vouch for it, and of the peer."""

    client: str
    peer: str
    scheme: str = "http"
    is_trusted: bool = False


@dataclass(frozen=True, slots=True)
class RoutedRequest:
    """One request; names of headers are lower-cased, repeated ones stand apart in `lines`. `length` is its body's."""

    method: str
    path: RequestPath
    query: str
    lines: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: RequestBody
    connection: Connection
    length: int | None = None


class Rest(Protocol):
    """What follows the beginning of an answer's body."""

    async def read(self) -> bytes:
        """The next piece; empty at the end. Raises CallFailed."""

    async def close(self) -> None:
        """Let go of whoever sends it. Safe to call twice."""


class RoutedAnswer(NamedTuple):
    """One answer; names of headers are lower-cased. Whoever delivers it closes its `rest`."""

    status: int
    headers: RawHeaders
    body: bytes
    rest: Rest | None = None


Deliver: TypeAlias = Callable[[RoutedAnswer], Awaitable[None]]
"""Sends an answer to the client; cancelled when the client leaves."""
