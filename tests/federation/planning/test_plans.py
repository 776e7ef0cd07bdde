"""Every planning case has the plan that is written beside it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.federation.planning.read_cases import PlanningCase, planned, read_cases

ROOT = Path(__file__).parents[3]
ALL = [*read_cases()]
PRINT_ALL = """
from tests.federation.planning.read_cases import planned, read_cases
for case in read_cases():
    print(planned(case.file, case.query))
"""


@pytest.mark.parametrize("case", ALL, ids=[f"{case.file}: {case.name}" for case in ALL])
def test_the_plan_is_the_expected_one(case: PlanningCase) -> None:
    assert planned(case.file, case.query) == case.plan


@pytest.mark.parametrize("seed", ["1", "2"])
def test_plans_do_not_depend_on_the_hash_seed(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINT_ALL],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=60,
    )

    assert done.stdout == "".join(f"{case.plan}\n" for case in ALL)
