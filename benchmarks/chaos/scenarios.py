"""What happens to the shop during the load, one scenario a function."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from examples.storefront.run import Storefront

WHOLE = "{ user(id: %d) { name orders { id total } preferences { theme } } }"
USERS_ONLY = "{ user(id: %d) { name email } }"
ORDERS = "{ user(id: %d) { name orders { id total } } }"

Disturb = Callable[[Storefront], Awaitable[None]]
SECONDS_BEFORE = 4.0
SECONDS_DISTURBED = 8.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A name, what is done, the queries that are asked, and lines for the services in `interlace.yaml`."""

    name: str
    disturb: Disturb
    queries: tuple[str, ...] = (WHOLE,)
    settings: str = ""


async def _nothing(_shop: Storefront) -> None:
    """Leave everything as it is."""


async def _kill(shop: Storefront) -> None:
    for service in ("users", "orders", "preferences"):
        await shop.kill(service, 1)
    await asyncio.sleep(SECONDS_DISTURBED)
    for service in ("users", "orders", "preferences"):
        await shop.restart(service, 1)


async def _stop(shop: Storefront) -> None:
    _signal(shop, 1, signal.SIGSTOP)
    await asyncio.sleep(SECONDS_DISTURBED)
    _signal(shop, 1, signal.SIGCONT)


async def _slow(shop: Storefront) -> None:
    await shop.set_fault("orders", "slow", instance=1, seconds=1)
    await asyncio.sleep(SECONDS_DISTURBED)
    await shop.set_fault("orders", "none", instance=1)


async def _restart(shop: Storefront) -> None:
    for instance in (1, 2):
        for service in ("users", "orders", "preferences"):
            await shop.program(service, instance).stop()
            await shop.restart(service, instance)
        await asyncio.sleep(SECONDS_DISTURBED / 2)


async def _black_hole(shop: Storefront) -> None:
    for instance in (1, 2):
        _signal(shop, instance, signal.SIGSTOP)
    await asyncio.sleep(SECONDS_DISTURBED)
    for instance in (1, 2):
        _signal(shop, instance, signal.SIGCONT)


def _signal(shop: Storefront, instance: int, number: signal.Signals) -> None:
    shop.program("orders", instance).process.send_signal(number)


NO_RETRIES = "    retries: { max_attempts: 1 }\n"
SCENARIOS = (
    Scenario("nothing happens", _nothing),
    Scenario("one of two instances of each service killed, restarted 8 s later", _kill),
    Scenario("the same without retries", _kill, settings=NO_RETRIES),
    Scenario("one of two instances of orders stopped (SIGSTOP) for 8 s", _stop),
    Scenario("the same, one attempt may take 500 ms", _stop, settings="    retries: { attempt_timeout: 500ms }\n"),
    Scenario("one of two instances of orders takes 1 s for 8 s", _slow),
    Scenario("all instances restarted, one after the other", _restart),
    Scenario("nothing happens, half of the queries without orders", _nothing, (USERS_ONLY, ORDERS)),
    Scenario("both instances of orders black-holed for 8 s", _black_hole, (USERS_ONLY, ORDERS)),
)
