"""The rate limits of one operation, as far as they can be settled before a request comes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from federation.extensions.rate_limits.principals import NamePart, name_by
from federation.extensions.rate_limits.quota import Quota, quota_of
from federation.operations.cost import Chain, Costs
from federation.operations.operation import Operation, OperationField, OperationSelection
from federation.operations.selected_fields import SelectedField, selected_fields
from schemas.policy import Mode, PolicyTable, RateLimitRule
from schemas.rate_windows import print_window

# More than any limit, and small enough for every backend.
MOST_AMOUNT = 10**12


@dataclass(frozen=True, slots=True)
class BoundRule:
    """One rule at one field. `prefixes` begin the keys of its windows' counts, `name` is what clients see of it."""

    rule: RateLimitRule
    name: str
    prefixes: tuple[tuple[str, Quota], ...]
    principal: NamePart

    @property
    def is_settled(self) -> bool:
        """Whether what it counts is only known afterwards."""
        return self.rule.by != "calls"


@dataclass(frozen=True, slots=True, eq=False)
class Occurrence:
    """One place of an operation at which fields with rules stand: all of one response path count as one."""

    fields: tuple[SelectedField, ...]
    rules: tuple[BoundRule, ...]
    chain: Chain

    def amount(self, bound: BoundRule, costs: Costs, variables: Mapping[str, Any]) -> int:
        """What it counts for a rule; at most, where that is only known afterwards."""
        match bound.rule.by:
            case "items":
                return min(costs.most_items(self.chain, variables), MOST_AMOUNT)
            case "cost":
                return min(costs.most(self.chain, variables), MOST_AMOUNT)
            case _:
                return 1

    def real(self, bound: BoundRule, costs: Costs, data: Mapping[str, Any] | None, variables: Mapping[str, Any]) -> int:
        """What it really counted, by the answer."""
        if bound.rule.by == "items":
            return min(costs.items(self.chain, data), MOST_AMOUNT)
        return min(costs.real(self.chain, data, variables), MOST_AMOUNT)


def bind_rules(operation: Operation, policies: PolicyTable) -> tuple[Occurrence, ...]:
    """Every place of the operation that a rule is for, in the order of the operation."""
    places: dict[tuple[tuple[str, ...], tuple[RateLimitRule, ...]], list[SelectedField]] = {}
    for selected in selected_fields(operation):
        rules = tuple(rule for rule in policies.of(selected.coordinate).rate_limits if rule.mode is not Mode.OFF)
        if rules:
            places.setdefault((selected.path, rules), []).append(selected)
    if not places:
        return ()
    chains = {id(chain[-1]): chain for chain in _chains(operation.selections, ())}
    return tuple(
        Occurrence(
            tuple(found),
            tuple(_bind(rule, found[0].coordinate) for rule in rules),
            chains[id(found[0].field)],
        )
        for (_, rules), found in places.items()
    )


def _bind(rule: RateLimitRule, coordinate: str) -> BoundRule:
    coordinate = rule.coordinate or coordinate
    keys = ("client",) if rule.per == "client" else rule.keys
    match rule.per:
        case "type":
            scope = f"{coordinate.partition('.')[0]}.*"
        case "global" | "client":
            scope = "*"
        case _:
            scope = coordinate
    texts = [print_window(window) for window in rule.windows]
    shared = f"{scope}|{rule.per}|{rule.by}|{rule.algorithm}|{'&'.join(keys)}"
    prefixes = tuple(
        (f"{shared}|{text}", quota_of(window, rule.algorithm)) for text, window in zip(texts, rule.windows, strict=True)
    )
    return BoundRule(rule, scope, prefixes, name_by(keys))


def _chains(selections: tuple[OperationSelection, ...], around: Chain) -> Iterator[Chain]:
    for item in selections:
        if isinstance(item, OperationField):
            yield (*around, item)
            yield from _chains(item.selections, (*around, item))
        else:
            yield from _chains(item.selections, around)
