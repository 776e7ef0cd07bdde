"""Check the health of the endpoints of a snapshot, where the configuration says so."""

from collections.abc import Awaitable, Callable, Iterable

from connectors.grpc.health import grpc_health
from connectors.grpc.service import GrpcService
from connectors.traffic.background import Background
from connectors.traffic.health import HealthChecks, HealthPolicy
from connectors.traffic.http_health import http_health
from connectors.traffic.http_service import HttpService
from federation.config.sections import Config, ServiceLimits


def health_checks(services: Iterable[HttpService | GrpcService], config: Config) -> Background | None:
    """The running checks of all services that have any, to be closed with the snapshot; None where none has."""
    default = ServiceLimits()
    jobs = [_job(service, config.services.get(service.name, default)) for service in services]
    wanted = [job for job in jobs if job is not None]
    return Background(wanted) if wanted else None


def _job(service: HttpService | GrpcService, limits: ServiceLimits) -> Callable[[], Awaitable[None]] | None:
    section = limits.health
    if section is None:
        return None
    policy = HealthPolicy(section.interval, section.timeout, section.unhealthy_after, section.healthy_after)
    if isinstance(service, GrpcService):
        return HealthChecks(service.traffic, policy, grpc_health(section.service)).run
    return HealthChecks(service.traffic, policy, http_health(section.path)).run
