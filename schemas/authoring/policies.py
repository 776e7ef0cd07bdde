"""Policies of fields and types: who may see them, how often, and for how long a value is good.

Each is a field extension that prints as a directive and has no `resolve`: the gateway keeps to it, not the resolver.
`guarded` puts the same policies on all fields of a type.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.federation import schema_directives as federation
from strawberry.types.field import StrawberryField

from schemas.authoring.policy_directives import (
    CacheControlDirective,
    FallbackDirective,
    HasRoleDirective,
    OwnerDirective,
    PublicDirective,
    RateLimitDirective,
)

UNSET: Any = strawberry.UNSET
T = TypeVar("T", bound=type)
ModeWord: TypeAlias = Literal["off", "shadow", "enforce"]
Names: TypeAlias = str | Sequence[str]


class PolicyExtension(FieldExtension):
    """Adds a schema directive to its field."""

    def __init__(self, directive: object) -> None:
        self.directive = directive

    def apply(self, field: StrawberryField) -> None:
        """Add the directive; Strawberry calls this for every schema that is made of the class."""
        if not any(each is self.directive for each in field.directives):
            field.directives = [*field.directives, self.directive]


class Authenticated(PolicyExtension):
    """The caller is known; prints as Federation's `@authenticated`."""

    def __init__(self) -> None:
        super().__init__(federation.Authenticated())


class RequiresScopes(PolicyExtension):
    """The caller has the scopes; prints as Federation's `@requiresScopes`.

    `RequiresScopes("read", "write")` asks for both; each sequence in place of names is an alternative, as in
    `RequiresScopes(["read", "write"], ["admin"])`.
    """

    def __init__(self, *scopes: Names) -> None:
        super().__init__(federation.RequiresScopes(scopes=_alternatives(scopes)))


class Policy(PolicyExtension):
    """The team's own functions of these names say yes; prints as Federation's `@policy`. Names as in RequiresScopes."""

    def __init__(self, *policies: Names) -> None:
        super().__init__(federation.Policy(policies=_alternatives(policies)))


class RequiresRole(PolicyExtension):
    """The caller has one of the roles, or a role that includes one; prints as `@hasRole`."""

    def __init__(self, *roles: str, mode: ModeWord = "enforce") -> None:
        super().__init__(HasRoleDirective(roles=list(roles), mode=_unless(mode, "enforce")))


class Owner(PolicyExtension):
    """`when` holds, as in `Owner("$this.id == $claims.sub", or_roles=["admin"])`; prints as `@owner`."""

    def __init__(self, when: str, *, or_roles: Sequence[str] = (), mode: ModeWord = "enforce") -> None:
        directive = OwnerDirective(when=when, or_roles=list(or_roles) or UNSET, mode=_unless(mode, "enforce"))
        super().__init__(directive)


class Public(PolicyExtension):
    """Anyone may see the field; prints as `@public`."""

    def __init__(self) -> None:
        super().__init__(PublicDirective())


class RateLimit(PolicyExtension):
    """How often the field may be had, as in `RateLimit("20/minute", key="ip")`; prints as `@rateLimit`.

    Several limits hold together. `key` says who shares a count: `user`, `apiKey`, `ip`, `global`, `claim:NAME`,
    `header:NAME` or `argument:NAME`. `per` (field, type, operation, client, global) is what is counted together, `by`
    (calls, items, cost) what is counted, `algorithm` exact or paced.
    """

    def __init__(
        self,
        *limits: str,
        key: Names = (),
        per: str = "field",
        by: str = "calls",
        algorithm: str = "exact",
        mode: ModeWord = "enforce",
    ) -> None:
        super().__init__(
            RateLimitDirective(
                limit=list(limits),
                key=([key] if isinstance(key, str) else list(key)) or UNSET,
                per=_unless(per, "field"),
                by=_unless(by, "calls"),
                algorithm=_unless(algorithm, "exact"),
                mode=_unless(mode, "enforce"),
            )
        )


class Cached(PolicyExtension):
    """How long the value is good, in seconds, as in `Cached(ttl=300, scope="public")`; prints as `@cacheControl`.

    After `ttl` it may be used stale for `swr` while it is fetched anew, and for `stale_if_error` where that fails.
    """

    def __init__(
        self,
        ttl: int,
        *,
        scope: Literal["private", "public"] = "private",
        swr: int = 0,
        stale_if_error: int = 0,
        tags: Sequence[str] = (),
        mode: ModeWord = "enforce",
    ) -> None:
        super().__init__(
            CacheControlDirective(
                max_age=ttl,
                scope=_unless(scope, "private"),
                swr=swr or UNSET,
                stale_if_error=stale_if_error or UNSET,
                tags=list(tags) or UNSET,
                mode=_unless(mode, "enforce"),
            )
        )


class Fallback(PolicyExtension):
    """What stands in for a value that cannot be had, as in `Fallback(stale=600, default=[])`; prints as `@fallback`.

    The last good value, if it is not older than `stale` seconds; then the `default`, which may be None. Without a
    default the field fails as it would without this.
    """

    def __init__(self, *, stale: int = 0, default: Any = UNSET) -> None:
        text = UNSET if default is UNSET else json.dumps(default, ensure_ascii=False)
        super().__init__(FallbackDirective(stale=stale or UNSET, default_json=text))


def guarded(*policies: PolicyExtension) -> Callable[[T], T]:
    """Put policies on a type, above `@key` or `@strawberry.type`: they hold for all its fields."""

    def decorate(class_: T) -> T:
        definition = class_.__strawberry_definition__  # type: ignore[attr-defined]
        definition.directives = [*(definition.directives or ()), *(policy.directive for policy in policies)]
        return class_

    return decorate


def policies_of(field: StrawberryField) -> list[PolicyExtension]:
    """The policies that are declared for a field."""
    return [each for each in field.extensions if isinstance(each, PolicyExtension)]


def _alternatives(names: Sequence[Names]) -> list[list[str]]:
    single = [name for name in names if isinstance(name, str)]
    return [*([single] if single else []), *(list(name) for name in names if not isinstance(name, str))]


def _unless(value: Any, usual: object) -> Any:
    """The value, left out of the SDL where it is the usual one."""
    return UNSET if value == usual else value
