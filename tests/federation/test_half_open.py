"""A service that may have recovered is tried by as many calls as configured, however many clients come at once."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from tests.federation.routes.routed_gateway import Noting, reply, routed

CALLERS = 500
PROBES = 3
PAUSE = 0.2
SERVICES = f"""
services:
  users:
    endpoints: [ENDPOINT]
    timeout: 20s
    breaker: {{failures_in_a_row: 2, open_time: {PAUSE}s, probes: {PROBES}}}
    retries: {{max_attempts: 1}}
"""
ROUTES = "- {path: /none, service: users, public: true}"


class Recovering(Noting):
    """Fails until it is told to answer; then it answers when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.fails = True
        self.may_answer = asyncio.Event()
        self.answers = self._answer

    async def _answer(self, _asked: dict[str, Any], send: Any) -> None:
        if self.fails:
            await reply(send, {}, 500)
        else:
            await self.may_answer.wait()
            await reply(send, {"id": "1", "name": "Rūta"})


async def ask(client: httpx.AsyncClient, number: int) -> str:
    """What became of one operation; no two are equal, so that none gets another's answer."""
    response = await client.post("/graphql", json={"query": f'{{ user(id: "{number}") {{ name }} }}'})
    answer = response.json()
    return answer["errors"][0]["extensions"]["code"] if "errors" in answer else answer["data"]["user"]["name"]


async def test_five_hundred_callers_at_once_make_as_many_calls_as_the_circuit_lets_through(tmp_path: Path) -> None:
    service = Recovering()
    async with routed(tmp_path, service, ROUTES, SERVICES) as gateway:
        limits = httpx.Limits(max_connections=CALLERS)
        async with httpx.AsyncClient(base_url=gateway.url, limits=limits, timeout=30) as client:
            loop = asyncio.get_running_loop()
            while await ask(client, -1) != "CIRCUIT_OPEN":
                opened = loop.time()
            half_open = asyncio.Event()
            loop.call_at(opened + 2 * PAUSE, half_open.set)
            await half_open.wait()
            service.fails, before = False, len(service.asked)

            found = Counter[str]()

            async def one(number: int) -> None:
                found[await ask(client, number)] += 1
                if found["CIRCUIT_OPEN"] == CALLERS - PROBES:
                    service.may_answer.set()

            async with asyncio.timeout(60), asyncio.TaskGroup() as group:
                for number in range(CALLERS):
                    group.create_task(one(number))

    assert len(service.asked) - before == PROBES
    assert found == {"CIRCUIT_OPEN": CALLERS - PROBES, "Rūta": PROBES}
