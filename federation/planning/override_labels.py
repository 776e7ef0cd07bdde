"""Decide for each request which labels of progressive overrides hold (`@override(from:, label:)`, federation 2.7)."""

import re
from bisect import bisect_right
from collections.abc import Mapping

from schemas.supergraph import Supergraph

_PERCENT = re.compile(r"percent\((\d{1,3}(?:\.\d{1,8})?)\)")


def override_labels(supergraph: Supergraph) -> frozenset[str]:
    """All labels that the supergraph's fields have."""
    return frozenset(
        field.override_label
        for graph in supergraph.graphs.values()
        for found in graph.types.values()
        for field in found.fields.values()
        if field.override_label is not None
    )


class OverrideShares:
    """How many of the requests each label holds for.

    `percents` are the shares that the configuration gives; `percent(25)` says its own; any other label never holds.
    One number is drawn for a request and compared with all shares. So labels of one share move together, a request in
    a small share is in the larger ones too, and n labels make no more than n + 1 plans of an operation.
    """

    def __init__(self, labels: frozenset[str], percents: Mapping[str, float]) -> None:
        shares = {label: percents.get(label, _own_percent(label)) for label in labels}
        self._steps = sorted({share for share in shares.values() if share > 0})
        self._sets = [
            frozenset(label for label, share in shares.items() if share >= step)
            for step in (*self._steps, float("inf"))
        ]

    @property
    def are_needed(self) -> bool:
        """Whether any label ever holds."""
        return bool(self._steps)

    def labels(self, drawn: float) -> frozenset[str]:
        """The labels that hold for a request that drew this number (at least 0, below 1)."""
        return self._sets[bisect_right(self._steps, drawn * 100)]


def _own_percent(label: str) -> float:
    match = _PERCENT.fullmatch(label)
    return float(match[1]) if match else 0.0
