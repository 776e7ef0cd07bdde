"""Print metrics as Prometheus reads them."""

from collections.abc import Iterable, Iterator

from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from federation.telemetry.families import Families, write_family

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


class _Given(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def print_metrics(families: Families) -> bytes:
    """The text of all families, those of one name together."""
    return generate_latest(_Given([write_family(family) for family in families]))
