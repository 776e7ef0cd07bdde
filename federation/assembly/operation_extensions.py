"""What decides about an operation before anything is fetched, in order: the one place that knows the order."""

from federation.assembly.rate_limits import field_limits
from federation.config.sections import Config
from federation.extensions.rate_limits.decision import Counts
from federation.operations.extension import OperationExtension
from schemas.policy import PolicyTable
from schemas.supergraph import Supergraph


def operation_extensions(
    config: Config, supergraph: Supergraph, policies: PolicyTable, counts: Counts
) -> tuple[OperationExtension, ...]:
    """The extensions that the policies need; none where no field has any."""
    if not policies:
        return ()
    extensions: tuple[OperationExtension | None, ...] = (
        field_limits(config, supergraph, policies, counts),  # last: what others have denied is not counted
    )
    return tuple(each for each in extensions if each is not None)
