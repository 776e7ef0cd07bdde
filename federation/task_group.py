"""Work that goes on beside a block and ends with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group around a block: what the block raises comes out as it is, and in no group of exceptions.

    The block ends its tasks, which are awaited. A task that fails cancels the block, as in any task group.
    """
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        try:
            yield group
        except Exception as error:  # raised outside, since a task group would wrap it
            failure = error
    if failure is not None:
        raise failure
