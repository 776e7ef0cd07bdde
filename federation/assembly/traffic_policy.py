"""The policy of a service's traffic, as the configuration has it."""

import logging

from connectors.traffic.balancing import Balancing
from connectors.traffic.breaker import BreakerPolicy
from connectors.traffic.faults import Fault
from connectors.traffic.policy import HedgingPolicy, TrafficPolicy
from connectors.traffic.retry import RetryPolicy
from connectors.traffic.rotation import EjectionPolicy
from federation.config.sections import ServiceLimits

log = logging.getLogger(__name__)


def traffic_policy(name: str, limits: ServiceLimits, *, injects_faults: bool) -> TrafficPolicy:
    """The policy of the service of this name; its faults are left out unless the gateway `injects_faults`."""
    balancer, hedging = limits.balancer, limits.hedging
    if limits.faults and not injects_faults:
        log.warning("faults are configured, and left out in production", extra={"service": name})
    return TrafficPolicy(
        most_calls=limits.max_calls,
        most_waiting=limits.max_waiting,
        fails_fast=limits.when_all_unhealthy == "fail_fast",
        shares_calls=limits.share_calls,
        balancing=Balancing(balancer.kind, balancer.zone, balancer.header, balancer.argument),
        ejection=_ejection(limits),
        breaker=_breaker(limits),
        retries=_retries(limits),
        hedging=HedgingPolicy(hedging.percentile / 100, hedging.max_percent / 100) if hedging.enabled else None,
        faults=tuple(Fault(each.percent, each.delay, each.abort) for each in limits.faults) if injects_faults else (),
    )


def _ejection(limits: ServiceLimits) -> EjectionPolicy:
    section = limits.ejection
    return EjectionPolicy(
        failures_in_a_row=section.failures_in_a_row,
        seconds=section.time,
        most_seconds=section.max_time,
        most_share=section.max_percent / 100,
        warming_seconds=section.slow_start,
    )


def _breaker(limits: ServiceLimits) -> BreakerPolicy:
    section = limits.breaker
    return BreakerPolicy(
        failures_in_a_row=section.failures_in_a_row,
        failure_share=section.failure_percent / 100,
        least_calls=section.min_calls,
        window_seconds=round(section.window),
        slow_after=section.slow_after,
        open_seconds=section.open_time,
        most_open_seconds=section.max_open_time,
        probes=section.probes,
        mode=section.mode,
    )


def _retries(limits: ServiceLimits) -> RetryPolicy:
    section = limits.retries
    return RetryPolicy(
        attempts=section.max_attempts,
        attempt_seconds=section.attempt_timeout,
        budget_share=section.budget_percent / 100,
        budget_per_second=section.budget_per_second,
    )
