"""The metrics of services: they are all there, and say what happened."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from connectors.errors import CallFailed, Unreachable
from connectors.traffic.views import view_service
from federation.telemetry.traffic_metrics import register_traffic
from tests.connectors.traffic.driven_loop import now, run_driven
from tests.connectors.traffic.scripted import Scripted, service_of


def test_metrics_say_what_happened_to_the_calls_of_a_service() -> None:
    async def main() -> str:
        bad = Scripted("bad:1", lambda: Unreachable("broken"), seconds=lambda: 0.03)
        service = service_of(bad, Scripted("good:1", seconds=lambda: 0.03))
        for _ in range(8):
            await service.call(Scripted.ask, now() + 5, idempotent=True)
        bad_alone = service_of(Scripted("gone:1", lambda: Unreachable("broken")))
        for _ in range(6):
            with pytest.raises(CallFailed):
                await bad_alone.call(Scripted.ask, now() + 5)
        registry = CollectorRegistry()
        register_traffic(registry, lambda: [view_service(service)])
        text = generate_latest(registry).decode()
        registry = CollectorRegistry()
        register_traffic(registry, lambda: [view_service(bad_alone)])
        return text + generate_latest(registry).decode()

    lines = set(run_driven(main()).splitlines())

    assert {
        'interlace_endpoint_calls_total{endpoint="bad:1",service="users"} 4.0',
        'interlace_endpoint_failures_total{endpoint="bad:1",service="users"} 4.0',
        'interlace_endpoint_calls_total{endpoint="good:1",service="users"} 8.0',
        'interlace_retries_total{service="users"} 4.0',
        'interlace_endpoint_seconds_bucket{endpoint="good:1",le="0.025",service="users"} 0.0',
        'interlace_endpoint_seconds_bucket{endpoint="good:1",le="0.05",service="users"} 8.0',
        'interlace_call_failures_total{reason="UPSTREAM_RESET",service="users"} 5.0',
        'interlace_call_failures_total{reason="CIRCUIT_OPEN",service="users"} 1.0',
        'interlace_circuit{service="users",state="open"} 1.0',
        'interlace_circuit_opened_total{service="users"} 1.0',
        'interlace_endpoint{endpoint="good:1",service="users",state="ready"} 1.0',
    } - lines == set()
