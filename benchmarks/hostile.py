"""What it costs to refuse an operation that is made to cost much: ms of CPU, the least of nine runs for each text.

python -m benchmarks.hostile
"""

import time

from graphql import build_schema

from federation.assembly.operation_limits import operation_limits
from federation.config.sections import Limits
from federation.errors import RequestError
from federation.operations.prepare import prepare_operation
from tests.federation.operations.hostile_texts import HOSTILE

SCHEMA = build_schema("type Query { a(x: String, y: [Int]): A b: Int } type A { b: Int c: A }")
RUNS = 9


def milliseconds(text: str) -> float:
    """CPU to refuse the text under the usual limits."""
    limits = operation_limits(Limits())
    best = float("inf")
    for _ in range(RUNS):
        begun = time.thread_time()
        try:
            prepare_operation(text, None, SCHEMA, limits)
        except RequestError:
            best = min(best, time.thread_time() - begun)
    return best * 1e3


def main() -> None:
    """Print all of them, the worst first."""
    spent = {name: milliseconds(text) for name, text in HOSTILE.items()}
    for name, figure in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{name:34}{len(HOSTILE[name].encode()) / 1024:6.0f} KB {figure:7.2f} ms")


if __name__ == "__main__":
    main()
