"""Labels hold for their share of the requests: the small shares within the large ones."""

import pytest

from federation.planning.override_labels import OverrideShares


@pytest.mark.parametrize(
    ("drawn", "held"),
    [
        (0.0, {"percent(5)", "tenth", "all"}),
        (0.0499, {"percent(5)", "tenth", "all"}),
        (0.05, {"tenth", "all"}),
        (0.0999, {"tenth", "all"}),
        (0.1, {"all"}),
        (0.9999, {"all"}),
    ],
)
def test_a_label_holds_when_the_number_drawn_is_below_its_share(drawn: float, held: set[str]) -> None:
    labels = frozenset({"percent(5)", "tenth", "all", "none", "unknown"})

    shares = OverrideShares(labels, {"tenth": 10, "all": 100, "none": 0})

    assert shares.labels(drawn) == held


def test_the_configuration_decides_over_a_labels_own_percentage() -> None:
    shares = OverrideShares(frozenset({"percent(5)"}), {"percent(5)": 0})

    assert not shares.are_needed


def test_without_shares_nothing_is_drawn() -> None:
    assert not OverrideShares(frozenset({"unknown"}), {}).are_needed
