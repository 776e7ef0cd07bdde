"""Rates are read as people write them."""

import pytest

from schemas.policy import Window
from schemas.rate_windows import print_window, read_window


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("100/minute", Window(100, 60)),
        (" 20 / second burst 40 ", Window(20, 1, 40)),
        ("1000/12h", Window(1000, 43_200)),
        ("5/30 seconds", Window(5, 30)),
        ("0/day", Window(0, 86_400)),
    ],
)
def test_a_rate_is_a_count_in_a_time(text: str, window: Window) -> None:
    assert read_window(text) == window


@pytest.mark.parametrize(
    "text", ["", "100", "100/", "9/fortnight", "-1/minute", "1.5/s", "1/0s", "1/32 days", "1/1s burst 0"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"rate|burst"):
        read_window(text)


@pytest.mark.parametrize("text", ["100/minute", "20/second burst 40", "1000/12h", "5/30s", "7/90s"])
def test_a_rate_is_printed_as_it_is_written(text: str) -> None:
    assert print_window(read_window(text)) == text
