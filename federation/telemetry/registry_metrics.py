"""Metrics of the registries in which services are found."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.discovery.following import Following


class RegistryMetrics(Collector):
    """For each service that is found in a registry, for how long that has said nothing.

    `followings` gives those of the time, by the names of the services.
    """

    def __init__(self, followings: Callable[[], Mapping[str, Following]]) -> None:
        self._followings = followings

    def collect(self) -> Iterator[Metric]:
        """Everything that is known now; nothing of a registry that has never answered."""
        text = "For how many seconds the registry of a service has said nothing"
        gauge = GaugeMetricFamily("interlace_registry_age_seconds", text, labels=("service",))
        for name, following in self._followings().items():
            age = following.age()
            if age is not None:
                gauge.add_metric((name,), age)
        yield gauge
