"""Ask a service only whether an answer has changed, where it came with an entity tag (RFC 9110, section 13.1.2)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from connectors.http.response import HttpResponse

Headers: TypeAlias = Sequence[tuple[str, str]]
Send: TypeAlias = Callable[[Headers], Awaitable[HttpResponse]]
"""Sends the request with these headers."""

NOT_MODIFIED = 304
_OVERHEAD = 1_000  # bytes of one answer beside its body


class _Known(NamedTuple):
    tag: str
    response: HttpResponse


class Validators:
    """Answers with an ETag, by the whole request that they answer: target, body and every header.

    So an answer goes only to a request that the service cannot tell from the first one, whoever sends it, and whatever
    `Vary` says. None is used before the service has said that it still holds. They take at most `most_bytes`: those not
    used for longest are let go. Tasks of one event loop use it.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._known: dict[bytes, _Known] = {}
        self._bytes = 0

    async def ask(self, target: str, headers: Headers, body: bytes | None, send: Send) -> HttpResponse:
        """The answer to a request that changes nothing. Raises what `send` raises."""
        key = _key(target, headers, body)
        known = self._known.pop(key, None)
        if known is None:
            response = await send(headers)
        else:
            self._known[key] = known  # now the one used last
            response = await send((*headers, ("if-none-match", known.tag)))
            if response.status == NOT_MODIFIED:
                # RFC 9111, section 3.2: what the 304 says replaces what was said before.
                return known.response._replace(headers={**known.response.headers, **response.headers})
        self._keep(key, response)
        return response

    def _keep(self, key: bytes, response: HttpResponse) -> None:
        old = self._known.pop(key, None)
        if old is not None:
            self._bytes -= _size(old.response)
        tag = response.headers.get("etag")
        if response.status != 200 or not tag or _size(response) > self._most_bytes // 8:
            return
        if "no-store" in response.headers.get("cache-control", "").lower():
            return
        self._known[key] = _Known(tag, response)
        self._bytes += _size(response)
        while self._bytes > self._most_bytes:
            self._bytes -= _size(self._known.pop(next(iter(self._known))).response)


def _size(response: HttpResponse) -> int:
    return len(response.body) + _OVERHEAD


def _key(target: str, headers: Headers, body: bytes | None) -> bytes:
    digest = blake2b(digest_size=20)
    for text in (target, *(part for header in headers for part in header)):
        written = text.encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(written))
        digest.update(written)
    digest.update(b"" if body is None else b"%d:%b" % (len(body), body))
    return digest.digest()


class Listening:
    """Hears the headers of one call's answers, and asks by entity tags where there are `validators`."""

    __slots__ = ("_validators", "heard")

    def __init__(self, validators: Validators | None) -> None:
        self._validators = validators
        self.heard: list[Mapping[str, str]] = []

    async def ask(
        self, target: str, headers: Headers, body: bytes | None, send: Send, *, is_safe: bool
    ) -> HttpResponse:
        """Send the request and give its answer. Raises what `send` raises."""
        if is_safe and self._validators is not None:
            response = await self._validators.ask(target, headers, body, send)
        else:
            response = await send(headers)
        self.heard.append(response.headers)
        return response
