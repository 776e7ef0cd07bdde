"""A fixed sample of recorded compositions; `scripts/run_composition_cases.py` runs whole files of them."""

from pathlib import Path

import pytest

from scripts.run_composition_cases import run_case

CASES = (Path(__file__).parent / "cases" / "recorded.jsonl").read_text().splitlines()


@pytest.mark.parametrize("line", CASES, ids=range(len(CASES)))
def test_a_recorded_case_composes_as_recorded(line: str) -> None:
    outcome = run_case(line)

    assert outcome.kind == "", f"{outcome.case}: recorded {outcome.recorded}, found {outcome.found}\n{outcome.detail}"
