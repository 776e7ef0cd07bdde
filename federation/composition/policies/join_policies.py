"""Join everything that is declared for one field into its policy, or say what contradicts what."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from federation.composition.policies.configured import ConfiguredPolicy, most_specific
from federation.composition.policies.read_uses import origin_text
from schemas.policy import (
    Authenticated,
    CacheRule,
    FallbackRule,
    FieldPolicy,
    Guard,
    HasRole,
    HasScopes,
    MeetsPolicies,
    Origin,
    Owns,
    RateLimitRule,
    in_mode,
)

T = TypeVar("T")


@dataclass(slots=True)
class Declared:
    """What is declared for one field.

    `own` are uses on the field itself, by whose they are; `around` those on the type that has the field, `given` those
    on the type of its values; `configured` are the entries that match it.
    """

    own: list[tuple[str, FieldPolicy]] = field(default_factory=list)
    around: list[tuple[str, FieldPolicy]] = field(default_factory=list)
    given: list[tuple[str, FieldPolicy]] = field(default_factory=list)
    configured: list[ConfiguredPolicy] = field(default_factory=list)


def join_policies(coordinate: str, declared: Declared, problems: list[str]) -> FieldPolicy:
    """The field's policy; contradictions go to `problems`, each naming both sources."""
    guards = _distinct_guards(_guards(declared))
    joined = FieldPolicy(
        guards,
        _public(coordinate, declared, guards, problems),
        tuple(replace(rule, coordinate=coordinate) for rule in _rate_limits(coordinate, declared, problems)),
        _cache(coordinate, declared, problems),
        _largest(policy.cost for policy in _all(declared)),
        next((policy.list_size for policy in _all(declared) if policy.list_size), None),
        _fallback(coordinate, declared, problems),
    )
    modes = most_specific([entry for entry in declared.configured if entry.mode is not None])
    return in_mode(joined, modes[-1].mode) if modes and modes[-1].mode else joined


def _all(declared: Declared) -> Iterator[FieldPolicy]:
    yield from (policy for _, policy in declared.own)
    yield from (entry.policy for entry in declared.configured)


def _guards(declared: Declared) -> Iterator[Guard]:
    """All must hold, so they add up; who owns an object of the field's type says nothing about the field's owner."""
    for policy in _all(declared):
        yield from policy.guards
    for _, policy in declared.around:
        yield from policy.guards
    for _, policy in declared.given:
        yield from (guard for guard in policy.guards if not isinstance(guard, Owns))


def _distinct_guards(guards: Iterable[Guard]) -> tuple[Guard, ...]:
    return tuple({_meaning(guard): guard for guard in reversed([*guards])}.values())[::-1]


def _meaning(guard: Guard) -> object:
    match guard:
        case Authenticated():
            return ("authenticated", guard.mode)
        case HasScopes():
            return ("scopes", guard.scopes, guard.mode)
        case MeetsPolicies():
            return ("policies", guard.policies, guard.mode)
        case HasRole():
            return ("roles", guard.roles, guard.mode)
        case Owns():
            return ("owns", guard.when, guard.or_roles, guard.mode)


def _public(coordinate: str, declared: Declared, guards: tuple[Guard, ...], problems: list[str]) -> Origin | None:
    """Said of the field itself it must not be contradicted; said of all fields of a type it gives way to a guard."""
    said = [policy.public for _, policy in declared.own if policy.public]
    said += [entry.origin for entry in declared.configured if entry.policy.public and entry.is_exact]
    if said and guards:
        where = origin_text(guard.origin for guard in guards)
        problems.append(f"{coordinate}: it is public by {origin_text(said)}, and guarded by {where}: keep one")
    default = [policy.public for _, policy in declared.around if policy.public]
    default += [entry.origin for entry in declared.configured if entry.policy.public]
    return None if guards else next(iter([*said, *default]), None)


def _rate_limits(coordinate: str, declared: Declared, problems: list[str]) -> tuple[RateLimitRule, ...]:
    return _agreed(
        coordinate,
        "rate limits",
        _by_source(declared.own, declared.configured, lambda item: item.rate_limits),
        problems,
    )


def _cache(coordinate: str, declared: Declared, problems: list[str]) -> CacheRule | None:
    def rules(policy: FieldPolicy) -> tuple[CacheRule, ...]:
        return (policy.cache,) if policy.cache else ()

    # What the type of the values says holds where the field says nothing.
    groups = _by_source(declared.own, declared.configured, rules) or _by_source(declared.given, (), rules)
    return next(iter(_agreed(coordinate, "cache rules", groups, problems)), None)


def _fallback(coordinate: str, declared: Declared, problems: list[str]) -> FallbackRule | None:
    def rules(policy: FieldPolicy) -> tuple[FallbackRule, ...]:
        return (policy.fallback,) if policy.fallback else ()

    groups = _by_source(declared.own, declared.configured, rules)
    return next(iter(_agreed(coordinate, "fallbacks", groups, problems)), None)


def _by_source(
    uses: Iterable[tuple[str, FieldPolicy]],
    configured: Sequence[ConfiguredPolicy],
    rules: Callable[[FieldPolicy], tuple[T, ...]],
) -> list[tuple[T, ...]]:
    """The rules of each subgraph, and those of the most specific entries."""
    groups: dict[str, tuple[T, ...]] = {}
    for subgraph, policy in uses:
        if rules(policy):
            groups[subgraph] = (*groups.get(subgraph, ()), *rules(policy))
    entries = most_specific([entry for entry in configured if rules(entry.policy)])
    return [*groups.values(), *(rules(entry.policy) for entry in entries)]


def _agreed(coordinate: str, what: str, groups: list[tuple[T, ...]], problems: list[str]) -> tuple[T, ...]:
    """The rules of the first source, with which all others agree."""
    if not groups:
        return ()
    meanings = {frozenset(replace(rule, origin=Origin("")) for rule in group) for group in groups}  # type: ignore[type-var]
    if len(meanings) > 1:
        where = origin_text(rule.origin for group in groups for rule in group)  # type: ignore[attr-defined]
        problems.append(f"{coordinate}: {where} give different {what}: keep one of them, or make them equal")
    return groups[0]


def _largest(costs: Iterable[int | None]) -> int | None:
    return max((cost for cost in costs if cost is not None), default=None)
