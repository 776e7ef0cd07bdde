"""All metrics of one worker."""

import asyncio
from collections.abc import Awaitable, Callable

from prometheus_client.registry import Collector

from federation.assembly.lasting import Lasting
from federation.door.door import Door
from federation.gateway import Gateway
from federation.reload.reloader import Reloader
from federation.telemetry.cache_metrics import CacheMetrics
from federation.telemetry.door_metrics import DoorMetrics
from federation.telemetry.families import Families, read_families
from federation.telemetry.policy_metrics import PolicyMetrics
from federation.telemetry.registry_metrics import RegistryMetrics
from federation.telemetry.reload_metrics import ReloadMetrics
from federation.telemetry.request_metrics import RequestMetrics
from federation.telemetry.traffic_metrics import TrafficMetrics


def measure(gateway: Gateway, reloader: Reloader, lasting: Lasting, door: Door) -> Callable[[], Awaitable[Families]]:
    """What gives the metrics as they are at the time."""
    few = collectors(gateway, reloader, lasting, door)

    async def families() -> Families:
        # What changes is read in this loop. To make metrics of many endpoints takes long: a thread does it.
        views = lasting.traffic.views()
        traffic = TrafficMetrics(lambda: views)
        return [*read_families(few), *await asyncio.to_thread(read_families, (traffic,))]

    return families


def collectors(gateway: Gateway, reloader: Reloader, lasting: Lasting, door: Door) -> tuple[Collector, ...]:
    """What tells of each part but the services: it reads when it is asked, so that no request pays for it."""
    return (
        RequestMetrics(gateway.operations, gateway.routed),
        DoorMetrics(door),
        PolicyMetrics(lambda: lasting.decisions),
        CacheMetrics(lambda: lasting.cache),
        RegistryMetrics(lambda: gateway.registries),
        ReloadMetrics(
            lambda: gateway.version,
            lambda: reloader.counts,
            lambda: reloader.last[0] if reloader.last is not None else None,
        ),
    )
