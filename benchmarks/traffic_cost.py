"""What balancing, circuits, bulkheads, budgets and deadlines cost the storefront's query, end to end.

    python -m benchmarks.traffic_cost [--quick]

The gateway as it is, beside the same gateway whose calls go straight to the first endpoint of their service; in turn,
round after round. A second gateway as it is shows how much of the ratio is noise. Needs wrk.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Load
from benchmarks.rounds import Plan, Row, ratio, table, take_turns
from benchmarks.running import Programs, without_traceback
from benchmarks.storefront import QUERY, Shop

WHOLE, AGAIN, BARE = "whole", "whole again", "bare calls"
CONNECTIONS = (1, 16)
SHORT, LONG = Plan(rounds=5, seconds=2, warm=1), Plan(rounds=15, seconds=3, warm=3)
BARE_COMMAND = (sys.executable, "-m", "benchmarks.bare_calls")


def compare(plan: Plan) -> list[Row]:
    """Run everything. Raises CannotMeasure."""
    with tempfile.TemporaryDirectory(prefix="traffic-") as folder, Programs(Path(folder)) as programs:
        shop = Shop(programs)
        running = [
            shop.interlace(WHOLE, shares=False),
            shop.interlace(BARE, shares=False, command=BARE_COMMAND),
            shop.interlace(AGAIN, shares=False),
        ]
        return take_turns(running, [Load(QUERY, connections, 0) for connections in CONNECTIONS], plan)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.traffic_cost", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute instead of five")
    options = parser.parse_args()
    with without_traceback():
        rows = compare(SHORT if options.quick else LONG)
    print(table(rows))
    for name, other in ((WHOLE, BARE), (WHOLE, AGAIN)):
        shown = ", ".join(f"{ratio(rows, name, other, each):.3f} at {each}" for each in CONNECTIONS)
        print(f"\nCPU of a request, {name} / {other}: {shown}")


if __name__ == "__main__":
    main()
