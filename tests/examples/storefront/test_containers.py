"""The container files fit the configuration, the programs and one another."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from examples.storefront.chassis.program import read_options
from examples.storefront.run import INSTANCES, SERVICES
from federation.config.read import read_config

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text("utf-8")


def test_compose_runs_two_instances_of_each_service_and_waits_for_them(compose: dict[str, Any]) -> None:
    names = {f"{service}-{instance}" for service in SERVICES for instance in range(1, INSTANCES + 1)}

    assert set(compose["services"]) == names | {"gateway"}
    assert {name: wait["condition"] for name, wait in compose["services"]["gateway"]["depends_on"].items()} == (
        dict.fromkeys(names, "service_healthy")
    )


def test_compose_tells_the_gateway_every_endpoint(compose: dict[str, Any]) -> None:
    gateway = compose["services"]["gateway"]
    folder = ROOT / gateway["volumes"][0].split(":")[0]

    config = read_config(folder / "interlace.yaml", gateway["environment"])

    assert {name: tuple(each.address for each in section.endpoints) for name, section in config.services.items()} == {
        service: (f"{service}-1:8080", f"{service}-2:8080") for service in SERVICES
    }


@pytest.mark.parametrize("service", SERVICES)
def test_compose_starts_programs_with_options_that_they_have(compose: dict[str, Any], service: str) -> None:
    module, *arguments = compose["services"][f"{service}-1"]["command"]

    options = read_options(service, 0, arguments)

    assert module == f"examples.storefront.{service}"
    assert (options.host, options.port) == ("0.0.0.0", 8080)
    assert str(options.database.parent) == compose["services"][f"{service}-1"]["volumes"][0].split(":")[1]


def test_compose_asks_each_program_for_its_health(compose: dict[str, Any]) -> None:
    for service in SERVICES:
        test = compose["services"][f"{service}-1"]["healthcheck"]["test"]
        assert test[:3] == ["CMD", "python", "-m"]
        assert find_spec(test[3])
        assert test[4].startswith("grpc://" if service == "orders" else "http://")


def test_compose_builds_stages_that_the_dockerfile_has(compose: dict[str, Any], dockerfile: str) -> None:
    stages = re.findall(r"^FROM \S+ AS (\S+)$", dockerfile, re.MULTILINE)

    assert {service["build"]["target"] for service in compose["services"].values()} <= set(stages)
    assert stages[-1] == "gateway", "the last stage is what a plain `docker build` makes"


def test_the_images_run_without_root(dockerfile: str) -> None:
    for stage in dockerfile.split("\nFROM ")[2:]:
        users = re.findall(r"^USER (\S+)$", stage, re.MULTILINE)
        assert not users or users[-1] == "10001"


def test_the_image_copies_only_what_is_there_and_not_ignored(dockerfile: str) -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}

    for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE):
        for source in shlex.split(line)[:-1]:
            assert (ROOT / source).exists()
            assert source in kept
