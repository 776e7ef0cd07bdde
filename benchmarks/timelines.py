"""Draw what became of requests over time, one small chart for each scenario of `benchmarks.chaos`."""

from collections.abc import Iterable, Mapping, Sequence
from math import log10

from benchmarks.chaos.scenarios import SECONDS_BEFORE, SECONDS_DISTURBED
from benchmarks.drawing import FAINT, INK, OURS, picture, text

BAD = "#c0392b"
ACROSS, WIDTH, HEIGHT, GAP, MARGIN = 2, 360, 120, 44, 40
STEP_SECONDS = 0.5
# The slowest request is drawn between a millisecond and thirty seconds, on a logarithmic scale.
LEAST_MS, MOST_MS = 1.0, 30_000.0

Steps = Sequence[Mapping[str, float]]


def timelines(found: Mapping[str, Mapping[str, Steps]]) -> str:
    """Bars are requests by when they were due, red ones failed; the line is the slowest of them."""
    charts = [
        (f"{name}{': ' if part else ''}{part}", steps) for name, parts in found.items() for part, steps in parts.items()
    ]
    parts: list[str] = [
        text(MARGIN, 20, "Requests of each half second (red: failed), and the slowest of them (line, ms)")
    ]
    for place, (name, steps) in enumerate(charts):
        x = MARGIN + place % ACROSS * (WIDTH + GAP)
        y = MARGIN + GAP + place // ACROSS * (HEIGHT + GAP)
        parts += _chart(x, y, name, steps)
    rows = -(-len(charts) // ACROSS)
    return picture(2 * MARGIN + ACROSS * (WIDTH + GAP), 2 * MARGIN + rows * (HEIGHT + GAP), parts)


def _chart(x: float, y: float, name: str, steps: Steps) -> Iterable[str]:
    wide = WIDTH / len(steps)
    most = max(step["good"] + step["bad"] for step in steps)
    begin, disturbed = SECONDS_BEFORE / STEP_SECONDS * wide, SECONDS_DISTURBED / STEP_SECONDS * wide
    yield text(x, y - 8, name, size=11, weight="bold")
    yield f'<rect x="{x + begin:.1f}" y="{y}" width="{disturbed:.1f}" height="{HEIGHT}" fill="#f3efe2"/>'
    for place, step in enumerate(steps):
        left = x + place * wide
        good, bad = (HEIGHT * 0.5 * step[kind] / most for kind in ("good", "bad"))
        bottom = y + HEIGHT
        yield _bar(left, bottom - good, wide, good, OURS)
        if step["bad"]:
            yield _bar(left, bottom - good - bad, wide, bad, BAD)
    points = " ".join(
        f"{x + (place + 0.5) * wide:.1f},{_up(y, step['slowest']):.1f}" for place, step in enumerate(steps)
    )
    yield f'<polyline points="{points}" fill="none" stroke="{INK}" stroke-width="1.2"/>'
    for mark in (10, 100, 1_000, 10_000):
        yield f'<path d="M{x} {_up(y, mark):.1f}h4" stroke="{INK}"/>'
        yield text(x - 4, _up(y, mark) + 3, f"{mark:,}", anchor="end", size=8)
    yield f'<path d="M{x} {y}V{y + HEIGHT}H{x + WIDTH}" fill="none" stroke="{FAINT}"/>'


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width - 1:.1f}" height="{height:.1f}" fill="{colour}" opacity="0.75"/>'
    )


def _up(y: float, milliseconds: float) -> float:
    share = log10(min(max(milliseconds, LEAST_MS), MOST_MS) / LEAST_MS) / log10(MOST_MS / LEAST_MS)
    return y + HEIGHT * (1 - share)
