"""What metrics cost: one note for each request, and telling them when they are asked for."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from connectors.traffic.endpoint import Endpoint
from connectors.traffic.history import TrafficHistory
from connectors.traffic.service import Service
from federation.telemetry.families import Families, read_families
from federation.telemetry.request_counts import OK, OperationCounts, RouteCounts
from federation.telemetry.text_format import print_metrics
from federation.telemetry.totals import Totals
from federation.telemetry.traffic_metrics import TrafficMetrics

ROUNDS, NOTES = 5, 200_000
SIZES = ((3, 2), (30, 10))
WORKERS = 2


def main() -> None:
    """Print the figures."""
    operations, routes = OperationCounts(), RouteCounts()
    print(f"an operation noted    {noted(lambda: operations.note(OK, 0.004)):.2f} us")
    print(f"a routed request      {noted(lambda: routes.note('/api/users/*', 'GET', 200, 0.004)):.2f} us")
    for services, endpoints in SIZES:
        history = TrafficHistory()
        history.follow([service(number, endpoints) for number in range(services)])
        traffic = TrafficMetrics(history.views)
        told, families = best(lambda each=traffic: read_families((each,)))
        answers = {(number, number): families for number in range(WORKERS)}
        added, text = best(lambda each=answers: added_up(each))
        print(f"{services * endpoints} endpoints: a worker tells in {told:.1f} ms")
        print(f"    {WORKERS} workers are added up and printed in {added:.1f} ms: {len(text):,} bytes")


def noted(note: Callable[[], None]) -> float:
    """Microseconds of one, the call of the function that is measured included."""

    def many() -> None:
        for _ in range(NOTES):
            note()

    return best(many)[0] * 1_000 / NOTES


def added_up(answers: dict[tuple[int, int], Families]) -> bytes:
    """The text of what workers said."""
    return print_metrics(Totals().add(answers, are_all=True))


def service(number: int, endpoints: int) -> Service[Any, Any]:
    """A service with endpoints that nobody calls."""
    return Service(f"service-{number}", [Endpoint(f"10.0.{number}.{each}:80", None) for each in range(endpoints)])


def best(measured: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of the best of several rounds, and what it gave."""
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        given = measured()
        times.append(perf_counter() - began)
    return min(times) * 1_000, given


if __name__ == "__main__":
    main()
