"""`interlace policy`: the matrix of roles and fields, with limits, lifetimes, and where each was written."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from federation.assembly.build_supergraph import BuiltSupergraph, build_supergraph
from federation.cli.decided_lifetimes import Lifetime, deciding_rules, lifetimes
from federation.cli.decided_rules import kept_text
from federation.cli.plan import Form
from federation.cli.policy_text import as_json, cache_text, fallback_text, guard_text, limit_text
from federation.cli.say import say
from federation.cli.sources import Source
from federation.config.sections import Config
from federation.extensions.authorization.evaluate import Caller, Facts, passes
from schemas.policy import FieldPolicy, Guard, HasRole, HasScopes, MeetsPolicies, Mode, Owns
from schemas.role_inclusion import RoleInclusion

ANYONE, KNOWN = "anonymous", "known"


@dataclass(frozen=True, slots=True)
class Row:
    """One field: for each kind of caller `yes`, `no`, or `depends`; and how long its values are kept."""

    coordinate: str
    policy: FieldPolicy
    seen: dict[str, str]
    lifetimes: tuple[Lifetime, ...] = ()


def print_policies(source: Source, form: Form) -> None:
    """Print the matrix of all fields that have a policy, or are kept. Raises ConfigurationError."""
    config = source.read()
    built = asyncio.run(build_supergraph(config))
    inclusion = RoleInclusion(config.authorization.roles)
    roles = sorted({*_roles_in(built), *config.authorization.roles})
    rules = deciding_rules(config, built)
    kept = {} if rules is None else lifetimes(rules, built.supergraph)
    rows = [
        Row(coordinate, policy, dict(_seen(policy, roles, inclusion)), kept.get(coordinate, ()))
        for coordinate in sorted({*built.policies.fields, *kept})
        if not coordinate.endswith(".__typename")
        for policy in (built.policies.of(coordinate),)
    ]
    if form is Form.JSON:
        say(orjson.dumps([_row_json(row) for row in rows], option=orjson.OPT_INDENT_2).decode())
    else:
        say("\n".join((*_table(rows, [ANYONE, KNOWN, *roles]), *_followed(config))))


def _roles_in(built: BuiltSupergraph) -> Iterator[str]:
    for policy in built.policies.fields.values():
        for guard in policy.guards:
            if isinstance(guard, HasRole):
                yield from guard.roles
            elif isinstance(guard, Owns):
                yield from guard.or_roles


def _seen(policy: FieldPolicy, roles: Sequence[str], inclusion: RoleInclusion) -> Iterator[tuple[str, str]]:
    yield ANYONE, _word(policy.guards, Caller(is_known=False, roles=frozenset(), scopes=frozenset()))
    yield KNOWN, _word(policy.guards, Caller(is_known=True, roles=frozenset(), scopes=frozenset()))
    for role in roles:
        held = inclusion.held(frozenset({role}))
        yield role, _word(policy.guards, Caller(is_known=True, roles=held, scopes=frozenset()))


def _word(guards: Iterable[Guard], caller: Caller) -> str:
    """What a caller of those roles gets. Scopes and claims, objects and the team's functions may decide otherwise."""
    facts = Facts(caller)
    verdicts = [
        None if _reads_more(guard, facts) else passes(guard, facts) for guard in guards if guard.mode is Mode.ENFORCE
    ]
    if False in verdicts:
        return "no"
    return "depends" if None in verdicts else "yes"


def _reads_more(guard: Guard, facts: Facts) -> bool:
    """Whether something else than the roles may decide; the anonymous have no scopes and no claims."""
    if isinstance(guard, MeetsPolicies):
        return True
    return facts.caller.is_known and isinstance(guard, Owns | HasScopes) and passes(guard, facts) is not True


def _row_json(row: Row) -> dict[str, Any]:
    policy = row.policy
    return {
        "field": row.coordinate,
        "seen": row.seen,
        "public": None if policy.public is None else str(policy.public),
        "guards": [as_json(guard) for guard in policy.guards],
        "rateLimits": [as_json(rule) for rule in policy.rate_limits],
        "cache": _same_everywhere(row.lifetimes),
        "lifetimes": [
            {"below": list(each.below), "rule": None if each.rule is None else as_json(each.rule)}
            for each in row.lifetimes
        ],
        "cost": policy.cost,
        "fallback": None if policy.fallback is None else as_json(policy.fallback),
    }


def _table(rows: Sequence[Row], callers: Sequence[str]) -> Iterator[str]:
    if not rows:
        yield "no field has a policy"
        return
    heads = ["field", *callers]
    lines = [[row.coordinate, *(row.seen[caller] for caller in callers)] for row in rows]
    widths = [max(len(line[index]) for line in (heads, *lines)) for index in range(len(heads))]
    yield _line(heads, widths)
    for row, line in zip(rows, lines, strict=True):
        yield _line(line, widths)
        yield from (f"    {text}" for text in _details(row))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _followed(config: Config) -> Iterator[str]:
    if config.cache.enabled and config.cache.follow:
        yield f"what {', '.join(config.cache.follow)} answers is kept as its Cache-Control says, too (cache.follow)"


def _same_everywhere(kept: Sequence[Lifetime]) -> Any:
    return as_json(kept[0].rule) if len(kept) == 1 and kept[0].rule is not None else None


def _details(row: Row) -> Iterator[str]:
    policy = row.policy
    if policy.public is not None:
        yield f"public ({policy.public})"
    for guard in policy.guards:
        yield f"for {guard_text(guard)} ({guard.origin})"
    for rule in policy.rate_limits:
        yield f"at most {limit_text(rule)} ({rule.origin})"
    if policy.cache is not None and policy.cache.mode is not Mode.ENFORCE:
        yield f"not kept, but declared: {cache_text(policy.cache)} ({policy.cache.origin})"
    for each in row.lifetimes:
        where = f" below {', '.join(each.below)}" if each.below else ""
        yield ("not kept" if each.rule is None else kept_text(each.rule)) + where
    if policy.cost is not None:
        yield f"costs {policy.cost}"
    if policy.fallback is not None:
        yield f"falls back to {fallback_text(policy.fallback)} ({policy.fallback.origin})"
