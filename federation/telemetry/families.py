"""Metrics of one process in a form that goes to another: families with their samples, as JSON has them."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

# Name, kind, help, and samples: name, labels as pairs in their order, value.
Sample: TypeAlias = tuple[str, list[tuple[str, str]], float]
Family: TypeAlias = tuple[str, str, str, list[Sample]]
Families: TypeAlias = list[Family]


def read_families(collectors: Iterable[Collector]) -> Families:
    """What the collectors say now."""
    return [read_family(metric) for collector in collectors for metric in collector.collect()]


def write_family(family: Family) -> Metric:
    """The family for whoever prints metrics."""
    name, kind, text, samples = family
    metric = Metric(name, text, kind)
    for sample, labels, value in samples:
        metric.add_sample(sample, dict(labels), value)
    return metric


def read_family(metric: Metric) -> Family:
    """One family."""
    samples: list[Any] = [(each.name, sorted(each.labels.items()), float(each.value)) for each in metric.samples]
    return metric.name, metric.type, metric.documentation, samples
