"""`interlace plan`: how an operation will be answered."""

import asyncio
import sys
from enum import Enum
from pathlib import Path

import orjson

from federation.assembly.build_supergraph import build_supergraph
from federation.assembly.operation_limits import operation_limits
from federation.cli.say import say
from federation.cli.sources import Source
from federation.config.text_file import read_text_file
from federation.execution.plan_code import plan_code
from federation.operations.prepare import prepare_operation
from federation.planning.explain import plan_as_json, plan_as_text
from federation.planning.planner import Planner


class Form(Enum):
    """How a plan is printed."""

    TEXT = "text"
    JSON = "json"
    CODE = "code"


def print_plan(source: Source, query: str, operation_name: str | None, form: Form, labels: frozenset[str]) -> None:
    """Print the plan of one operation while these override labels hold. Raises ConfigurationError, RequestError."""
    text = read_operation(query)
    config = source.read()
    built = asyncio.run(build_supergraph(config))
    limits = operation_limits(config.limits)
    operation = prepare_operation(text, operation_name, built.supergraph.api, limits)
    plan = Planner(built.supergraph).plan(operation, labels)
    if form is Form.JSON:
        say(orjson.dumps(plan_as_json(plan), option=orjson.OPT_INDENT_2).decode())
    elif form is Form.CODE:
        say(plan_code(plan, operation, built.supergraph.api).rstrip("\n"))
    else:
        say(plan_as_text(plan).rstrip("\n"))


def read_operation(query: str) -> str:
    """The operation in a file, or in standard input for `-`. Raises ConfigurationError."""
    if query == "-":
        return sys.stdin.read()
    return read_text_file(Path(query))
