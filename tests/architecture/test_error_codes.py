"""Every code that a client can see stands in docs/errors.md."""

import importlib
import pkgutil
import re
from pathlib import Path

import connectors
import federation
from connectors.errors import CallFailed
from federation.errors import RequestError

ROOT = Path(__file__).parents[2]
# Where an error is made without a class of its own, its code is a literal.
LITERAL = re.compile(r'(?:Failure|BadHttpRequest|_refusal|_error|AnswerError)\((?:\d+, )?"([A-Z][A-Z_]+)"')
LITERAL_MEMBER = re.compile(r'"code": "([A-Z][A-Z_]+)"')
CODES = r"DEFAULT_CODE|CODE|DEADLINE_EXCEEDED|[A-Z_]*FAILED|SUBGRAPH_ERROR"
CONSTANT = re.compile(rf'^(?:{CODES}) = "([A-Z][A-Z_]+)"', re.MULTILINE)
SERVING = ("connectors", "federation/http", "federation/execution", "federation/pipeline.py", "federation/gateway.py")


def documented() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE))


def subclasses(root: type) -> set[type]:
    return {root}.union(*(subclasses(each) for each in root.__subclasses__()))


def shown() -> set[str]:
    for package in (connectors, federation):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    codes = {each.code for root in (RequestError, CallFailed) for each in subclasses(root)}
    for place in SERVING:
        files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
        for file in files:
            text = file.read_text(encoding="utf-8")
            for pattern in (LITERAL, LITERAL_MEMBER, CONSTANT):
                codes.update(pattern.findall(text))
    return codes


def test_every_code_is_documented() -> None:
    assert shown() - documented() == set()


def test_every_documented_code_exists() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for top in SERVING for file in _files(ROOT / top))
    operations = "\n".join(file.read_text(encoding="utf-8") for file in _files(ROOT / "federation"))

    assert {code for code in documented() if f'"{code}"' not in source + operations} == set()


def _files(place: Path) -> list[Path]:
    return [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))
