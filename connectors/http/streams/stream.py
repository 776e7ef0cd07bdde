"""What a request with a streamed body is, and how much of its answer is read before it is passed on."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from connectors.http.response import HttpResponse, Rest

# A shorter answer is read whole, so that a slow client does not occupy the service.
READ_AHEAD = 64 * 1024


class StreamRequest(NamedTuple):
    """One request. The body is whole (`body`), or comes as `pieces`, of `length` bytes together where that is known.

    Pieces are taken once, so a request with them is never sent again after the first of them.
    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes | None = None
    pieces: AsyncIterator[bytes] | None = None
    length: int | None = None


class StreamTerms(NamedTuple):
    """How large the answer may be, and how long (seconds) the service may keep us waiting for its next move."""

    most_bytes: int
    pause: float


async def read_ahead(head: HttpResponse, rest: Rest, most: int = READ_AHEAD) -> HttpResponse:
    """Read the body up to so many bytes: a short one is whole then, of a longer one the rest is left.

    Raises CallFailed, and has let go of the connection then.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        while size <= most:
            piece = await rest.read()
            if not piece:
                await rest.close()
                return head._replace(body=b"".join(pieces))
            pieces.append(piece)
            size += len(piece)
    except BaseException:
        await rest.close()
        raise
    return head._replace(body=b"".join(pieces), rest=rest)
