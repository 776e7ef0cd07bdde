"""What decides about an operation before anything is fetched, in order: the one place that knows the order."""

from federation.assembly.authorization import make_authorization
from federation.assembly.build_supergraph import BuiltSupergraph
from federation.assembly.rate_limits import field_limits
from federation.assembly.team_extensions import team_operation_extensions
from federation.config.sections import Config
from federation.extensions.decisions import Decisions
from federation.extensions.rate_limits.decision import Counts
from federation.operations.extension import OperationExtension


def operation_extensions(
    config: Config, built: BuiltSupergraph, counts: Counts, decisions: Decisions
) -> tuple[OperationExtension, ...]:
    """The extensions that the policies need; none where no field has any. They count in `decisions`."""
    found: tuple[OperationExtension | None, ...] = (
        # first: what the caller does not get costs no other policy
        make_authorization(config.authorization, built, decisions),
        *team_operation_extensions(config),
        # last: what others have denied is not counted
        field_limits(config, built.supergraph, built.policies, counts, decisions) if built.policies else None,
    )
    return tuple(each for each in found if each is not None)
