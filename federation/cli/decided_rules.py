"""What rate limits count and how long values are kept for one operation, by the code that decides at run time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from federation.assembly.build_supergraph import BuiltSupergraph
from federation.assembly.operation_limits import costs_of
from federation.cli.policy_text import as_json, cache_text, limit_text
from federation.config.sections import Config
from federation.extensions.caching.hints import kept_rule
from federation.extensions.rate_limits.bound_rules import bind_rules
from federation.operations.extension import OperationRun
from federation.operations.mask import Mark, ResponsePath
from federation.operations.selected_fields import SelectedField
from schemas.policy import CacheRule, Origin, RateLimitRule


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
    """The rule by which each value is kept, None where it is not: its own, that around it, or the default."""
    if not config.cache.enabled:
        return {}
    default = config.cache.default
    usual = None if default is None else CacheRule(Origin("cache.default"), default)
    found: dict[ResponsePath, CacheRule | None] = {}
    for each in selected:
        own = kept_rule(built.policies.of(each.coordinate))
        around = None if each.field.selections else found.get(each.path[:-1])
        found[each.path] = own or around or usual
    return found


def kept_text(rule: CacheRule) -> str:
    """`kept 300 s public (a.graphql:6)`."""
    return f"kept {cache_text(rule)} ({rule.origin})"
