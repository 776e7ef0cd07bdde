"""Make the policy table of a supergraph: from its SDL and the configuration, with every contradiction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    parse,
)

from federation.composition.errors import CompositionError
from federation.composition.policies.check_conditions import check_conditions
from federation.composition.policies.check_fallbacks import check_fallbacks
from federation.composition.policies.configured import ConfiguredPolicy
from federation.composition.policies.join_policies import Declared, join_policies
from federation.composition.policies.origins import Origins
from federation.composition.policies.read_uses import read_supergraph_policies
from federation.composition.policies.required_guards import RequiredGuards, required_fields
from schemas.policy import NO_POLICY, CacheRule, FieldPolicy, Guard, PolicyTable
from schemas.problems import Problem
from schemas.read_connect import NO_BINDINGS, Bindings
from schemas.role_inclusion import NO_INCLUSION, RoleInclusion
from schemas.supergraph import Supergraph

Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType
Uses: TypeAlias = dict[str, list[tuple[str, FieldPolicy]]]


@dataclass(frozen=True, slots=True)
class ComposedPolicies:
    """The table, and every reason why it is not one; `leaks` are the fields that give away what others guard."""

    table: PolicyTable
    problems: tuple[str, ...] = ()
    leaks: tuple[CompositionError, ...] = ()


def compose_policies(
    supergraph: Supergraph,
    origins: Origins,
    configured: Sequence[ConfiguredPolicy] = (),
    *,
    strict: bool = False,
    bindings: Bindings = NO_BINDINGS,
    inclusion: RoleInclusion = NO_INCLUSION,
) -> ComposedPolicies:
    """The policies of all fields that clients see. In strict mode each must be public or guarded.

    `bindings` are the supergraph's, `inclusion` says which roles include which: both count for what fields require.
    """
    malformed: list[Problem] = []
    uses: Uses = {}
    document = parse(supergraph.sdl)
    for use, policy in read_supergraph_policies(document, origins, malformed):
        uses.setdefault(use.coordinate, []).append((use.subgraph, policy))
    if malformed:
        return ComposedPolicies(PolicyTable(), tuple(str(problem) for problem in malformed))
    composing = _Composing(supergraph, origins, uses, configured)
    composed = composing.compose(strict=strict)
    rule = RequiredGuards(supergraph.schema, composing.guards_of, origins, inclusion)
    return replace(composed, leaks=tuple(dict.fromkeys(rule.problems(required_fields(document, bindings)))))


class _Composing:
    def __init__(
        self, supergraph: Supergraph, origins: Origins, uses: Uses, configured: Sequence[ConfiguredPolicy]
    ) -> None:
        self._schema = supergraph.api
        self._origins = origins
        self._uses = uses
        self._configured = configured
        self._problems: list[str] = []
        self._fields: dict[str, FieldPolicy] = {}

    def compose(self, *, strict: bool) -> ComposedPolicies:
        for owner, name, field in self._all(GraphQLObjectType):
            self._fields[f"{owner.name}.{name}"] = self._of_field(owner, name, field)
        for owner in self._types(GraphQLObjectType):
            guards = tuple(guard for _, policy in self._uses.get(owner.name, ()) for guard in policy.guards)
            self._fields[f"{owner.name}.__typename"] = FieldPolicy(guards)
        for owner, name, field in self._all(GraphQLInterfaceType):
            self._fields[f"{owner.name}.{name}"] = self._of_interface(owner, name, field)
        for owner in self._types(GraphQLInterfaceType):
            self._fields[f"{owner.name}.__typename"] = FieldPolicy(self._of_implementations(owner, "__typename"))
        self._problems += check_conditions(self._schema, self._fields)
        self._problems += check_fallbacks(self._schema, self._fields)
        self._problems += self._unmatched()
        if strict:
            self._problems += self._undecided()
        kept = {coordinate: policy for coordinate, policy in self._fields.items() if policy != NO_POLICY}
        table = PolicyTable(
            MappingProxyType(kept), self._costs(is_argument=False), self._costs(is_argument=True), self._type_caches()
        )
        return ComposedPolicies(table, tuple(dict.fromkeys(self._problems)))

    def guards_of(self, owner: Composite, name: str, field: GraphQLField) -> tuple[Guard, ...]:
        """The guards of any field, also of one that clients do not see."""
        known = self._schema.type_map.get(owner.name)
        if isinstance(known, GraphQLObjectType | GraphQLInterfaceType) and name in known.fields:
            return self._fields.get(f"{owner.name}.{name}", NO_POLICY).guards
        return self._of_field(owner, name, field).guards

    def _types(self, kind: type[Composite]) -> Iterator[Composite]:
        for each in self._schema.type_map.values():
            if isinstance(each, kind) and not each.name.startswith("__"):
                yield each

    def _all(self, kind: type[Composite]) -> Iterator[tuple[Composite, str, GraphQLField]]:
        for each in self._types(kind):
            for name, field in each.fields.items():
                yield each, name, field

    def _of_field(self, owner: Composite, name: str, field: GraphQLField) -> FieldPolicy:
        given = get_named_type(field.type)
        # An interface asks for what any of its implementations asks for, also where another tool composed.
        given_types = (
            [given.name, *(each.name for each in self._schema.get_implementations(given).objects)]
            if isinstance(given, GraphQLInterfaceType)
            else [given.name]
        )
        declared = Declared(
            own=self._uses.get(f"{owner.name}.{name}", []),
            around=self._uses.get(owner.name, []),
            given=[use for type_name in given_types for use in self._uses.get(type_name, ())],
            configured=[entry for entry in self._configured if entry.matches(owner.name, name)],
        )
        return join_policies(f"{owner.name}.{name}", declared, self._problems)

    def _of_interface(self, owner: Composite, name: str, field: GraphQLField) -> FieldPolicy:
        """What any implementation asks for, counts and keeps no longer than it: nobody knows which will answer."""
        assert isinstance(owner, GraphQLInterfaceType)
        own = self._of_field(owner, name, field)
        others = [
            self._fields.get(f"{each.name}.{name}", NO_POLICY)
            for each in self._schema.get_implementations(owner).objects
        ]
        limits = dict.fromkeys(rule for policy in (own, *others) for rule in policy.rate_limits)
        guards = self._of_implementations(owner, name)
        return replace(
            own,
            guards=tuple(dict.fromkeys((*own.guards, *guards))),
            public=own.public if not guards else None,
            rate_limits=tuple(limits),
            cache=_shortest([policy.cache for policy in others]) or own.cache,
            cost=max((policy.cost for policy in (own, *others) if policy.cost is not None), default=None),
        )

    def _of_implementations(self, owner: Composite, name: str) -> tuple[Guard, ...]:
        assert isinstance(owner, GraphQLInterfaceType)
        objects = self._schema.get_implementations(owner).objects
        policies = (self._fields.get(f"{each.name}.{name}", NO_POLICY) for each in objects)
        return tuple(dict.fromkeys(guard for policy in policies for guard in policy.guards))

    def _unmatched(self) -> Iterator[str]:
        for entry in self._configured:
            known = any(
                entry.matches(*coordinate.split(".", 1)) for coordinate in self._fields if "__" not in coordinate
            )
            if not known:
                yield f"{entry.origin}: policies.{entry.pattern}: there is no such field; correct it, or remove it"

    def _undecided(self) -> Iterator[str]:
        for owner, name, _ in self._all(GraphQLObjectType):
            coordinate = f"{owner.name}.{name}"
            policy = self._fields[coordinate]
            if not policy.guards and policy.public is None:
                place = self._origins.of_field(coordinate)
                yield f"{place}: {coordinate} is neither public nor guarded: say which (authorization.strict)"

    def _type_caches(self) -> Mapping[str, CacheRule]:
        """The cache rules of types; of several subgraphs' the narrowest."""
        found = {
            coordinate: _shortest([policy.cache for _, policy in uses if policy.cache is not None])
            for coordinate, uses in self._uses.items()
            if "." not in coordinate
        }
        return MappingProxyType({name: cache for name, cache in found.items() if cache is not None})

    def _costs(self, *, is_argument: bool) -> Mapping[str, int]:
        """`@cost` of types, or of arguments and input fields."""
        return MappingProxyType(
            {
                coordinate: max(costs)
                for coordinate, uses in self._uses.items()
                if (costs := [policy.cost for _, policy in uses if policy.cost is not None])
                and coordinate not in self._fields
                and ("." in coordinate) == is_argument
            }
        )


def _shortest(rules: list[CacheRule | None]) -> CacheRule | None:
    """The rule that holds for values of all kinds: none, unless all have one."""
    known = [rule for rule in rules if rule is not None]
    if not known or len(known) < len(rules):
        return None
    shortest = min(known, key=lambda rule: rule.max_age)
    return replace(
        shortest,
        scope="public" if all(rule.scope == "public" for rule in known) else "private",
        swr=min(rule.swr for rule in known),
        stale_if_error=min(rule.stale_if_error for rule in known),
        tags=tuple(dict.fromkeys(tag for rule in known for tag in rule.tags)),
    )
