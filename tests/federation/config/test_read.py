from pathlib import Path

import pytest

from federation.config.read import parse_config, read_config
from federation.errors import ConfigurationError

FILE = Path("interlace.yaml")
MINIMAL = "subgraphs:\n  users: {module: schemas.user}\n"


def problems_of(text: str, environment: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        parse_config(text, FILE, environment or {})
    return caught.value.problems


def test_one_subgraph_is_enough_and_the_rest_has_defaults() -> None:
    config = parse_config(MINIMAL, FILE, {})

    assert config.subgraphs["users"].module == "schemas.user"
    assert (config.server.host, config.server.port, config.server.path) == ("127.0.0.1", 4000, "/graphql")


def test_every_problem_is_listed_with_its_line_in_order() -> None:
    text = """\
server:
  prt: 3
  request_timeout: 5x
subgraphs:
  8a: {module: schemas.user}
  orders: {}
services:
  users: {endpoints: []}
"""
    assert [problem.split(": ", 2)[:2] for problem in problems_of(text)] == [
        ["interlace.yaml:2", "server.prt"],
        ["interlace.yaml:3", "server.request_timeout"],
        ["interlace.yaml:5", "subgraphs.8a"],
        ["interlace.yaml:6", "subgraphs.orders"],
        ["interlace.yaml:8", "services.users.endpoints"],
    ]


def test_a_misspelt_key_is_told_the_right_one() -> None:
    assert problems_of("server: {prot: 1}\n" + MINIMAL) == (
        "interlace.yaml:1: server.prot: there is no such key; did you mean 'port'?",
    )


def test_a_misspelt_key_of_a_service_is_told_the_right_one() -> None:
    (problem,) = problems_of(MINIMAL + "services:\n  users: {endpoints: [http://127.0.0.1:1], timeuot: 2s}\n")

    assert problem.endswith("services.users.timeuot: there is no such key; did you mean 'timeout'?")


def test_a_key_that_stands_twice_is_named_with_both_lines() -> None:
    (problem,) = problems_of(MINIMAL + "  users: {module: schemas.order}\n")

    assert problem == "interlace.yaml:3: subgraphs.users: stands twice; it is also at line 2"


def test_a_missing_sdl_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "interlace.yaml"
    path.write_text("subgraphs:\n  users:\n    sdl: none.graphql\n", encoding="utf-8")

    with pytest.raises(ConfigurationError) as caught:
        read_config(path, {})

    assert caught.value.problems == (f"{path}:3: subgraphs.users.sdl: there is no file none.graphql",)


def test_sdl_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "users.graphql").write_text("type Query { a: Int }", encoding="utf-8")
    path = tmp_path / "interlace.yaml"
    path.write_text("subgraphs:\n  users:\n    sdl: users.graphql\n", encoding="utf-8")

    assert read_config(path, {}).subgraphs["users"].sdl == tmp_path / "users.graphql"


def test_values_come_from_the_environment_with_their_types() -> None:
    config = parse_config("server:\n  port: ${PORT}\n  host: ${HOST:-0.0.0.0}\n" + MINIMAL, FILE, {"PORT": "4007"})

    assert (config.server.port, config.server.host) == (4007, "0.0.0.0")


def test_a_missing_environment_variable_is_named() -> None:
    assert "the environment has no PORT" in problems_of("server:\n  host: ${PORT}\n" + MINIMAL)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "interlace.yaml:1: the file is empty"),
        ("- a\n", "interlace.yaml:1: expected sections"),
        ("a: [\n", "interlace.yaml:2: not YAML"),
        ("a: \x07\n", "interlace.yaml: not YAML: unacceptable character"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(text: str, expected: str) -> None:
    assert problems_of(text)[0].startswith(expected)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_config(tmp_path / "interlace.yaml", {})


def test_a_python_subgraph_takes_no_other_source() -> None:
    (problem,) = problems_of("subgraphs:\n  users: {module: schemas.user, url: http://127.0.0.1:1}\n")

    assert "remove 'sdl' and 'url'" in problem
