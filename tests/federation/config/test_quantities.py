import pytest

from federation.config.quantities import read_bytes, read_seconds


@pytest.mark.parametrize(("text", "seconds"), [("250ms", 0.25), ("2s", 2.0), ("1m", 60.0), (3, 3.0), ("1.5 s", 1.5)])
def test_durations_are_read_as_people_write_them(text: object, seconds: float) -> None:
    assert read_seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize(("text", "size"), [("64KiB", 65536), ("1MB", 1_000_000), (12, 12), ("3 B", 3)])
def test_sizes_are_read_as_people_write_them(text: object, size: int) -> None:
    assert read_bytes(text) == size


@pytest.mark.parametrize("text", ["", "2", "2 hours", "s", True, None, [1], "-3s"])
def test_what_is_not_a_duration_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(ValueError, match="such as 250ms"):
        read_seconds(text)
