"""How calls to one service are spread, bounded, repeated and given up: everything that can be configured."""

from dataclasses import dataclass, field

from connectors.traffic.balancing import Balancing
from connectors.traffic.breaker import BreakerPolicy
from connectors.traffic.faults import Fault
from connectors.traffic.retry import RetryPolicy
from connectors.traffic.rotation import EjectionPolicy


@dataclass(frozen=True, slots=True)
class HedgingPolicy:
    """A call later than `quantile` of all calls is made a second time, as long as `most_share` of calls are not."""

    quantile: float = 0.95
    most_share: float = 0.05


@dataclass(frozen=True, slots=True)
class TrafficPolicy:
    """The policy of one service, with defaults that are safe everywhere.

    At most `most_calls` are on their way at once and `most_waiting` wait. When no endpoint is healthy, calls go to all
    of them, or with `fails_fast` to none. Without `hedging` no call is made twice at the same time. Unless it
    `shares_calls`, equal calls that are on their way at the same time are calls of their own. A service whose endpoints
    come and go `may_be_empty`.
    """

    most_calls: int = 100
    most_waiting: int = 1_000
    fails_fast: bool = False
    shares_calls: bool = True
    balancing: Balancing = field(default_factory=Balancing)
    ejection: EjectionPolicy = field(default_factory=EjectionPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    hedging: HedgingPolicy | None = None
    faults: tuple[Fault, ...] = ()
    may_be_empty: bool = False


DEFAULT_POLICY = TrafficPolicy()
