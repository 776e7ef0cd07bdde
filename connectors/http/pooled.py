"""What a pool knows of a connection."""

import asyncio
from abc import ABC, abstractmethod
from typing import cast


class Pooled(asyncio.Protocol, ABC):
    """One connection; only the pool calls `abort` and `break_off`, and notes in `idle_since` when it came back."""

    __slots__ = ("_transport", "idle_since")

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self.idle_since = 0.0

    @property
    def is_open(self) -> bool:
        """Whether a request may be sent on it, as far as one can know."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    @abstractmethod
    def is_reusable(self) -> bool:
        """Whether it is fit for another request."""

    @abstractmethod
    def abort(self) -> None:
        """Close at once, without a word to whoever waits for an answer."""

    @abstractmethod
    def break_off(self) -> None:
        """Close at once; whoever waits for an answer is told."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: connected."""
        # uvloop's transports are transports by their methods only
        self._transport = cast("asyncio.Transport", transport)
