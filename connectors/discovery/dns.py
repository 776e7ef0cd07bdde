"""Endpoints from DNS: addresses of a host, or SRV records with weights, asked again when they expire (RFC 2782)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from connectors.discovery.found import Found, FoundEndpoint, RegistryAway, complete, host_and_port

LEAST_SECONDS = 1.0
MOST_SECONDS = 30.0
NONE_SECONDS = 5.0
ASK_SECONDS = 5.0


class DnsRegistry:
    """Watches `host:port` by A and AAAA records, or a name like `_http._tcp.users.example` by SRV records.

    `nameservers` (`host:port`) replace those of the system. Of SRV records only those of the best priority count.
    """

    def __init__(
        self,
        name: str,
        port: int | None,
        nameservers: Sequence[str] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._name = name
        self._port = port
        self._sleep = sleep
        self._resolver = _resolver(nameservers)

    async def watch(self) -> AsyncIterator[Found]:
        """The endpoints, again each time that the records have expired."""
        while True:
            found, seconds = await (self._services() if self._port is None else self._hosts(self._name, self._port))
            yield complete(found)
            await self._sleep(min(max(seconds, LEAST_SECONDS), MOST_SECONDS))

    async def close(self) -> None:
        """There is nothing to close: every question has a socket of its own."""

    async def _services(self) -> tuple[list[FoundEndpoint], float]:
        answer = await self._ask(self._name, "SRV")
        records = list(answer or ())
        best = min((record.priority for record in records), default=0)
        found: list[FoundEndpoint] = []
        seconds = _seconds(answer)
        for record in records:
            if record.priority != best or record.target == dns.name.root:  # "." says: decidedly not available
                continue
            hosts, their_seconds = await self._hosts(record.target.to_text(), record.port)
            seconds = min(seconds, their_seconds)
            # Weight 0 means "hardly ever" beside others; a smallest share is as near as whole weights come to it.
            found += [FoundEndpoint(host.address, max(record.weight, 1)) for host in hosts]
        return found, seconds

    async def _hosts(self, name: str, port: int) -> tuple[list[FoundEndpoint], float]:
        answers = [await self._ask(name, kind) for kind in ("A", "AAAA")]
        found = [FoundEndpoint(host_and_port(record.address, port)) for answer in answers for record in answer or ()]
        return found, _seconds(*answers)

    async def _ask(self, name: str, kind: str) -> Any:
        """The records of one kind; None when there are none."""
        try:
            return await self._resolver.resolve(name, kind, lifetime=ASK_SECONDS)
        except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
            return None
        except (dns.exception.DNSException, OSError) as error:
            raise RegistryAway(f"DNS gives no answer for {name} ({kind}): {error}") from error


def _seconds(*answers: Any) -> float:
    """How long the records may be kept; where there are none, they are asked for again soon."""
    return min((float(answer.rrset.ttl) for answer in answers if answer is not None), default=NONE_SECONDS)


def _resolver(nameservers: Sequence[str]) -> dns.asyncresolver.Resolver:
    resolver = dns.asyncresolver.Resolver(configure=not nameservers)
    if nameservers:
        parsed = [each.rpartition(":") for each in nameservers]
        resolver.nameservers = [dns.nameserver.Do53Nameserver(host.strip("[]"), int(port)) for host, _, port in parsed]
    resolver.cache = None
    return resolver
