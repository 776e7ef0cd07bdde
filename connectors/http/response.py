"""What a service answered over HTTP."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol


class Rest(Protocol):
    """The part of a body that has not been read."""

    async def read(self) -> bytes:
        """The next piece; empty at the end. Raises CallFailed."""
        ...

    async def close(self) -> None:
        """Let go of the connection, which is used again if the body was read to its end. Safe to call twice."""


class HttpResponse(NamedTuple):
    """One answer: names of `headers` are lower-cased, repeated ones are joined by commas.

    It is complete, unless it was asked for as a stream: then `rest` is what follows the body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    rest: Rest | None = None
