"""Plots are SVG that any reader of XML takes, with every figure in them."""

from xml.etree import ElementTree as ET

from benchmarks.plots import bars, panels
from benchmarks.timelines import timelines


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


def test_bars_stand_in_the_order_of_their_values() -> None:
    picture = bars("CPU", [("B & C", 20.0), ("Interlace", 0.5)])

    assert texts(picture) == ["CPU", "Interlace", "0.50", "B & C", "20"]


def test_every_point_of_a_curve_is_named() -> None:
    points = [{"at": 1, "cpu": 0.25}, {"at": 10_000, "cpu": 45.0}]
    curves = dict.fromkeys(("entities", "depth", "services", "connections"), points)

    found = texts(panels(curves))

    assert found[:5] == ["CPU ms a request, by entities in the answer", "0.25", "1", "45", "10,000"]
    assert len(found) == 4 * 5


def test_a_curve_that_does_not_change_is_drawn() -> None:
    points = [{"at": 1, "cpu": 0.5}, {"at": 2, "cpu": 0.5}]

    assert "NaN" not in panels(dict.fromkeys(("entities", "depth", "services", "connections"), points))


def test_a_timeline_has_a_chart_for_each_part_of_a_scenario_with_its_failures_in_red() -> None:
    calm = [{"good": 100, "bad": 0, "slowest": 12.0}] * 28
    broken = [*calm[:27], {"good": 90, "bad": 10, "slowest": 2_000.0}]

    picture = timelines({"killed": {"": calm}, "stopped": {"users only": calm, "with orders": broken}})

    assert [each for each in texts(picture) if each.startswith(("killed", "stopped"))] == [
        "killed",
        "stopped: users only",
        "stopped: with orders",
    ]
    assert picture.count("#c0392b") == 1
