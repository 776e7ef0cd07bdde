"""All metrics of one worker."""

from collections.abc import Callable

from connectors.traffic.views import view_service
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
from federation.telemetry.traffic_metrics import TrafficMetrics


def measure(gateway: Gateway, reloader: Reloader, lasting: Lasting, door: Door) -> Callable[[], Families]:
    """What gives the metrics as they are at the time: nothing is counted for it but what is counted anyway."""
    collectors = (
        DoorMetrics(door),
        TrafficMetrics(lambda: map(view_service, gateway.traffic)),
        PolicyMetrics(lambda: lasting.decisions),
        CacheMetrics(lambda: lasting.cache),
        RegistryMetrics(lambda: gateway.registries),
        ReloadMetrics(
            lambda: gateway.version,
            lambda: reloader.counts,
            lambda: reloader.last[0] if reloader.last is not None else None,
        ),
    )
    return lambda: read_families(collectors)
