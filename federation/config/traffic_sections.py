"""What `services` say about traffic: balancing, breaker, retries, hedging, health checks, faults."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from connectors.traffic.balancing import BalancerKind
from connectors.traffic.breaker import BreakerMode
from federation.config.section import Percent, Seconds, Section, Wait

Count = Annotated[int, Field(ge=1, le=10_000)]


class BalancerSection(Section):
    """How endpoints are chosen; only `consistent_hash` looks at a header or argument."""

    kind: BalancerKind = BalancerKind.LEAST_CONNECTIONS
    zone: str = ""
    header: str | None = None
    argument: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _kind_alone(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _key(self) -> Self:
        keys = (self.header is not None) + (self.argument is not None)
        if keys != (self.kind is BalancerKind.CONSISTENT_HASH):
            message = "'consistent_hash' needs a 'header' or an 'argument' (one of them), and no other balancer has any"
            raise ValueError(message)
        return self


class EjectionSection(Section):
    """When an endpoint is taken out of rotation, and for how long."""

    failures_in_a_row: Count = 5
    time: Seconds = 30.0
    max_time: Seconds = 300.0
    max_percent: Percent = 50.0
    slow_start: Wait = 30.0


class BreakerSection(Section):
    """When the circuit opens, and how it closes again."""

    mode: BreakerMode = BreakerMode.AUTOMATIC
    failures_in_a_row: Count = 5
    failure_percent: Percent = 50.0
    min_calls: Count = 20
    window: Annotated[Seconds, Field(ge=1, le=60)] = 10.0
    slow_after: Seconds | None = None
    open_time: Seconds = 30.0
    max_open_time: Seconds = 300.0
    probes: Count = 3
    shared: bool = False


class RetriesSection(Section):
    """How often a call that may be repeated is made at most, and the budget of all repeated calls."""

    max_attempts: Annotated[int, Field(ge=1, le=10)] = 3
    attempt_timeout: Seconds | None = None
    budget_percent: Percent = 20.0
    budget_per_second: Annotated[float, Field(ge=0, le=1_000)] = 3.0


class HedgingSection(Section):
    """Whether a late call of a query is made a second time."""

    enabled: bool = False
    percentile: Annotated[float, Field(ge=50, le=99.9)] = 95.0
    max_percent: Annotated[Percent, Field(gt=0)] = 5.0


class HealthSection(Section):
    """How the endpoints are asked whether they are well: by a path, or by gRPC's health protocol about a `service`."""

    path: Annotated[str, Field(pattern=r"^/[!-~]*$")] = "/health/ready"
    service: str = ""
    interval: Seconds = 5.0
    timeout: Seconds = 1.0
    unhealthy_after: Count = 3
    healthy_after: Count = 2


class FaultSection(Section):
    """What happens to some of the calls, on purpose."""

    percent: Percent
    delay: Wait = 0.0
    abort: Literal["connect", "reset", "error"] | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.delay and self.abort is None:
            message = "a fault needs a 'delay', an 'abort' (connect, reset or error), or both"
            raise ValueError(message)
        return self
