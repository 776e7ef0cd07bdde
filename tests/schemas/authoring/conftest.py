"""A team's module from its text, as a file of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.problems import SchemaInvalid
from schemas.read_connect import Bindings, read_connect
from schemas.subgraph import Subgraph
from schemas.to_subgraph import to_subgraph

IMPORTS = """\
import strawberry
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated
from strawberry import ID
from schemas.authoring import *
rest = RestSource("rest", base_url="http://127.0.0.1:8081")
grpc = GrpcSource("grpc", "shop.v1.Shop", address="127.0.0.1:8083")
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], str]:
    """Write a module, without its usual imports, and give its path; its own text starts in line 10."""

    def write(text: str) -> str:
        path = tmp_path / "team.py"
        path.write_text(IMPORTS + text, "utf-8")
        return str(path)

    return write


@pytest.fixture
def subgraph(write: Callable[[str], str]) -> Callable[[str], Subgraph]:
    """The subgraph of a module."""
    return lambda text: to_subgraph(write(text), "team")


@pytest.fixture
def bindings(subgraph: Callable[[str], Subgraph]) -> Callable[[str], Bindings]:
    """The bindings of a module."""
    return lambda text: read_connect(subgraph(text))


@pytest.fixture
def problems(subgraph: Callable[[str], Subgraph], tmp_path: Path) -> Callable[[str], list[str]]:
    """What is wrong with a module, with `team.py` for its path."""

    def problems(text: str) -> list[str]:
        with pytest.raises(SchemaInvalid) as caught:
            subgraph(text)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]

    return problems
