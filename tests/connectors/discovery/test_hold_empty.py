"""An empty answer is believed only after a while."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.discovery.found import Found, FoundEndpoint
from connectors.discovery.hold_empty import HoldEmpty

A: Found = (FoundEndpoint("a:1"),)
B: Found = (FoundEndpoint("b:1"),)


def test_the_first_answer_is_believed_even_if_it_is_empty() -> None:
    hold = HoldEmpty(60)

    assert hold.take((), 0) is False
    assert hold.due is None


def test_endpoints_outlive_an_empty_answer_for_a_while() -> None:
    hold = HoldEmpty(60)
    hold.take(A, 0)

    assert not hold.take((), 10)
    assert not hold.pass_time(69)
    assert hold.believed == A
    assert hold.pass_time(70)
    assert hold.believed == ()


def test_an_answer_in_between_ends_the_wait() -> None:
    hold = HoldEmpty(60)
    hold.take(A, 0)
    hold.take((), 10)

    assert hold.take(B, 20)
    assert not hold.pass_time(1_000)
    assert hold.believed == B


def test_the_same_answer_is_no_change() -> None:
    hold = HoldEmpty(60)
    hold.take(A, 0)

    assert not hold.take(A, 1)


@given(st.lists(st.tuples(st.sampled_from([(), A, B]), st.integers(0, 100))))
def test_nothing_is_believed_but_the_last_endpoints_named_or_long_emptiness(said: list[tuple[Found, int]]) -> None:
    hold, now, named_at = HoldEmpty(60), 0, 0
    last: Found = ()
    for found, passed in said:
        now += passed
        hold.pass_time(now)
        hold.take(found, now)
        if found:
            last, named_at = found, now

        assert hold.believed == last or (hold.believed == () and now - named_at >= 60)
