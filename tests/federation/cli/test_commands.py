"""The command line: what it prints, and how it ends."""

import ast
import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from federation.cli.compose import compose_lines
from federation.composition.compose import CompositionResult, compose
from schemas.subgraph import Subgraph

ROOT = Path(__file__).parents[3]
STOREFRONT = ROOT / "examples" / "storefront" / "interlace.yaml"
RUN = "import sys; from federation.cli import main; sys.exit(main())"


def interlace(*arguments: str, stdin: str = "", folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        timeout=60,
        check=False,
    )


def test_help_names_every_command() -> None:
    done = interlace("--help")

    assert done.returncode == 0
    for command in ("serve", "demo", "check", "compose", "plan"):
        assert command in done.stdout


def test_check_accepts_the_storefront() -> None:
    done = interlace("check", "-c", str(STOREFRONT))

    assert (done.returncode, done.stderr) == (0, "")
    assert "3 subgraphs" in done.stdout


def test_a_supergraph_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_bytes(b"type Query \xff")

    done = interlace("plan", "--supergraph", str(file), "-", stdin="{ __typename }")

    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"error: {file}: is not UTF-8 text (byte 11)"]


def test_check_lists_every_problem_of_a_configuration_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "interlace.yaml").write_text(
        "server:\n  prot: 1\nsubgraphs:\n  user:\n    sdl: nowhere.graphql\n    url: 3\n"
        "services:\n  x: {endpoints: []}\n"
    )

    done = interlace("check", folder=tmp_path)

    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert any("interlace.yaml:2: server.prot" in line and "did you mean 'port'" in line for line in lines)
    assert any("interlace.yaml:6" in line for line in lines)
    assert any("interlace.yaml:8" in line for line in lines)
    assert "Traceback" not in done.stderr


def test_check_lists_what_is_wrong_with_routes_transforms_and_extensions_at_once_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text("type Query { a: String }")
    (tmp_path / "team.py").write_text("def change(value):\n    return value\n")
    (tmp_path / "interlace.yaml").write_text(
        "subgraphs: {a: {sdl: a.graphql, url: 'http://127.0.0.1:1/'}}\n"
        "services:\n"
        "  a: {endpoints: ['127.0.0.1:1'], transform: {rename: {x: y}}}\n"
        "  b: {endpoints: ['127.0.0.1:1'], breaker: {shared: true}}\n"
        "routes:\n"
        "  - {path: /b, service: nobody, public: true}\n"
        "  - path: /c\n"
        "    service: b\n"
        "    public: true\n"
        "    transform:\n"
        "      request: '$('\n"
        "      answer: {python: 'team:nothing'}\n"
        "  - {path: /d, service: b, public: true, transform: {answer: {python: 'team:change'}}}\n"
        "  - {path: /e, query: '{ nothing }'}\n"
        "extensions:\n"
        "  requests: ['team:Missing']\n"
    )

    done = interlace("check", folder=tmp_path)

    places = [line.removeprefix("error: ").split(": ")[:2] for line in done.stderr.splitlines()[:-1]]
    assert done.returncode == 1
    assert sorted(places) == [
        ["interlace.yaml:11", "routes.1.transform.request"],
        ["interlace.yaml:12", "routes.1.transform.answer"],
        ["interlace.yaml:14", "routes.3.query:1:3"],
        ["interlace.yaml:16", "extensions.requests.0"],
        ["interlace.yaml:3", "services.a.transform"],
        ["interlace.yaml:4", "services.b.breaker.shared"],
        ["interlace.yaml:6", "routes.0.service"],
    ]


def test_check_lists_every_problem_of_the_subgraphs_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text(
        "extend schema\n"
        '  @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])\n'
        '  @link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@source", "@connect"])\n'
        "type Query {\n"
        '  a: String @connect(source: "nope", http: { GET: "/a" }, selection: "$")\n'
        '  b(id: ID!): String @connect(http: { GET: "/b/{$args.ident}" }, selection: "$")\n'
        "}\n"
    )
    (tmp_path / "interlace.yaml").write_text("subgraphs:\n  a:\n    sdl: a.graphql\n")

    done = interlace("check", folder=tmp_path)

    assert done.returncode == 1
    assert "a.graphql:5" in done.stderr
    assert "a.graphql:6" in done.stderr


def test_compose_prints_a_supergraph_that_check_accepts(tmp_path: Path) -> None:
    done = interlace("compose", "-c", str(STOREFRONT), "-o", str(tmp_path / "supergraph.graphql"))
    assert done.returncode == 0, done.stderr
    (tmp_path / "interlace.yaml").write_text("supergraph: supergraph.graphql\n")

    assert interlace("check", folder=tmp_path).returncode == 0


