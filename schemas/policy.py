"""The policy of one field as declared: who may see it, how often it may be asked for, how long its value is good."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from schemas.conditions import Expression

# Alternatives, of which one must hold whole: `[["a", "b"], ["c"]]` is "(a and b) or c".
Alternatives: TypeAlias = tuple[frozenset[str], ...]


class Mode(Enum):
    """What becomes of a decision: it is not made; made and counted, and lets pass; made and kept."""

    OFF = "off"
    SHADOW = "shadow"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a policy was written: a file or a subgraph, and the line (0 where it is not known)."""

    source: str
    line: int = 0

    def __str__(self) -> str:
        """`file:line`."""
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True, slots=True)
class Rule:
    """What all policies have: where each was written, and whether it is enforced."""

    origin: Origin
    mode: Mode = field(default=Mode.ENFORCE, kw_only=True)


@dataclass(frozen=True, slots=True)
class Authenticated(Rule):
    """The caller is known."""


@dataclass(frozen=True, slots=True)
class HasScopes(Rule):
    """The caller has all scopes of one alternative."""

    scopes: Alternatives


@dataclass(frozen=True, slots=True)
class MeetsPolicies(Rule):
    """The team's own functions say yes to all policies of one alternative."""

    policies: Alternatives


@dataclass(frozen=True, slots=True)
class HasRole(Rule):
    """The caller has one of the roles, or one that inherits it."""

    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Owns(Rule):
    """`when` holds of the object (`$this`), the arguments (`$args`) and the caller (`$claims`), or a role does."""

    text: str
    when: Expression
    or_roles: frozenset[str] = frozenset()


Guard: TypeAlias = Authenticated | HasScopes | MeetsPolicies | HasRole | Owns


@dataclass(frozen=True, slots=True)
class Window:
    """At most `count` in any `seconds`; at most `burst` at once, where that is said."""

    count: int
    seconds: float
    burst: int | None = None


@dataclass(frozen=True, slots=True)
class RateLimitRule(Rule):
    """How often a field may be had: all `windows` must allow it.

    `keys` say who shares a count: `user`, `apiKey`, `ip`, `global`, `claim:NAME`, `header:NAME` or `argument:NAME`; of
    several, each combination has its own. `per` is what is counted together, `by` what is counted. `coordinate` is the
    field of an object that the rule is for, also where the field is asked of an interface.
    """

    windows: tuple[Window, ...]
    keys: tuple[str, ...] = ("user",)
    per: str = "field"
    by: str = "calls"
    algorithm: str = "exact"
    coordinate: str = ""


@dataclass(frozen=True, slots=True)
class CacheRule(Rule):
    """How long a value may be reused, in seconds: as fresh, stale while it is fetched anew, stale where that fails.

    `scope` is `private` (one principal's) or `public`; `tags` name it for invalidation.
    """

    max_age: float
    scope: str = "private"
    swr: float = 0
    stale_if_error: float = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FallbackRule:
    """What stands in for a value that cannot be fetched: the last good one up to `stale` seconds old, then a default.

    `default` is JSON text, None where there is none: then the field fails as it would without the rule.
    """

    origin: Origin
    stale: float = 0
    default: str | None = None


@dataclass(frozen=True, slots=True)
class ListSize:
    """`@listSize`: how many items a field gives, for estimates of cost."""

    assumed_size: int | None = None
    slicing_arguments: tuple[str, ...] = ()
    sized_fields: tuple[str, ...] = ()
    require_one_slicing_argument: bool = True


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """Everything declared for one field, by all subgraphs and the configuration; all `guards` must let pass.

    `public` says where it was said that anyone may see the field; then there are no guards.
    """

    guards: tuple[Guard, ...] = ()
    public: Origin | None = None
    rate_limits: tuple[RateLimitRule, ...] = ()
    cache: CacheRule | None = None
    cost: int | None = None
    list_size: ListSize | None = None
    fallback: FallbackRule | None = None


def in_mode(policy: FieldPolicy, mode: Mode) -> FieldPolicy:
    """The policy with all its rules in one mode."""
    return replace(
        policy,
        guards=tuple(replace(guard, mode=mode) for guard in policy.guards),
        rate_limits=tuple(replace(rule, mode=mode) for rule in policy.rate_limits),
        cache=replace(policy.cache, mode=mode) if policy.cache else None,
    )


NO_POLICY = FieldPolicy()


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """The policies of a supergraph: by coordinate (`User.email`), and those of types by name.

    Fields without any policy are not in it. `argument_costs` are `@cost` of arguments and input fields, by coordinate
    (`Query.users(first:)`, `Filter.name`); `type_costs` those of types. `type_caches` are the cache
    rules of types, for what of them is fetched by key.
    """

    fields: Mapping[str, FieldPolicy] = field(default_factory=lambda: MappingProxyType({}))
    type_costs: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    argument_costs: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    type_caches: Mapping[str, CacheRule] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, coordinate: str) -> FieldPolicy:
        """The policy of a field; an empty one where nothing is declared."""
        return self.fields.get(coordinate, NO_POLICY)

    def __bool__(self) -> bool:
        return bool(self.fields)


NO_POLICIES = PolicyTable()


def in_guard_mode(table: PolicyTable, mode: Mode) -> PolicyTable:
    """The table with all guards that are enforced in another mode."""
    fields = {
        coordinate: replace(policy, guards=tuple(_weakened(guard, mode) for guard in policy.guards))
        for coordinate, policy in table.fields.items()
    }
    return replace(table, fields=MappingProxyType(fields))


def _weakened(guard: Guard, mode: Mode) -> Guard:
    return replace(guard, mode=mode) if guard.mode is not Mode.OFF else guard
