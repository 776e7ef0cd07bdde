"""Run tasks beside the calls for as long as their owner lives, and end them with it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

log = logging.getLogger(__name__)


class Background:
    """Runs jobs that never end by themselves, in one TaskGroup; `close` cancels them and waits until they have ended.

    To be made where a loop runs. A job that fails is logged, and the others go on.
    """

    def __init__(self, jobs: Sequence[Callable[[], Awaitable[None]]]) -> None:
        self._task = asyncio.get_running_loop().create_task(_run(jobs))

    async def close(self) -> None:
        """End all jobs. Safe to call twice."""
        self._task.cancel()
        await asyncio.wait((self._task,))


async def _run(jobs: Sequence[Callable[[], Awaitable[None]]]) -> None:
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_logged(job))


async def _logged(job: Callable[[], Awaitable[None]]) -> None:
    try:
        await job()
    except Exception:
        log.exception("a background job failed")