def test_compose_answers_each_json_line_even_a_bad_one() -> None:
    good = {"services": [{"name": "a", "url": "http://a", "sdl": "type Query { a: Int }"}]}
    bad = {"services": [{"name": "a", "url": "http://a", "sdl": "type Query { a: Nope }"}]}

    done = interlace("compose", "--jsonl", stdin=f"{json.dumps(good)}\nnot json\n{json.dumps(bad)}\n")

    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert "type Query" in first["supergraphSdl"]
    assert first["errors"] is None
    assert second["errors"][0]["code"] == "INVALID_LINE"
    assert third["errors"][0]["code"] == "INVALID_GRAPHQL"
    assert third["supergraphSdl"] is None


def test_compose_answers_a_line_that_is_not_text() -> None:
    good = b'{"services": [{"name": "a", "url": "http://a", "sdl": "type Query { a: Int }"}]}'
    lines = io.BytesIO(b'{"services": "\xff"}\n' + good + b"\n")
    out = io.StringIO()

    compose_lines(lines, out)

    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert [error["code"] for error in first["errors"]] == ["INVALID_LINE"]
    assert second["errors"] is None


def test_plan_shows_the_calls_of_a_query_as_text() -> None:
    done = interlace("plan", "-c", str(STOREFRONT), "-", stdin="{ users { name orders { id } } }")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].strip() == "fetch 1 from user:Query.users {"
    assert "fetch 2 from order:User.orders at users.@ {" in done.stdout


def test_plan_shows_the_calls_of_a_query_as_json() -> None:
    done = interlace("plan", "-c", str(STOREFRONT), "--json", "-", stdin="{ user(id: 1) { name } }")

    assert json.loads(done.stdout)["root"]["graph"] == "user:Query.user"


def test_plan_shows_the_code_that_a_query_is_compiled_to() -> None:
    done = interlace("plan", "-c", str(STOREFRONT), "--code", "-", stdin="{ users { name orders { id } } }")

    headings = [line for line in done.stdout.splitlines() if line.startswith("# ")]
    assert headings[0] == "# fetch 2 from order:User.orders: the entities at users.@"
    assert headings[-1] == "# the answer"
    functions = [each for each in ast.parse(done.stdout).body if isinstance(each, ast.FunctionDef)]
    assert [each.name for each in functions] == ["collect", "shape"]


def test_plan_shows_the_one_walk_for_fetches_that_begin_at_once() -> None:
    query = "{ user(id: 1) { orders { id user { orders { id } preferences { theme } } } } }"
    done = interlace("plan", "-c", str(STOREFRONT), "--code", "-", stdin=query)

    assert "the entities of all of them, as they begin at once" in done.stdout


def test_plan_says_everything_that_is_wrong_with_a_query() -> None:
    done = interlace("plan", "-c", str(STOREFRONT), "-", stdin="{ users { nam }\n  usr { id } }")

    assert done.returncode == 1
    assert "1:11: Cannot query field 'nam' on type 'User'" in done.stderr
    assert "2:3: Cannot query field 'usr' on type 'Query'" in done.stderr


def test_a_port_in_use_is_one_line_and_no_traceback() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = interlace("serve", "-c", str(STOREFRONT), "--port", str(port))

    assert done.returncode == 1
    assert done.stderr == f"error: port {port} on 127.0.0.1 is in use; stop what uses it, or choose another port\n"


@pytest.mark.parametrize("arguments", [("serve", "-c", "nowhere.yaml"), ("compose", "--subgraphs", "nowhere.json")])
def test_a_file_that_is_not_there_is_named(arguments: tuple[str, ...]) -> None:
    done = interlace(*arguments)

    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_usage_is_two() -> None:
    assert interlace("nonsense").returncode == 2


def test_subgraphs_may_come_from_a_json_list(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text("type Query { a: Int }")
    (tmp_path / "list.json").write_text(json.dumps([{"name": "a", "url": "http://127.0.0.1:1/", "sdl": "a.graphql"}]))

    done = interlace("plan", "--subgraphs", "list.json", "-", stdin="{ a }", folder=tmp_path)

    assert done.stdout.startswith("fetch 1 from a {")


def test_a_fault_of_ours_fails_its_own_line_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def compose_or_break(subgraphs: list[Subgraph]) -> CompositionResult:
        if subgraphs[0].name == "broken":
            raise ZeroDivisionError("secret")
        return compose(subgraphs)

    monkeypatch.setattr("federation.composition.json_lines.compose", compose_or_break)
    lines = [
        json.dumps({"services": [{"name": name, "sdl": "type Query { a: Int }"}]}).encode()
        for name in ("good", "broken", "other")
    ]
    out = io.StringIO()

    compose_lines(lines, out)

    first, second, third = (json.loads(line) for line in out.getvalue().splitlines())
    assert [each["errors"] for each in (first, third)] == [None, None]
    assert [error["code"] for error in second["errors"]] == ["COMPOSER_FAILED"]
    assert "secret" not in second["errors"][0]["message"]
    assert "ZeroDivisionError: secret" in capsys.readouterr().err
