"""What a pool knows of a connection."""

import asyncio


class Pooled(asyncio.Protocol):
    """One connection; only the pool calls `abort` and `break_off`, and notes in `idle_since` when it came back."""

    __slots__ = ("idle_since",)

    idle_since: float

    @property
    def is_open(self) -> bool:
        """Whether a request may be sent on it, as far as one can know."""
        raise NotImplementedError

    @property
    def is_reusable(self) -> bool:
        """Whether it is fit for another request."""
        raise NotImplementedError

    def abort(self) -> None:
        """Close at once, without a word to whoever waits for an answer."""
        raise NotImplementedError

    def break_off(self) -> None:
        """Close at once; whoever waits for an answer is told."""
        raise NotImplementedError
