"""What happens during the load, one scenario a function."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from benchmarks.chaos.stage import Setting, Stage
from examples.storefront.run import SERVICES

WHOLE = "query ($id: ID!) { user(id: $id) { name orders { id total } preferences { theme } } }"
USERS_ONLY = "query ($id: ID!) { user(id: $id) { name email } }"
ORDERS = "query ($id: ID!) { user(id: $id) { name orders { id total } } }"

Disturb = Callable[[Stage], Awaitable[None]]
SECONDS_BEFORE = 3.0
SECONDS_DISTURBED = 6.0

# Short enough to see an instance come back within a scenario.
COMES_BACK = "    ejection: { time: 1s, max_time: 2s, slow_start: 1s }\n"
NO_RETRIES = "    retries: { max_attempts: 1 }\n"
IMPATIENT = "    retries: { attempt_timeout: 500ms }\n"
FOUND = "    discover: { etcd: { url: 'REGISTRY', prefix: /SERVICE/ } }\n"
# Each request is counted in Redis, circuits are shared by it.
SHARED = "redis: { url: 'REDIS' }\nrate_limits: { requests: 9000000/minute, fields: { Query.user: 9000000/minute } }\n"
SHARED_CIRCUITS = "    breaker: { shared: true }\n"
DEFAULT = Setting(COMES_BACK)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A name, what is done, the queries that are asked, and how the gateway is configured."""

    name: str
    disturb: Disturb
    queries: tuple[str, ...] = (WHOLE,)
    setting: Setting = DEFAULT


async def _nothing(_stage: Stage) -> None:
    """Leave everything as it is."""


async def _kill(stage: Stage) -> None:
    await stage.shop.kill("orders", 1)
    await asyncio.sleep(SECONDS_DISTURBED)
    await stage.shop.restart("orders", 1)
    await stage.note_return("orders", 1)


async def _kill_all_first(stage: Stage) -> None:
    for service in SERVICES:
        await stage.shop.kill(service, 1)
    await asyncio.sleep(SECONDS_DISTURBED)
    for service in SERVICES:
        await stage.shop.restart(service, 1)
    await stage.note_return("orders", 1)


async def _stop(stage: Stage) -> None:
    stage.send_shop(signal.SIGSTOP, "orders", 1)
    await asyncio.sleep(SECONDS_DISTURBED)
    stage.send_shop(signal.SIGCONT, "orders", 1)
    await asyncio.sleep(0.2)  # it answers what it was sent before
    await stage.note_return("orders", 1)


async def _slow(stage: Stage) -> None:
    await stage.shop.set_fault("orders", "slow", instance=1, seconds=1)
    await asyncio.sleep(SECONDS_DISTURBED)
    await stage.shop.set_fault("orders", "none", instance=1)


async def _restart(stage: Stage) -> None:
    for instance in (1, 2):
        for service in SERVICES:
            await stage.shop.program(service, instance).stop()
            await stage.shop.restart(service, instance)
        await asyncio.sleep(SECONDS_DISTURBED / 2)


async def _black_hole(stage: Stage) -> None:
    stage.send_shop(signal.SIGSTOP, "orders", 1, 2)
    await asyncio.sleep(SECONDS_DISTURBED)
    stage.send_shop(signal.SIGCONT, "orders", 1, 2)


async def _kill_redis(stage: Stage) -> None:
    await asyncio.to_thread(stage.redis.stop)
    await asyncio.sleep(SECONDS_DISTURBED)
    await asyncio.to_thread(stage.redis.start)


async def _stop_redis(stage: Stage) -> None:
    stage.redis.pause()
    await asyncio.sleep(SECONDS_DISTURBED)
    stage.redis.resume()


async def _restart_redis(stage: Stage) -> None:
    await asyncio.to_thread(stage.redis.stop)
    await asyncio.to_thread(stage.redis.start)


async def _kill_registry(stage: Stage) -> None:
    await asyncio.to_thread(stage.registry.stop)
    await asyncio.sleep(SECONDS_DISTURBED)
    await asyncio.to_thread(stage.registry.start)
    # What it says then is heard.
    await stage.deregister("orders", 1)


async def _stop_registry(stage: Stage) -> None:
    stage.registry.pause()
    await asyncio.sleep(SECONDS_DISTURBED)
    stage.registry.resume()


async def _move_endpoints(stage: Stage) -> None:
    for service in SERVICES:
        await stage.deregister(service, 1)
    await asyncio.sleep(1)
    for service in SERVICES:
        await stage.shop.program(service, 1).stop()
        await stage.shop.restart(service, 1)
        await stage.register(service, 1)
    await stage.note_return("orders", 1)


async def _kill_worker(stage: Stage) -> None:
    os.kill(stage.workers()[0], signal.SIGKILL)


async def _stop_worker(stage: Stage) -> None:
    first = stage.workers()[0]
    os.kill(first, signal.SIGSTOP)
    await asyncio.sleep(SECONDS_DISTURBED)
    os.kill(first, signal.SIGCONT)


REDIS = Setting(COMES_BACK + SHARED_CIRCUITS, SHARED)
REGISTRY = Setting(COMES_BACK + FOUND)
TWO_WORKERS = replace(DEFAULT, workers=2)
SCENARIOS = (
    Scenario("nothing happens", _nothing),
    Scenario("one of two instances of orders killed, restarted 6 s later", _kill),
    Scenario("the same without retries", _kill, setting=Setting(COMES_BACK + NO_RETRIES)),
    Scenario("one of two instances of every service killed, restarted 6 s later", _kill_all_first),
    Scenario("one of two instances of orders stopped (SIGSTOP) for 6 s", _stop),
    Scenario("the same, one attempt may take 500 ms", _stop, setting=Setting(COMES_BACK + IMPATIENT)),
    Scenario("one of two instances of orders takes 1 s for 6 s", _slow),
    Scenario("all instances restarted, one after the other", _restart),
    Scenario("nothing happens, half of the queries without orders", _nothing, (USERS_ONLY, ORDERS)),
    Scenario("both instances of orders black-holed for 6 s", _black_hole, (USERS_ONLY, ORDERS)),
    Scenario("Redis killed for 6 s", _kill_redis, setting=REDIS),
    Scenario("Redis stopped (SIGSTOP) for 6 s", _stop_redis, setting=REDIS),
    Scenario("Redis restarted", _restart_redis, setting=REDIS),
    Scenario("the registry (etcd) killed for 6 s", _kill_registry, setting=REGISTRY),
    Scenario("the registry stopped (SIGSTOP) for 6 s", _stop_registry, setting=REGISTRY),
    Scenario("endpoints leave the registry, restart and come back", _move_endpoints, setting=REGISTRY),
    Scenario("one of two workers of the gateway killed", _kill_worker, setting=TWO_WORKERS),
    Scenario("one of two workers stopped (SIGSTOP) for 6 s", _stop_worker, setting=TWO_WORKERS),
)
