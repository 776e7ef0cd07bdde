"""The examples of the README are true."""

import asyncio
import re
from pathlib import Path

import pytest

from federation.assembly.build_supergraph import build_supergraph
from federation.composition.compose import compose
from federation.composition.policies.compose_policies import compose_policies
from federation.composition.policies.origins import Origins
from federation.config.read import parse_config
from schemas.policy import Authenticated, FieldPolicy, Mode
from schemas.read_supergraph import read_supergraph
from schemas.subgraph import Subgraph
from schemas.to_subgraph import to_subgraph

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def example(language: str, section: str = "") -> str:
    text = README[README.index(f"## {section}") :]
    found = re.search(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
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


def test_the_policies_in_python_in_sdl_and_in_the_configuration_become_one(tmp_path: Path) -> None:
    (tmp_path / "customer.py").write_text(example("python", "Policies"))
    (tmp_path / "customer.graphql").write_text(example("graphql", "Policies"))
    written = (
        to_subgraph(str(tmp_path / "customer.py"), "customer"),
        Subgraph("customer", example("graphql", "Policies")),
    )
    composed = [compose([subgraph]) for subgraph in written]
    assert [each.errors for each in composed] == [(), ()]
    in_python, in_sdl = (compose_policies(read_supergraph(each.supergraph_sdl), Origins()).table for each in composed)
    declared = "subgraphs: {customer: {sdl: customer.graphql, url: 'http://127.0.0.1:1/graphql'}}\n"
    config = parse_config(declared + example("yaml", "Policies"), tmp_path / "interlace.yaml", {})
    policies = asyncio.run(build_supergraph(config)).policies

    assert sorted(in_python.fields) == sorted(in_sdl.fields)
    for coordinate, policy in in_python.fields.items():
        assert _without_origins(policy) == _without_origins(in_sdl.of(coordinate))
    assert [type(guard) for guard in policies.of("Customer.id").guards] == [Authenticated]
    assert {guard.mode for guard in policies.of("Customer.email").guards} == {Mode.SHADOW}


def _without_origins(policy: FieldPolicy) -> str:
    return re.sub(r"Origin\(.*?\)", "", repr(policy))


def test_every_link_leads_somewhere() -> None:
    folder = Path(__file__).parents[2]
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [link for link in links if not (folder / link).exists()] == []
