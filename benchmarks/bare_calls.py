"""The gateway with calls that go straight to the first endpoint of their service, to see what all the rest costs.

`python -m benchmarks.traffic_cost` runs it beside the whole one. Nothing is balanced, judged, counted, bounded or
repeated, and a call has a deadline that it never meets.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from connectors.traffic.service import Service
from federation.cli import main

LATER = 3_600.0
Attempt: TypeAlias = Callable[[Any, float], Awaitable[Any]]


async def _call(
    service: Service[Any, Any], attempt: Callable[[Any, float], Awaitable[Any]], deadline: float, **_: Any
) -> Any:
    return await attempt(service.endpoints[0].link, deadline + LATER)


if __name__ == "__main__":
    Service.call = _call  # type: ignore[assignment,method-assign]
    main()
