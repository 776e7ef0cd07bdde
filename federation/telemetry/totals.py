"""Add up the metrics of several workers, so that what is counted never goes down: not when one is replaced either."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from federation.telemetry.families import Families, Family

Labels: TypeAlias = tuple[tuple[str, str], ...]
Key: TypeAlias = tuple[str, Labels]
Rule: TypeAlias = Callable[[Sequence[float]], float]

COUNTED: Final = frozenset({"counter", "histogram"})


def mean(values: Sequence[float]) -> float:
    """What a gauge is on average."""
    return sum(values) / len(values)


# A gauge is the sum over workers unless it is named here.
GAUGE_RULES: Final[Mapping[str, Rule]] = {
    "interlace_endpoint_share": mean,
    "interlace_loop_turn_seconds": max,
    "interlace_registry_age_seconds": max,
    "interlace_reloaded_timestamp_seconds": max,
}


class Totals:
    """The sums over the workers of a gateway, each of which is known by a number and its process. One adds at a time.

    Of counters and histograms the increases are added up, by worker: what a worker counted that has ended stays in the
    sum, as far as it was asked for it. Where a worker began to count anew, what it says then is all increase. Gauges
    are those of the workers that answer.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], dict[Key, float]] = {}
        self._sums: dict[Key, float] = {}
        self._counted: dict[str, Family] = {}  # by family, without samples

    def add(self, answers: Mapping[tuple[int, int], Families], *, are_all: bool) -> Families:
        """The sums, with what workers (number and process) say now; `are_all` says that none is silent."""
        gauges: dict[str, Family] = {}
        values: dict[str, dict[Key, list[float]]] = {}
        reported: set[Key] = set()
        for worker, families in answers.items():
            seen = self._seen.setdefault(worker, {})
            for name, kind, text, samples in families:
                if kind in COUNTED:
                    self._counted[name] = (name, kind, text, [])
                    now = {(sample, _key(labels)): value for sample, labels, value in samples}
                    self._count(now, seen)
                    reported.update(now)
                else:
                    gauges[name] = (name, kind, text, [])
                    of_gauge = values.setdefault(name, {})
                    for sample, labels, value in samples:
                        of_gauge.setdefault((sample, _key(labels)), []).append(value)
        self._forget(answers, reported, are_all=are_all)
        return [*self._counted_families(), *(_gauge(family, values[name]) for name, family in gauges.items())]

    def _count(self, now: Mapping[Key, float], seen: dict[Key, float]) -> None:
        sums, anew = self._sums, {_series(key) for key, value in now.items() if value < seen.get(key, 0.0)}
        if anew:
            seen |= {key: 0.0 for key in now if _series(key) in anew}
        for key, value in now.items():
            sums[key] = sums.get(key, 0.0) + value - seen.get(key, 0.0)
        seen |= now

    def _forget(self, workers: Iterable[tuple[int, int]], reported: set[Key], *, are_all: bool) -> None:
        """Forget workers that have ended, and services and endpoints of which no worker knows any more.

        All else stays, also if those that run have never met with it: who has ended may have.
        """
        if not are_all:
            return
        present, things = set(workers), {_thing(labels) for _, labels in reported}

        def kept(values: Mapping[Key, float]) -> dict[Key, float]:
            return {key: value for key, value in values.items() if not (thing := _thing(key[1])) or thing in things}

        self._seen = {worker: kept(seen) for worker, seen in self._seen.items() if worker in present}
        self._sums = kept(self._sums)

    def _counted_families(self) -> Iterable[Family]:
        found: dict[str, Family] = {name: (*family[:3], []) for name, family in self._counted.items()}
        for (sample, labels), value in self._sums.items():
            family = found.get(sample) or found.get(sample.rpartition("_")[0])
            if family is not None:
                family[3].append((sample, list(labels), value))
        return (family for family in found.values() if family[3])


def _gauge(family: Family, values: Mapping[Key, list[float]]) -> Family:
    rule = GAUGE_RULES.get(family[0], sum)
    return (*family[:3], [(sample, list(labels), rule(each)) for (sample, labels), each in values.items()])


def _key(labels: Iterable[Sequence[str]]) -> Labels:
    return tuple((name, value) for name, value in labels)


def _thing(labels: Labels) -> Labels:
    """What of the labels may come and go: services and endpoints, whose number has no bound over time."""
    return tuple(each for each in labels if each[0] in ("service", "endpoint"))


def _series(key: Key) -> Key:
    """What begins anew together: a counter alone, of a histogram all its samples."""
    sample, labels = key
    stem, _, part = sample.rpartition("_")
    if part == "bucket":
        return stem, tuple(each for each in labels if each[0] != "le")
    return (stem, labels) if part in ("sum", "count") else key
