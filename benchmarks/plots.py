"""Draw what the other commands kept in `benchmarks/results` as SVG files for the documentation.

python -m benchmarks.plots
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log10
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any

from benchmarks.drawing import FAINT, OURS, THEIRS, picture, text
from benchmarks.rounds import RESULTS
from benchmarks.running import ROOT
from benchmarks.timelines import timelines

PICTURES = ROOT / "docs" / "pictures"
WIDTH, BAR, GAP = 760, 22, 10
RIGHT, TOP = 90, 44
LETTER = 7.5  # how wide one is, about
PANEL_WIDTH, PANEL_HEIGHT, MARGIN = 340, 230, 52
PANELS: Mapping[str, str] = MappingProxyType(
    {
        "entities": "entities in the answer",
        "depth": "steps in sequence",
        "services": "services asked",
        "connections": "connections",
    }
)


def bars(title: str, values: Sequence[tuple[str, float]]) -> str:
    """One bar for each value, least first."""
    ordered = sorted(values, key=lambda item: item[1])
    most = max(value for _, value in ordered)
    left = 26 + max(len(name) for name, _ in ordered) * LETTER
    height = TOP + len(ordered) * (BAR + GAP) + GAP
    parts = [text(16, 26, title, size=15, weight="bold")]
    for place, (name, value) in enumerate(ordered):
        y = TOP + place * (BAR + GAP)
        length = max((WIDTH - left - RIGHT) * value / most, 1)
        colour = OURS if name.startswith("Interlace") else THEIRS
        parts.append(text(left - 10, y + 16, name, anchor="end"))
        parts.append(f'<rect x="{left:.1f}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>')
        parts.append(text(left + length + 8, y + 16, _number(value)))
    return picture(WIDTH, height, parts)


def panels(curves: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    """One small chart for each curve: CPU of a request over what grows, both on logarithmic scales."""
    parts: list[str] = []
    for place, (name, label) in enumerate(PANELS.items()):
        x, y = place % 2 * (PANEL_WIDTH + MARGIN) + MARGIN, place // 2 * (PANEL_HEIGHT + MARGIN) + MARGIN
        parts += _panel(x, y, label, [(point["at"], point["cpu"]) for point in curves[name]])
    rows = (len(PANELS) + 1) // 2
    return picture(2 * (PANEL_WIDTH + MARGIN) + MARGIN, rows * (PANEL_HEIGHT + MARGIN) + MARGIN, parts)


def _panel(x: float, y: float, label: str, points: Sequence[tuple[float, float]]) -> Iterable[str]:
    across = _scale([point[0] for point in points], x, x + PANEL_WIDTH)
    up = _scale([point[1] for point in points], y + PANEL_HEIGHT, y + 20)
    places = [(across(at), up(cost)) for at, cost in points]
    yield text(x, y, f"CPU ms a request, by {label}", weight="bold")
    yield f'<path d="M{x} {y + 14}V{y + PANEL_HEIGHT}H{x + PANEL_WIDTH}" fill="none" stroke="{FAINT}"/>'
    line = " ".join(f"{px:.1f},{py:.1f}" for px, py in places)
    yield f'<polyline points="{line}" fill="none" stroke="{OURS}" stroke-width="2"/>'
    for (px, py), (at, cost) in zip(places, points, strict=True):
        yield f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{OURS}"/>'
        yield text(px, py - 9, _number(cost), anchor="middle", size=11)
        yield text(px, y + PANEL_HEIGHT + 16, f"{at:,}", anchor="middle", size=11)


def _scale(values: Sequence[float], first: float, last: float) -> Callable[[float], float]:
    """From a value to its place between two ends, by its logarithm, with room on both sides."""
    low, high = log10(min(values)), log10(max(values))
    room = (last - first) * 0.08
    span = high - low or 1.0

    def place(value: float) -> float:
        return first + room + (last - first - 2 * room) * (log10(value) - low) / span

    return place


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def _at(rows: Sequence[Mapping[str, Any]], connections: int) -> list[tuple[str, float]]:
    return [
        (row["name"], median(each["cpu"] for each in row["rounds"]))
        for row in rows
        if row["connections"] == connections
    ]


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, what in (("peers", "public federation workload"), ("storefront", "storefront query")):
        path = RESULTS / f"{name}.json"
        for connections in (1, 16) if path.exists() else ():
            title = f"CPU ms a request: {what}, {connections} connection{'s' if connections > 1 else ''}"
            _write(f"{name}-{connections}", bars(title, _at(json.loads(path.read_text()), connections)))
    growth = RESULTS / "growth.json"
    if growth.exists():
        _write("growth", panels(json.loads(growth.read_text())["curves"]))
    chaos = RESULTS / "chaos.json"
    if chaos.exists():
        _write("chaos", timelines(json.loads(chaos.read_text())))


def _write(name: str, drawn: str) -> Path:
    path = PICTURES / f"{name}.svg"
    path.write_text(drawn)
    print(path.relative_to(ROOT))
    return path


if __name__ == "__main__":
    main()
