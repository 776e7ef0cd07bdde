"""The wheel has what the command needs, nothing else, and runs by itself."""

import os
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from federation.cli import main as command

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


def test_the_wheel_has_the_import_packages_and_the_assets_of_graphiql(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"federation", "connectors", "schemas"}
    assert {"federation/http/graphiql/index.html", "federation/http/graphiql/LICENSES.txt"} <= set(names)
    assert {f"{top}/py.typed" for top in ("federation", "connectors", "schemas")} <= set(names)


def test_the_command_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    run = "import sys; from federation.cli import main; sys.exit(main())"

    done = subprocess.run(
        [sys.executable, "-P", "-c", run, "--version"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "0.1.0"


def test_the_command_refuses_to_start_where_another_distribution_owns_a_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(metadata, "packages_distributions", lambda: {"schemas": ["interlace", "schemas"]})

    assert command() == 1
    assert "the package 'schemas' belongs to schemas" in capsys.readouterr().err
