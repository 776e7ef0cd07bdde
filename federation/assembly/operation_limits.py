"""The limits on one operation, as the configuration says."""

from federation.config.rate_limits_section import RateLimitsSection
from federation.config.sections import Config, Limits
from federation.operations.cost import Costs
from federation.operations.cost_limit import CostLimit
from federation.operations.limits import OperationLimits
from schemas.policy import PolicyTable
from schemas.supergraph import Supergraph


def operation_limits(limits: Limits) -> OperationLimits:
    """What operations are held against."""
    return OperationLimits(
        limits.max_tokens,
        limits.max_depth,
        limits.max_fields,
        limits.max_aliases,
        limits.max_root_fields,
        limits.max_directives,
        limits.max_literal,
    )


def cost_limit(config: Config, supergraph: Supergraph, policies: PolicyTable) -> CostLimit | None:
    """What operations may cost; None where that has no bound."""
    most = config.limits.max_cost
    return None if most is None else CostLimit(costs_of(config, supergraph, policies), most)


def costs_of(config: Config, supergraph: Supergraph, policies: PolicyTable) -> Costs:
    """What fields cost: lists of which nothing is said are as long as the configuration says."""
    section = config.rate_limits or RateLimitsSection()
    return Costs(policies, supergraph.api, section.list_size)
