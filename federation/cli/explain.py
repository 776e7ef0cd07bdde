"""`interlace explain`: what would be decided about each field of an operation, and why, by the code that decides."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from federation.assembly.authorization import make_authorization
from federation.assembly.build_supergraph import BuiltSupergraph, build_supergraph
from federation.assembly.operation_limits import operation_limits
from federation.cli.asked_caller import asked_caller
from federation.cli.decided_rules import Counted, counted, kept, kept_text
from federation.cli.plan import Form, read_operation
from federation.cli.policy_text import as_json, fallback_text, guard_text
from federation.cli.say import say
from federation.cli.sources import Source
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.authorization.judge import Judged
from federation.extensions.decisions import Decisions
from federation.operations.extension import OperationRun
from federation.operations.operation import Operation
from federation.operations.prepare import prepare_operation
from federation.operations.selected_fields import SelectedField, selected_fields
from federation.operations.variables import coerce_variables
from federation.request import ClientRequest, RequestContext
from schemas.policy import CacheRule, FallbackRule


@dataclass(frozen=True, slots=True)
class Asked:
    """The operation to explain and who asks: a principal of the configuration, or the subject of `claims`."""

    query: str
    operation_name: str | None = None
    principal: str | None = None
    claims: str | None = None
    variables: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """One field: what becomes of it, its guards with what each says, what it counts for, how long it is kept,
    and what stands in for it.
    """

    selected: SelectedField
    outcome: str
    judged: Judged | None
    counted: Sequence[Counted]
    kept: CacheRule | None
    fallback: FallbackRule | None


def explain_operation(source: Source, asked: Asked, form: Form) -> None:
    """Print what would be decided. Raises ConfigurationError, RequestError."""
    config = source.read()
    claims = None if asked.claims is None else _object(asked.claims, "--claims")
    caller = asked_caller(config, asked.principal, claims)
    built = asyncio.run(build_supergraph(config))
    limits = operation_limits(config.limits)
    operation = prepare_operation(read_operation(asked.query), asked.operation_name, built.supergraph.api, limits)
    given = _object(asked.variables, "--variables")
    variables = coerce_variables(built.supergraph.api, operation.variables, given)
    run = OperationRun(operation, variables, ClientRequest(asked.query), RequestContext(0, caller))
    explained = asyncio.run(_explain(config, built, operation, run))
    if form is Form.JSON:
        say(orjson.dumps([_json(each) for each in explained], option=orjson.OPT_INDENT_2).decode())
    else:
        say("\n".join(line for each in explained for line in _lines(each)))


async def _explain(config: Config, built: BuiltSupergraph, operation: Operation, run: OperationRun) -> list[Explained]:
    authorization = make_authorization(config.authorization, built, Decisions())
    guard = authorization.prepare(operation) if authorization is not None else None
    judged = {each.guarded.selected.mark: each for each in (await guard.explain(run) if guard else ())}
    fields = tuple(selected_fields(operation))
    limits, lifetimes = counted(config, built, run), kept(config, built, fields)
    return [
        Explained(
            selected,
            _outcome(selected, judged.get(selected.mark), run),
            judged.get(selected.mark),
            limits.get(selected.mark, ()),
            lifetimes.get(selected.path),
            built.policies.of(selected.coordinate).fallback,
        )
        for selected in fields
    ]


def _outcome(selected: SelectedField, judged: Judged | None, run: OperationRun) -> str:
    if judged is not None and judged.verdict is False:
        return "denied"
    if not run.is_wanted(selected):
        return "not asked"
    if judged is not None and judged.verdict is None:
        return "depends on the object"
    return "shown"


def _lines(explained: Explained) -> Iterator[str]:
    selected = explained.selected
    yield f"{'.'.join(selected.path)} ({selected.coordinate}): {explained.outcome}"
    for guard, verdict in explained.judged.verdicts if explained.judged else ():
        yield f"    {SAYS[verdict]}: {guard_text(guard)} ({guard.origin})"
    yield from (f"    {each.text()}" for each in explained.counted)
    if explained.kept is not None:
        yield f"    {kept_text(explained.kept)}"
    if explained.fallback is not None:
        yield f"    falls back to {fallback_text(explained.fallback)} ({explained.fallback.origin})"


SAYS = {True: "yes", False: "no", None: "the object decides"}


def _json(explained: Explained) -> dict[str, Any]:
    selected = explained.selected
    verdicts = explained.judged.verdicts if explained.judged else ()
    return {
        "path": list(selected.path),
        "field": selected.coordinate,
        "outcome": explained.outcome,
        "guards": [{**as_json(guard), "says": SAYS[verdict]} for guard, verdict in verdicts],
        "rateLimits": [each.json() for each in explained.counted],
        "cache": None if explained.kept is None else as_json(explained.kept),
        "fallback": None if explained.fallback is None else as_json(explained.fallback),
    }


def _object(text: str | None, option: str) -> Mapping[str, Any]:
    if text is None:
        return {}
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ConfigurationError((f"{option}: is not JSON: {error.msg} at {error.pos}",)) from error
    if not isinstance(value, dict):
        raise ConfigurationError((f"{option}: expected a JSON object",))
    return value
