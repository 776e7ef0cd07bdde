"""What is told of the door."""

from prometheus_client import CollectorRegistry

from federation.door.door import Door
from federation.door.limiter import Limiter, LimitPolicy
from federation.telemetry.door_metrics import DoorMetrics


async def test_the_door_tells_who_is_in_and_who_was_refused() -> None:
    door, metrics = Door(Limiter(LimitPolicy(first=2, least=2, most=2))), CollectorRegistry()
    metrics.register(DoorMetrics(door))
    for _ in range(3):
        door.enter()
    door.leave()
    door.clients_given_up += 1

    told = {
        name: metrics.get_sample_value(f"interlace_{name}")
        for name in (
            *("requests_in_flight", "requests_limit", "requests_admitted_total", "requests_overloaded_total"),
            *("loop_turn_seconds", "connections_overloaded_total", "clients_given_up_total"),
        )
    }

    assert list(told.values()) == [1, 2, 2, 1, 0, 0, 1]


def test_a_door_that_lets_everybody_in_tells_of_clients_alone() -> None:
    names = {metric.name for metric in DoorMetrics(Door(None)).collect()}

    assert names == {"interlace_connections_overloaded", "interlace_clients_given_up"}
