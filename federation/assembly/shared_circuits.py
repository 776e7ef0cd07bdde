"""Which services share their circuits with other replicas, as configured."""

from collections.abc import Iterable
from typing import Any

from connectors.traffic.service import Service
from federation.assembly.following import Following
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.circuits.shared_circuits import SharedCircuits


def check_sharing(config: Config) -> None:
    """Raise ConfigurationError where circuits are to be shared and nothing is there to share them by."""
    names = [name for name, service in config.services.items() if service.breaker.shared]
    if names and config.redis is None:
        raise ConfigurationError(
            tuple(
                f"{config.top / 'services' / name / 'breaker' / 'shared'}: "
                "needs the section 'redis', by which replicas hear"
                for name in names
            )
        )


def share_circuits(config: Config, services: Iterable[Service[Any, Any]], circuits: SharedCircuits | None) -> Following:
    """Share the circuits of those services for which that is configured."""
    shared = {name for name, section in config.services.items() if section.breaker.shared}
    if circuits is None:
        return Following()
    return Following(*(circuits.follow(each.name, each.breaker) for each in services if each.name in shared))
