"""The examples of the README are true."""

import re
from pathlib import Path

import pytest

from federation.composition.compose import compose
from federation.config.read import parse_config
from schemas.subgraph import Subgraph
from schemas.to_subgraph import to_subgraph

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def in_python(tmp_path: Path) -> Subgraph:
    (tmp_path / "user.py").write_text(example("python"))
    return to_subgraph(str(tmp_path / "user.py"), "user")


@pytest.fixture
def in_sdl() -> Subgraph:
    return Subgraph("user", example("graphql"))


def test_the_python_example_and_its_sdl_twin_give_the_same_schema(in_python: Subgraph, in_sdl: Subgraph) -> None:
    one, other = compose([in_python]), compose([in_sdl])

    assert one.errors == other.errors == ()
    assert re.sub(r'"""One user.*?"""\s*', "", one.public_sdl) == other.public_sdl


def test_the_configuration_example_is_right(tmp_path: Path) -> None:
    (tmp_path / "user.graphql").write_text(example("graphql"))

    config = parse_config(example("yaml"), tmp_path / "interlace.yaml", {})

    assert list(config.services) == ["users"]


def test_every_link_leads_somewhere() -> None:
    folder = Path(__file__).parents[2]
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [link for link in links if not (folder / link).exists()] == []
