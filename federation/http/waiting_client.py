"""Stop answering when the client has left, so that nothing is asked of services for nobody."""

import asyncio
from types import TracebackType

from federation.http.read_body import ClientGone
from federation.http.reply import Receive

# Most answers are there sooner, and cost no more than a timer; a client that leaves is noticed within this time.
SECONDS_UNWATCHED = 0.05


class WaitingClient:
    """While the block runs, a client that leaves cancels it: then ClientGone is raised.

    The request's body must have been read: what `receive` brings then is that the client has left. The watch is a task
    that begins only where the answer takes a moment, and has ended when the block has.
    """

    __slots__ = ("_has_left", "_loop", "_receive", "_task", "_timer", "_watch")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watch: asyncio.Task[None] | None = None
        self._has_left = False

    async def __aenter__(self) -> None:
        """Begin; the watch follows a moment later."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._timer = self._loop.call_later(SECONDS_UNWATCHED, self._begin_to_watch)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the watch. Raises ClientGone if it was the client's leaving that ended the block."""
        self._timer.cancel()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait((self._watch,))
        if self._has_left and self._task is not None:
            is_ours = self._task.uncancel() == 0
            if is_ours and kind is asyncio.CancelledError:
                raise ClientGone from error

    def _begin_to_watch(self) -> None:
        self._watch = self._loop.create_task(self._wait_until_it_leaves())

    async def _wait_until_it_leaves(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._has_left = True
        if self._task is not None:
            self._task.cancel()
