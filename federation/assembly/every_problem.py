"""Find everything that is wrong with a configuration whose schemas compose, without asking a service or a registry."""

from collections.abc import Callable
from functools import partial
from typing import Any

from federation.assembly.authentication import check_authentication
from federation.assembly.build_supergraph import BuiltSupergraph
from federation.assembly.make_connectors import make_connectors
from federation.assembly.persisted_documents import trusted_documents
from federation.assembly.routes import route_ways
from federation.assembly.services import Services
from federation.assembly.shared_circuits import check_sharing
from federation.assembly.team_extensions import team_fetch_layers, team_layers, team_operation_extensions
from federation.config.sections import Config
from federation.errors import ConfigurationError

CHECKS: tuple[Callable[[Config], Any], ...] = (
    check_authentication,
    check_sharing,
    team_layers,
    team_fetch_layers,
    team_operation_extensions,
    trusted_documents,
)


async def every_problem(config: Config, built: BuiltSupergraph, known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The problems that are `known`, and all others that can be found here, each once."""
    problems = list(known)
    services = Services(config)
    try:
        # First: by these it is known which services speak what.
        await make_connectors(built.supergraph, services, config, asks=False)
    except ConfigurationError as error:
        problems += error.problems
    checks: tuple[Callable[[Config], Any], ...] = (*CHECKS, partial(_check_routes, built=built, services=services))
    for check in checks:
        try:
            check(config)
        except ConfigurationError as error:
            problems += error.problems
    for service in services.all:
        await service.close()
    return tuple(dict.fromkeys(problems))


def _check_routes(config: Config, built: BuiltSupergraph, services: Services) -> None:
    try:
        documents = trusted_documents(config)
    except ConfigurationError:
        documents = {}  # which is told already
    route_ways(config, services, built.supergraph.api, documents)
