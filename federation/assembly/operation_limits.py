"""The limits on one operation, as the configuration says."""

from federation.config.sections import Limits
from federation.operations.limits import OperationLimits


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
