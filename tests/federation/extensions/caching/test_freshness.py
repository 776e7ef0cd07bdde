"""How long answers may be reused by their headers (RFC 9111, RFC 5861)."""

from email.utils import formatdate

import pytest

from federation.extensions.caching.freshness import Freshness, freshness_of, narrowest, read_directives

NOW = 1_800_000_000.0


def said(**headers: str) -> Freshness:
    return freshness_of({name.replace("_", "-"): value for name, value in headers.items()}, NOW)


@pytest.mark.parametrize(
    ("control", "fresh"),
    [
        ("max-age=60", 60),
        ("MAX-AGE=60", 60),
        ('max-age="60"', 60),
        ("max-age = 60", 60),
        ("public, max-age=60", 60),
        ("max-age=60, s-maxage=10", 10),
        ("max-age=60, max-age=5", 60),
        ("max-age=0", 0),
        ("max-age=-1", 0),
        ("max-age=soon", 0),
        ("max-age=99999999999999", 1 << 31),
        ("max-age=60, no-cache", 0),
        ("public", None),
        ("", None),
    ],
)
def test_how_long_it_is_fresh(control: str, fresh: float | None) -> None:
    assert said(cache_control=control).fresh == fresh


def test_no_store_forbids_keeping() -> None:
    assert not said(cache_control="max-age=60, no-store").storable


def test_what_varies_by_everything_is_not_kept() -> None:
    assert not said(cache_control="max-age=60", vary="*").storable


def test_the_age_of_the_answer_is_taken_off() -> None:
    assert said(cache_control="max-age=60", age="20").fresh == 40


def test_an_answer_may_be_too_old_already() -> None:
    assert said(cache_control="max-age=60", age="90").fresh == 0


def test_the_date_tells_the_age_too() -> None:
    assert said(cache_control="max-age=60", date=formatdate(NOW - 15, usegmt=True)).fresh == 45


def test_expires_counts_where_no_max_age_is_said() -> None:
    date, expires = formatdate(NOW, usegmt=True), formatdate(NOW + 30, usegmt=True)

    assert said(date=date, expires=expires).fresh == 30
    assert said(date=date, expires=expires, cache_control="max-age=5").fresh == 5


def test_an_expires_that_is_no_date_is_in_the_past() -> None:
    assert said(expires="0").fresh == 0


def test_silence_says_nothing() -> None:
    assert said() == Freshness()


def test_stale_answers_may_be_used_where_that_is_said() -> None:
    found = said(cache_control="max-age=60, stale-while-revalidate=30, stale-if-error=600")

    assert (found.swr, found.stale_if_error) == (30, 600)


@pytest.mark.parametrize("strict", ["must-revalidate", "proxy-revalidate", "s-maxage=60"])
def test_stale_answers_are_not_used_where_that_is_forbidden(strict: str) -> None:
    found = said(cache_control=f"max-age=60, stale-while-revalidate=30, stale-if-error=600, {strict}")

    assert (found.swr, found.stale_if_error) == (0, 0)


def test_names_for_invalidation_are_read() -> None:
    assert said(cache_control="max-age=60", cache_tag="a, b", surrogate_key="c d").tags == ("a", "b", "c", "d")


def test_a_quoted_value_may_hold_commas() -> None:
    assert read_directives('no-cache="set-cookie, age", max-age=5')["max-age"] == "5"


def test_several_answers_hold_as_long_as_the_shortest() -> None:
    one = Freshness(fresh=60, swr=10, tags=("a",))
    other = Freshness(fresh=5, stale_if_error=9, tags=("b",))

    assert narrowest([one, other]) == Freshness(fresh=5, tags=("a", "b"))


def test_one_that_says_nothing_leaves_nothing_said_of_all() -> None:
    assert narrowest([Freshness(fresh=60), Freshness()]).fresh is None


def test_one_that_is_stale_makes_all_of_them_stale() -> None:
    assert narrowest([Freshness(fresh=0), Freshness()]).fresh == 0


def test_one_that_may_not_be_kept_forbids_all() -> None:
    assert not narrowest([Freshness(fresh=60), Freshness(storable=False)]).storable
