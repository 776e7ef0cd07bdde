"""Ratios are those of rounds, so that what strikes one round strikes both sides of its ratio."""

from benchmarks.measuring import Figures
from benchmarks.rounds import Row, ratio, table


def row(name: str, *costs: float) -> Row:
    rounds = [Figures(cpu=cost, per_second=100, p50=1, p99=2, memory=50, requests=300) for cost in costs]
    return Row(name, 16, rounds, [])


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    rows = [row("ours", 1.0, 3.0, 1.2), row("theirs", 2.0, 6.0, 1.0)]

    assert ratio(rows, "ours", "theirs", 16) == 0.5


def test_a_table_begins_with_what_costs_least() -> None:
    lines = table([row("much", 2.0), row("little", 1.0)]).splitlines()

    assert lines[2].startswith("| little | 16 | 1.000 |")
    assert lines[3].startswith("| much | 16 | 2.000 |")
