"""What rate limits count and how long values are kept for one operation, by the code that decides at run time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from federation.assembly.build_supergraph import BuiltSupergraph
from federation.assembly.operation_limits import costs_of
from federation.cli.decided_lifetimes import deciding_rules, place_of
from federation.cli.policy_text import as_json, cache_text, limit_text
from federation.config.sections import Config
from federation.extensions.rate_limits.bound_rules import bind_rules
from federation.operations.extension import OperationRun
from federation.operations.mask import Mark, ResponsePath
from federation.operations.operation import INTROSPECTION_FIELDS
from federation.operations.selected_fields import SelectedField
from schemas.policy import CacheRule, RateLimitRule

UNRULED = INTROSPECTION_FIELDS | {"__typename"}


@dataclass(frozen=True, slots=True)
class Counted:
    """One limit of a field, and by how much this operation counts for it."""

    rule: RateLimitRule
    amount: int

    def text(self) -> str:
        """`at most 20/minute by user (interlace.yaml:9), counts 1`."""
        return f"at most {limit_text(self.rule)} ({self.rule.origin}), counts {self.amount}"

    def json(self) -> Mapping[str, Any]:
        """For machines."""
        return {**as_json(self.rule), "counts": self.amount}


def counted(config: Config, built: BuiltSupergraph, run: OperationRun) -> dict[Mark, list[Counted]]:
    """The limits that are on, by field. What the run has masked, or does not want, counts nothing."""
    costs = costs_of(config, built.supergraph, built.policies)
    found: dict[Mark, list[Counted]] = {}
    for occurrence in bind_rules(run.operation, built.policies):
        # The fields of one place are counted once: at the first that is wanted.
        wanted = next((each for each in occurrence.fields if run.is_wanted(each)), None)
        for each in occurrence.fields:
            for bound in occurrence.rules:
                amount = occurrence.amount(bound, costs, run.variables) if each is wanted else 0
                found.setdefault(each.mark, []).append(Counted(bound.rule, amount))
    return found


def kept(
    config: Config, built: BuiltSupergraph, selected: Iterable[SelectedField]
) -> dict[ResponsePath, CacheRule | None]:
    """The rule by which each value is kept, None where it is not."""
    rules = deciding_rules(config, built)
    found: dict[ResponsePath, CacheRule | None] = {}
    for each in selected if rules is not None else ():
        if each.field.name in UNRULED:
            continue
        place = place_of(built.supergraph.api, each.field.parent_type, each.field.name)
        assert rules is not None
        found[each.path] = rules.of_value(place, found.get(each.path[:-1]))
    return found


def kept_text(rule: CacheRule) -> str:
    """`kept 300 s public (a.graphql:6)`."""
    return f"kept {cache_text(rule)} ({rule.origin})"
