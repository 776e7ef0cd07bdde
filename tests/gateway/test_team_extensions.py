"""A team's own layers and field policies stand where the configuration puts them."""

import re
import sys
from pathlib import Path

import pytest

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.request import ClientRequest

DOCS = Path(__file__).parents[2] / "docs" / "policies.md"
GRAPH = """
import strawberry

@strawberry.type
class Query:
    @strawberry.field
    def support(self) -> str | None:
        return "hello"

    @strawberry.field
    def shop(self) -> str:
        return "welcome"
"""
LAYERS = """
class Greeting:
    def __init__(self, words):
        self.words = words.encode()

    def wrap(self, inner):
        async def answer(request, context):
            context.answer_headers.append((b"x-greeting", self.words))
            return await inner(request, context)
        return answer

class Shouting:
    def wrap(self, inner, graph):
        async def call(request):
            answer = await inner(request)
            return answer._replace(data={key: value.upper() for key, value in answer.data.items()})
        return call

class Nothing:
    pass
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "graph.py").write_text(GRAPH)
    (tmp_path / "team_layers.py").write_text(LAYERS)
    pattern = r"```python\n(from collections.abc import Callable.*?class OpeningHours.*?)```"
    example = re.search(pattern, DOCS.read_text(), re.DOTALL)
    assert example is not None
    (tmp_path / "team_hours.py").write_text(example[1])
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in ("team_layers", "team_hours"):
        sys.modules.pop(name, None)


def config(folder: Path, extensions: str) -> Config:
    return parse_config(
        f"subgraphs: {{a: {{module: graph.py}}}}\nextensions:\n{extensions}", folder / "interlace.yaml", {}
    )


async def test_the_example_of_the_documentation_denies_fields_before_they_are_fetched(folder: Path) -> None:
    closed = (
        "  operations: [{use: 'team_hours:OpeningHours', options: {fields: [Query.support], opens: 0, closes: 0}}]\n"
    )
    async with open_gateway(config(folder, closed)) as gateway:
        answer = await gateway.answer(ClientRequest("{ support shop }"))

    assert answer.body == (
        b'{"errors":[{"message":"\'Query.support\' is closed","path":["support"],"extensions":{"code":"CLOSED"}}],'
        b'"data":{"support":null,"shop":"welcome"}}'
    )


async def test_layers_of_a_team_stand_around_requests_and_calls(folder: Path) -> None:
    layers = "  requests: [{use: 'team_layers:Greeting', options: {words: hi}}]\n  calls: ['team_layers:Shouting']\n"
    async with open_gateway(config(folder, layers)) as gateway:
        answer = await gateway.answer(ClientRequest("{ shop }"))

    assert (answer.body, answer.headers) == (b'{"data":{"shop":"WELCOME"}}', ((b"x-greeting", b"hi"),))


@pytest.mark.parametrize(
    ("extensions", "problem"),
    [
        ("  requests: [nowhere:Class]\n", "extensions.requests.0: .*No module named 'nowhere'"),
        ("  requests: ['team_layers:Absent']\n", "team_layers:Absent: the module has no class Absent"),
        ("  operations: ['team_layers:Nothing']\n", "the class has no method 'prepare'"),
        ("  requests: ['team_layers:Greeting']\n", "missing 1 required positional argument: 'words'"),
    ],
)
async def test_what_cannot_be_used_is_told(folder: Path, extensions: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        async with open_gateway(config(folder, extensions)):
            pass


def test_a_name_that_is_no_class_is_told_with_its_line(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"interlace.yaml:3: extensions.requests.0.*write module:Class"):
        config(folder, "  requests: [shop]\n")
