"""What is told of registries."""

from prometheus_client import CollectorRegistry

from connectors.discovery.following import Following
from federation.telemetry.registry_metrics import RegistryMetrics
from tests.connectors.discovery.test_following import Clock, Scripted, following


async def test_the_age_of_what_a_registry_said_grows_while_it_is_away() -> None:
    metrics = CollectorRegistry()
    registry = Scripted(Clock())
    async with following(registry) as (followed, _):
        metrics.register(RegistryMetrics(lambda: {"users": followed}))
        registry.say(None)
        await registry.clock.advance(90)
        age = metrics.get_sample_value("interlace_registry_age_seconds", {"service": "users"})

    assert age is not None
    assert 89 <= age <= 91


async def test_nothing_is_told_of_a_registry_that_never_answered() -> None:
    metrics = CollectorRegistry()
    registry = Scripted(Clock())
    never = Following("users", registry, lambda _found: None)
    metrics.register(RegistryMetrics(lambda: {"users": never}))

    assert metrics.get_sample_value("interlace_registry_age_seconds", {"service": "users"}) is None
