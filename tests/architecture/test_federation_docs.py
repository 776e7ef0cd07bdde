"""The page about federation is true: its tests exist, and no directive is missing."""

import re
from pathlib import Path

import pytest

from federation.composition.reading.federation_words import WORDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "federation.md").read_text(encoding="utf-8")
SHOWN = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)))
ROW = re.compile(r"^\|(?!---)(?! (?:directive|spelling|what) \|).+\|$", re.MULTILINE)


@pytest.mark.parametrize(("file", "test"), SHOWN, ids=[test for _, test in SHOWN])
def test_a_named_test_exists(file: str, test: str) -> None:
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")

    assert re.search(rf"^(?:async )?def {test}\(", text, re.MULTILINE)


def test_every_row_names_a_test() -> None:
    assert [row for row in ROW.findall(PAGE) if "::test_" not in row] == []


def test_every_directive_of_federation_has_a_row() -> None:
    rows = "\n".join(row.partition("|")[2].partition("|")[0] for row in ROW.findall(PAGE))

    assert [word for word in WORDS if f"@{word}" not in rows] == []
