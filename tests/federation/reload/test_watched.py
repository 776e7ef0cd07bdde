"""Changes of files are noticed once they are whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from federation.reload.watched import look, watch_files


class Looks:
    """Lets the watcher look once more, and waits until it has."""

    def __init__(self) -> None:
        self._sleeping = asyncio.Event()
        self._go_on = asyncio.Semaphore(0)

    async def sleep(self, _seconds: float) -> None:
        self._sleeping.set()
        await self._go_on.acquire()

    async def look(self) -> None:
        await self._sleeping.wait()
        self._sleeping.clear()
        self._go_on.release()
        await self._sleeping.wait()


@asynccontextmanager
async def watching(*files: Path) -> AsyncIterator[tuple[Looks, list[str]]]:
    looks, told = Looks(), list[str]()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch_files(look(iter(files)), lambda: iter(files), told.append, looks.sleep))
        await looks.look()
        yield looks, told
        task.cancel()


async def test_a_change_is_told_when_the_file_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.graphql"
    file.write_text("1")
    async with watching(file) as (looks, told):
        file.write_text("12")
        await looks.look()
        while_written = list(told)
        file.write_text("123")
        await looks.look()
        await looks.look()
        await looks.look()

    assert while_written == []
    assert told == ["a.graphql"]


async def test_a_file_that_is_replaced_or_comes_or_goes_has_changed(tmp_path: Path) -> None:
    file, other = tmp_path / "a.graphql", tmp_path / "b.graphql"
    file.write_text("1")
    async with watching(file, other) as (looks, told):
        other.write_text("2")
        await looks.look()
        await looks.look()
        (tmp_path / "new").write_text("3")
        (tmp_path / "new").replace(file)
        await looks.look()
        await looks.look()
        file.unlink()
        await looks.look()
        await looks.look()

    assert told == ["b.graphql", "a.graphql", "a.graphql"]


async def test_nothing_is_told_when_nothing_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.graphql"
    file.write_text("1")
    async with watching(file) as (looks, told):
        for _ in range(3):
            await looks.look()

    assert told == []


async def test_a_file_that_was_read_and_is_no_part_of_the_graph_is_no_change(tmp_path: Path) -> None:
    part, other = tmp_path / "a.graphql", tmp_path / "run.py"
    part.write_text("1")
    other.write_text("2")
    looks, told = Looks(), list[str]()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch_files(look([part, other]), lambda: [part], told.append, looks.sleep))
        for _ in range(3):
            await looks.look()
        task.cancel()

    assert told == []
