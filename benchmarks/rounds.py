"""Measure several programs in turn, round after round, so that what else the machine does strikes all of them alike."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from benchmarks.measuring import Figures, Load, measure, warm_up
from benchmarks.running import HERE, Program

RESULTS = HERE / "results"


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a command measures: so many rounds of so many seconds, after so many seconds to warm up."""

    rounds: int
    seconds: int
    warm: int


QUICK = Plan(rounds=2, seconds=3, warm=1)
WHOLE = Plan(rounds=5, seconds=5, warm=4)
Extra: TypeAlias = Callable[[], float]


@dataclass(slots=True)
class Row:
    """The figures of one program under one load, of all rounds; `extra` has one more figure of each, if asked for."""

    name: str
    connections: int
    rounds: list[Figures]
    extra: list[float]

    def middle(self, member: str) -> float:
        """The median of one figure."""
        return median(getattr(each, member) for each in self.rounds)


def take_turns(programs: Sequence[Program], loads: Sequence[Load], plan: Plan, count: Extra | None = None) -> list[Row]:
    """Measure every program under every load in every round.

    `count` gives, and resets, a number of things that happened since it was last asked: it is told for each request.
    """
    rows = {
        (program.name, load.connections): Row(program.name, load.connections, [], [])
        for program in programs
        for load in loads
    }
    for program in programs:
        _say(f"warming up {program.name}")
        for load in loads:
            warm_up(program.url, _load(program, load, plan.warm))
    for number in range(plan.rounds):
        for load in loads:
            for program in programs:
                _say(f"round {number + 1} of {plan.rounds}: {program.name}, {load.connections} connections")
                if count is not None:
                    count()
                figures = measure(program.url, program.pid, _load(program, load, plan.seconds))
                row = rows[program.name, load.connections]
                row.rounds.append(figures)
                if count is not None:
                    row.extra.append(count() / figures.requests)
    return list(rows.values())


def ratio(rows: Sequence[Row], name: str, other: str, connections: int, member: str = "cpu") -> float:
    """How many times the figure of `other` (CPU of a request) one program has: the median of the rounds' ratios."""
    ours, theirs = (
        next(row for row in rows if row.name == each and row.connections == connections) for each in (name, other)
    )
    return median(getattr(a, member) / getattr(b, member) for a, b in zip(ours.rounds, theirs.rounds, strict=True))


def table(rows: Sequence[Row], extra: str = "") -> str:
    """The medians, as Markdown."""
    heads = ["", "connections", "CPU ms/request", "requests/s", "p50 ms", "p99 ms", "MB", *([extra] if extra else [])]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in sorted(rows, key=lambda item: (item.connections, item.middle("cpu"))):
        cells = [
            row.name,
            str(row.connections),
            f"{row.middle('cpu'):.3f}",
            f"{row.middle('per_second'):,.0f}",
            f"{row.middle('p50'):.1f}",
            f"{row.middle('p99'):.1f}",
            f"{row.middle('memory'):.0f}",
            *([f"{median(row.extra):.1f}"] if extra else []),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def keep(name: str, found: Any) -> Path:
    """Write what was found where `python -m benchmarks.plots` looks for it."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(found, indent=1) + "\n")
    return path


def kept(name: str) -> Any:
    """What was kept under that name; an empty object where nothing was."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows, for `keep`."""
    return [
        {
            "name": row.name,
            "connections": row.connections,
            "rounds": [asdict(each) for each in row.rounds],
            "extra": row.extra,
        }
        for row in rows
    ]


def _load(program: Program, load: Load, seconds: int) -> Load:
    return replace(load, query=program.query or load.query, seconds=seconds)


def _say(text: str) -> None:
    """Progress goes where it does not mix with results."""
    sys.stderr.write(f"{text}\n")
