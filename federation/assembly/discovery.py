"""Follow the registries in which services are found, for as long as a snapshot lives."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from connectors.discovery.consul import ConsulQuery, ConsulRegistry
from connectors.discovery.dns import DnsRegistry
from connectors.discovery.etcd import EtcdRegistry
from connectors.discovery.following import Following
from connectors.discovery.found import Found, FoundEndpoint, Registry
from connectors.discovery.keep_endpoints import KeepEndpoints, Kept
from connectors.discovery.kubernetes import KubernetesQuery, KubernetesRegistry
from connectors.traffic.background import Background
from connectors.traffic.placed import Placed
from federation.config.discovery_sections import DiscoverySection
from federation.config.sections import Config

FIRST_ANSWER_SECONDS = 5.0


class Discovered:
    """What registries say of the services that are to be found; to be closed with the snapshot.

    What was `known` before of the same places in registries holds until they say something else: a snapshot may be made
    while a registry is away.
    """

    def __init__(self, config: Config, known: dict[DiscoverySection, Found] | None = None) -> None:
        self._known = known if known is not None else {}
        self._found: dict[str, Found] = {
            name: self._known[section.discover]
            for name, section in config.services.items()
            if section.discover is not None and section.discover in self._known
        }
        self._keepers: dict[str, list[KeepEndpoints]] = {}
        self._jobs: list[Background] = []
        self.followings: Mapping[str, Following] = {
            name: self._follow(name, section.discover)
            for name, section in config.services.items()
            if section.discover is not None
        }

    async def start(self) -> None:
        """Follow all registries, and wait a little until each of which nothing is known has answered."""
        if not self.followings:
            return
        self._jobs.append(Background([each.run for each in self.followings.values()]))
        async with asyncio.TaskGroup() as group:
            for name, each in self.followings.items():
                if name not in self._found:
                    group.create_task(each.wait_known(FIRST_ANSWER_SECONDS))

    def has(self, name: str) -> bool:
        """Whether the service of this name is found in a registry."""
        return name in self.followings

    def places(self, name: str) -> tuple[Placed, ...]:
        """Where a service's endpoints are, as far as its registry has said."""
        return tuple(map(_place, self._found.get(name, ())))

    def keep(self, services: Iterable[tuple[str, Kept, str]]) -> None:
        """Keep the endpoints of services to what their registries say; each has its name and the scheme of its URLs."""
        keepers = []
        for name, service, scheme in services:
            keeper = KeepEndpoints(service, _place_with(scheme))
            self._keepers.setdefault(name, []).append(keeper)
            keepers.append(keeper)
            if name in self._found:
                keeper.publish(self._found[name])
        if keepers:
            self._jobs.append(Background([keeper.run for keeper in keepers]))

    async def close(self) -> None:
        """Follow no more. Safe to call twice."""
        for job in self._jobs:
            await job.close()
        for each in self.followings.values():
            await each.close()

    def _follow(self, name: str, section: DiscoverySection) -> Following:
        def publish(found: Found) -> None:
            self._found[name] = self._known[section] = found
            for keeper in self._keepers.get(name, ()):
                keeper.publish(found)

        return Following(name, _registry(section), publish, hold_empty_seconds=section.hold_empty)


def _registry(section: DiscoverySection) -> Registry:
    if section.dns is not None:
        return DnsRegistry(section.dns.name, section.dns.port, section.dns.nameservers)
    if section.consul is not None:
        consul = section.consul
        query = ConsulQuery(consul.service, consul.tags, consul.datacenter, consul.stale)
        return ConsulRegistry(consul.url, query, consul.token)
    if section.etcd is not None:
        return EtcdRegistry(section.etcd.url, section.etcd.prefix, section.etcd.user, section.etcd.password)
    assert section.kubernetes is not None, "the configuration says that one of the four is there"
    kubernetes = section.kubernetes
    query_slices = KubernetesQuery(kubernetes.namespace, kubernetes.service, kubernetes.port)
    return KubernetesRegistry(kubernetes.url, query_slices)


def _place(endpoint: FoundEndpoint) -> Placed:
    return Placed(endpoint.address, float(endpoint.weight), endpoint.zone)


def _place_with(scheme: str) -> Callable[[FoundEndpoint], Placed]:
    def place(endpoint: FoundEndpoint) -> Placed:
        found = _place(endpoint)
        return found._replace(address=f"{scheme}{found.address}") if "://" not in found.address else found

    return place
