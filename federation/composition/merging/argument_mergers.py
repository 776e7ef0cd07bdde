"""How differing arguments of one directive become one value in the supergraph."""

from collections.abc import Mapping
from itertools import product
from types import MappingProxyType

from federation.composition.merging.composed_directives import ArgumentMerger
from federation.composition.values import Value, print_value


def largest(values: list[Value]) -> Value:
    """The largest number; null when there is none."""
    numbers = [value for value in values if isinstance(value, int | float)]
    return max(numbers) if numbers else None


def united(values: list[Value]) -> Value:
    """Every item of all lists, once; null when there is no list."""
    lists = [value for value in values if isinstance(value, tuple)]
    if not lists:
        return None
    return tuple({print_value(item): item for items in lists for item in items}.values())


def all_true(values: list[Value]) -> Value:
    """Whether none is false; null when none is given."""
    given = [value for value in values if isinstance(value, bool)]
    return all(given) if given else None


def conjunction(values: list[Value]) -> Value:
    """What satisfies every requirement, each being a list of alternatives, of which each is a list of names needed.

    `[["a"], ["b"]]` (a or b) and `[["c"]]` give `[["a", "c"], ["b", "c"]]`.
    """
    requirements = list({print_value(value): _alternatives(value) for value in values}.values())
    combined = {frozenset().union(*choice) for choice in product(*requirements)}
    ordered = sorted(combined, key=lambda names: (len(names), sorted(names)))
    kept: list[frozenset[str]] = []
    for names in ordered:
        # An alternative that needs more than another one is never the only way in.
        if not any(other <= names for other in kept):
            kept.append(names)
    return tuple(tuple(sorted(names)) for names in kept)


def _alternatives(value: Value) -> list[frozenset[str]]:
    groups = value if isinstance(value, tuple) else ()
    return [frozenset(str(name) for name in group) for group in groups if isinstance(group, tuple)]


MERGERS: Mapping[str, Mapping[str, ArgumentMerger]] = MappingProxyType(
    {
        "requiresScopes": MappingProxyType({"scopes": conjunction}),
        "policy": MappingProxyType({"policies": conjunction}),
        "cost": MappingProxyType({"weight": largest}),
        "listSize": MappingProxyType(
            {
                "assumedSize": largest,
                "slicingArguments": united,
                "sizedFields": united,
                "requireOneSlicingArgument": all_true,
            }
        ),
    }
)
