"""After every test: no task goes on, and no socket is open that was not open before.

What is under way (a flight, a queue, a retry) is awaited by a task, so where no task is left, none of it is.
"""

import asyncio
import inspect
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

# gRPC closes its sockets in threads of its own, some time after it was told to.
SECONDS_TO_CLOSE = 3.0
DESCRIPTORS = "/proc/self/fd"
# Tests of these folders share a loop with servers and a gateway that live for the whole session.
SHARE_A_LOOP = ("tests/gateway/", "tests/browser/", "tests/examples/")


def shares_a_loop(item: pytest.Item) -> bool:
    """Whether what a test leaves behind may belong to the session."""
    return any(folder in item.path.as_posix() for folder in SHARE_A_LOOP)


def open_sockets() -> set[str]:
    """The sockets of this process, each with its inode; nothing where the system does not tell."""
    found = set()
    with suppress(FileNotFoundError):
        for number in os.listdir(DESCRIPTORS):
            with suppress(OSError):  # the descriptor of the listing itself
                target = os.readlink(f"{DESCRIPTORS}/{number}")
                if target.startswith("socket:"):
                    found.add(target)
    return found


def connections(sockets: set[str]) -> set[str]:
    """Those of the sockets that are TCP's: gRPC keeps pairs of others for each loop, until they are collected."""
    if not sockets:
        return sockets
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(FileNotFoundError):
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
            inodes.update(f"socket:[{line.split()[9]}]" for line in lines)
    return sockets & inodes


@pytest.fixture(autouse=True)
def no_socket_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a socket open; fixtures of a wider scope are set up before this one."""
    before = open_sockets()
    yield
    if shares_a_loop(request.node):
        return
    until = time.monotonic() + SECONDS_TO_CLOSE
    while (left := connections(open_sockets() - before)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not left, f"{len(left)} sockets were left open"


@pytest.fixture
async def no_task_is_left() -> AsyncIterator[None]:
    """Fail an async test after which a task goes on, all of its fixtures being torn down."""
    yield
    for _ in range(3):
        await asyncio.sleep(0)  # what was cancelled ends
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"tasks were left: {left}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Watch every async test for tasks; the marker comes first, so that its fixture is torn down last."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function) and not shares_a_loop(item):
            item.fixturenames.insert(0, "no_task_is_left")
