"""What stands in the place of parts of a connection from which no more is read, or which is not to close at once."""

import asyncio
from collections.abc import Callable
from typing import Final


class Dropped(list[tuple[bytes, bytes]]):
    """Takes the headers that follow a chunked body: nobody reads them, and their number has no bound."""

    def append(self, header: tuple[bytes, bytes]) -> None:
        """Keep nothing."""


# Where these stand the head of a request has been read, and that of the next has not begun.
TRAILERS: Final = Dropped()


class Unread:
    """Stands where the exchange would be of which nothing more is read: what comes of it is dropped."""

    response_started = response_complete = True
    keep_alive = more_body = False

    def __init__(self) -> None:
        self.message_event = asyncio.Event()


class LastAnswer:
    """The transport as the last exchange of a connection sees it: closing it is left to the connection."""

    __slots__ = ("_end", "is_closing", "write")

    def __init__(self, transport: asyncio.Transport, end: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self._end = end

    def close(self) -> None:
        """The answer has been written."""
        self._end()
