"""A burst of 500 calls at once, over two processes that share one Redis."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from tests.redis_server import RedisServer

ROOT = Path(__file__).parents[4]
PROGRAM = "tests.federation.extensions.rate_limits.burst"


async def test_two_processes_together_let_pass_what_the_limit_says(redis_server: RedisServer) -> None:
    async def start() -> Process:
        command = (sys.executable, "-m", PROGRAM, redis_server.url, "250")
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        return process

    processes = await asyncio.gather(start(), start())
    answers = await asyncio.gather(*(process.communicate(b"\n") for process in processes))

    passed = [int(out) for out, _ in answers]
    assert sum(passed) == 100
