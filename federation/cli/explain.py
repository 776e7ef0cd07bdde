"""`interlace explain`: what would be decided about each field of an operation, and why, by the code that decides."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from federation.assembly.authorization import make_authorization
from federation.assembly.build_supergraph import BuiltSupergraph, build_supergraph
from federation.assembly.operation_limits import operation_limits
from federation.cli.plan import Form, read_operation
from federation.cli.policy_text import as_json, cache_text, guard_text, limit_text
from federation.cli.say import say
from federation.cli.sources import Source
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.authorization.judge import Judged
from federation.identity import ANONYMOUS, Identity
from federation.operations.extension import OperationRun
from federation.operations.operation import Operation
from federation.operations.prepare import prepare_operation
from federation.operations.selected_fields import SelectedField, selected_fields
from federation.operations.variables import coerce_variables
from federation.request import ClientRequest, RequestContext


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
    """One field: what becomes of it, and its guards with what each says."""

    selected: SelectedField
    outcome: str
    judged: Judged | None


def explain_operation(source: Source, asked: Asked, form: Form) -> None:
    """Print what would be decided. Raises ConfigurationError, RequestError."""
    config = source.read()
    caller = _caller(config, asked)
    built = asyncio.run(build_supergraph(config))
    limits = operation_limits(config.limits)
    operation = prepare_operation(read_operation(asked.query), asked.operation_name, built.supergraph.api, limits)
    given = _object(asked.variables, "--variables")
    variables = coerce_variables(built.supergraph.api, operation.variables, given)
    run = OperationRun(operation, variables, ClientRequest(asked.query), RequestContext(0, caller))
    explained = asyncio.run(_explain(config, built, operation, run))
    if form is Form.JSON:
        say(orjson.dumps([_json(each, built) for each in explained], option=orjson.OPT_INDENT_2).decode())
    else:
        say("\n".join(line for each in explained for line in _lines(each, built)))


async def _explain(config: Config, built: BuiltSupergraph, operation: Operation, run: OperationRun) -> list[Explained]:
    authorization = make_authorization(config.authorization, built)
    guard = authorization.prepare(operation) if authorization is not None else None
    judged = {each.guarded.selected.mark: each for each in (await guard.explain(run) if guard else ())}
    return [
        Explained(selected, _outcome(selected, judged.get(selected.mark), run), judged.get(selected.mark))
        for selected in selected_fields(operation)
    ]


def _outcome(selected: SelectedField, judged: Judged | None, run: OperationRun) -> str:
    if judged is not None and judged.verdict is False:
        return "denied"
    if not run.is_wanted(selected):
        return "not asked"
    if judged is not None and judged.verdict is None:
        return "depends on the object"
    return "shown"


def _lines(explained: Explained, built: BuiltSupergraph) -> Iterator[str]:
    selected = explained.selected
    policy = built.policies.of(selected.coordinate)
    yield f"{'.'.join(selected.path)} ({selected.coordinate}): {explained.outcome}"
    for guard, verdict in explained.judged.verdicts if explained.judged else ():
        yield f"    {SAYS[verdict]}: {guard_text(guard)} ({guard.origin})"
    for rule in policy.rate_limits:
        yield f"    at most {limit_text(rule)} ({rule.origin})"
    if policy.cache is not None:
        yield f"    kept {cache_text(policy.cache)} ({policy.cache.origin})"


SAYS = {True: "yes", False: "no", None: "the object decides"}


def _json(explained: Explained, built: BuiltSupergraph) -> dict[str, Any]:
    selected = explained.selected
    policy = built.policies.of(selected.coordinate)
    verdicts = explained.judged.verdicts if explained.judged else ()
    return {
        "path": list(selected.path),
        "field": selected.coordinate,
        "outcome": explained.outcome,
        "guards": [{**as_json(guard), "says": SAYS[verdict]} for guard, verdict in verdicts],
        "rateLimits": [as_json(rule) for rule in policy.rate_limits],
        "cache": None if policy.cache is None else as_json(policy.cache),
    }


def _caller(config: Config, asked: Asked) -> Identity:
    if asked.claims is not None:
        return _from_claims(_object(asked.claims, "--claims"), asked.principal)
    if asked.principal is None:
        return ANONYMOUS
    known = config.authorization.principals.get(asked.principal)
    if known is None:
        names = ", ".join(config.authorization.principals) or "none"
        message = f"--as {asked.principal}: authorization.principals has {names}; name one of them, or give --claims"
        raise ConfigurationError((message,))
    subject = known.subject or asked.principal
    claims = {"sub": subject, **known.claims}
    return Identity(subject, frozenset(known.roles), frozenset(known.scopes), claims, "jwt", asked.principal)


def _from_claims(claims: Mapping[str, Any], name: str | None) -> Identity:
    """Roles and scopes where tokens usually have them: a list `roles`, a text `scope`."""
    roles, scope = claims.get("roles", []), claims.get("scope", "")
    if not isinstance(roles, list) or not isinstance(scope, str):
        raise ConfigurationError(("--claims: 'roles' has to be a list, and 'scope' a text",))
    subject = claims.get("sub", name)
    return Identity(
        subject, frozenset(roles), frozenset(scope.split()), {"sub": subject, **claims}, "jwt", str(subject)
    )


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
