"""What decides about an operation before anything is fetched, in order: the one place that knows the order."""

from federation.config.sections import Config
from federation.extensions.stores.redis import RedisStore
from federation.operations.extension import OperationExtension
from schemas.policy import PolicyTable
from schemas.supergraph import Supergraph


def operation_extensions(
    _config: Config, _supergraph: Supergraph, policies: PolicyTable, _store: RedisStore | None
) -> tuple[OperationExtension, ...]:
    """The extensions that the policies need; none where no field has any."""
    if not policies:
        return ()
    return ()
