"""Endpoints from DNS, against a real server on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connectors.discovery.dns import DnsRegistry
from connectors.discovery.found import FoundEndpoint
from tests.connectors.discovery.collecting import Heard, addresses, listening
from tests.connectors.discovery.dns_server import Zone, dns_server


class Waits:
    """Stands for sleeping until records expire: each wait ends when the test lets it."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._go_on = asyncio.Semaphore(0)

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await self._go_on.acquire()

    def expire(self) -> None:
        self._go_on.release()


@asynccontextmanager
async def watched(zone: Zone, name: str, port: int | None, waits: Waits) -> AsyncIterator[Heard]:
    async with dns_server(zone) as address, listening(DnsRegistry(name, port, [address], waits.sleep)) as heard:
        yield heard


async def test_addresses_of_both_families_are_found() -> None:
    zone = Zone()
    zone.records["users.test", "A"] = (60, ["10.0.0.1", "10.0.0.2"])
    zone.records["users.test", "AAAA"] = (60, ["fd00::1"])
    async with watched(zone, "users.test", 80, Waits()) as heard:
        assert addresses(await heard.until(bool)) == {"10.0.0.1:80", "10.0.0.2:80", "[fd00::1]:80"}


async def test_records_are_asked_for_again_when_they_expire() -> None:
    zone, waits = Zone(), Waits()
    zone.records["users.test", "A"] = (7, ["10.0.0.1"])
    async with watched(zone, "users.test", 80, waits) as heard:
        await heard.until(bool)
        zone.records["users.test", "A"] = (0, ["10.0.0.2"])
        waits.expire()
        await heard.until(lambda found: addresses(found) == {"10.0.0.2:80"})
        waits.expire()

    assert waits.seconds[:2] == [7.0, 1.0]


async def test_services_have_ports_and_weights_of_their_own() -> None:
    zone = Zone()
    zone.records["_http._tcp.users.test", "SRV"] = (
        60,
        ["10 3 8080 a.users.test.", "10 0 8081 b.users.test.", "20 9 8082 spare.users.test."],
    )
    zone.records["a.users.test", "A"] = (60, ["10.0.0.1"])
    zone.records["b.users.test", "A"] = (60, ["10.0.0.2"])
    zone.records["spare.users.test", "A"] = (60, ["10.0.0.3"])
    async with watched(zone, "_http._tcp.users.test", None, Waits()) as heard:
        found = await heard.until(bool)

    assert found == (FoundEndpoint("10.0.0.1:8080", 3), FoundEndpoint("10.0.0.2:8081", 1))


async def test_a_name_that_is_gone_has_no_endpoints() -> None:
    zone = Zone()
    zone.records["other.test", "A"] = (60, ["10.0.0.1"])
    async with watched(zone, "users.test", 80, Waits()) as heard:
        assert await heard.until(lambda found: True) == ()


async def test_a_server_that_fails_is_no_answer() -> None:
    zone = Zone()
    zone.fails = True
    async with watched(zone, "users.test", 80, Waits()) as heard:
        assert "DNS gives no answer for users.test" in await heard.until_away()
    assert not heard.answers
