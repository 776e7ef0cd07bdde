"""Sums over workers that come and go: what is counted never goes down, and nothing is counted twice."""

from hypothesis import given
from hypothesis import strategies as st

from federation.telemetry.families import Families
from federation.telemetry.totals import Totals

FIRST, SECOND = (0, 101), (1, 102)


def counter(value: float) -> Families:
    return [("calls", "counter", "Calls", [("calls_total", [("service", "a")], value)])]


def gauge(name: str, value: float) -> Families:
    return [(name, "gauge", "A gauge", [(name, [], value)])]


def value_of(families: Families) -> float:
    ((_, _, _, ((_, _, value),)),) = families
    return value


def test_counters_of_workers_are_added_up() -> None:
    assert value_of(Totals().add({FIRST: counter(3), SECOND: counter(4)}, are_all=True)) == 7


def test_what_an_ended_worker_counted_stays_in_the_sum() -> None:
    totals = Totals()
    totals.add({FIRST: counter(3), SECOND: counter(4)}, are_all=True)

    assert value_of(totals.add({FIRST: counter(5)}, are_all=True)) == 9
    assert value_of(totals.add({FIRST: counter(5), (1, 103): counter(2)}, are_all=True)) == 11


def test_a_silent_worker_counts_as_it_did_when_it_last_spoke() -> None:
    totals = Totals()
    totals.add({FIRST: counter(3), SECOND: counter(4)}, are_all=True)

    assert value_of(totals.add({FIRST: counter(5)}, are_all=False)) == 9
    assert value_of(totals.add({FIRST: counter(5), SECOND: counter(10)}, are_all=True)) == 15


def test_gauges_are_sums_of_those_who_answer_unless_another_rule_is_named() -> None:
    totals = Totals()
    totals.add({FIRST: gauge("calls", 3), SECOND: gauge("calls", 4)}, are_all=True)

    assert value_of(totals.add({FIRST: gauge("calls", 3)}, are_all=False)) == 3
    name = "interlace_loop_turn_seconds"
    assert value_of(totals.add({FIRST: gauge(name, 3), SECOND: gauge(name, 4)}, are_all=True)) == 4
    name = "interlace_endpoint_share"
    assert value_of(totals.add({FIRST: gauge(name, 3), SECOND: gauge(name, 4)}, are_all=True)) == 3.5


def test_a_service_that_nobody_knows_any_more_is_forgotten() -> None:
    totals = Totals()
    totals.add({FIRST: counter(3)}, are_all=True)

    assert totals.add({FIRST: []}, are_all=True) == []
    assert value_of(totals.add({FIRST: counter(1)}, are_all=True)) == 1


def test_what_only_an_ended_worker_had_met_with_stays_counted() -> None:
    def outcomes(*names: str) -> Families:
        return [("operations", "counter", "x", [("operations_total", [("outcome", name)], 2.0) for name in names])]

    totals = Totals()
    totals.add({FIRST: outcomes("OK", "RATE_LIMITED"), SECOND: outcomes("OK")}, are_all=True)
    ((_, _, _, samples),) = totals.add({(0, 103): outcomes("OK"), SECOND: outcomes("OK")}, are_all=True)

    assert {labels[0][1]: value for _, labels, value in samples} == {"OK": 6.0, "RATE_LIMITED": 2.0}


def test_samples_of_a_histogram_begin_anew_together() -> None:
    def histogram(low: float, all_: float) -> Families:
        samples = [("s_bucket", [("le", "1")], low), ("s_bucket", [("le", "+Inf")], all_), ("s_count", [], all_)]
        return [("s", "histogram", "Seconds", samples)]

    totals = Totals()
    totals.add({FIRST: histogram(5, 6)}, are_all=True)
    ((_, _, _, samples),) = totals.add({FIRST: histogram(3, 7)}, are_all=True)

    assert [value for _, _, value in samples] == [8, 13, 13]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["count", "restart", "scrape", "hang"]))))
def test_the_sum_never_goes_down_and_is_all_that_was_ever_seen(steps: list[tuple[int, str]]) -> None:
    totals = Totals()
    pids, counts, hangs = [1, 1, 1], [0.0, 0.0, 0.0], [False] * 3
    seen = [0.0] * 3  # what each worker of now has counted as of the last scrape
    lost = expected = before = 0.0
    for number, step in steps:
        match step:
            case "count":
                counts[number] += 1
            case "restart":
                lost += counts[number] - seen[number]
                pids[number] += 1
                counts[number], seen[number], hangs[number] = 0.0, 0.0, False
            case "hang":
                hangs[number] = True
            case "scrape":
                answers = {(each, pids[each]): counter(counts[each]) for each in range(3) if not hangs[each]}
                for each in range(3):
                    if not hangs[each]:
                        expected += counts[each] - seen[each]
                        seen[each] = counts[each]
                families = totals.add(answers, are_all=not any(hangs))
                if families:
                    assert value_of(families) == expected >= before
                    before = expected
