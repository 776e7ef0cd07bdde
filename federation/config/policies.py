"""`policies` and `authorization` of `interlace.yaml`: who may see which field, how often, for how long."""

from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from federation.config.cache_section import read_lifetime
from federation.config.quantities import read_seconds
from federation.config.section import Section
from schemas.conditions import ConditionInvalid, parse_condition
from schemas.policy import (
    Authenticated,
    CacheRule,
    FallbackRule,
    FieldPolicy,
    Guard,
    HasRole,
    HasScopes,
    MeetsPolicies,
    Mode,
    Origin,
    Owns,
    RateLimitRule,
    in_mode,
)
from schemas.rate_windows import read_window
from schemas.read_policy import KEYS, NAMED_KEYS, is_rate_key


def _check_condition(text: str) -> str:
    try:
        parse_condition(text)
    except ConditionInvalid as error:
        raise ValueError(str(error)) from error
    return text


def _check_key(key: str) -> str:
    if not is_rate_key(key):
        message = f"{key!r} is no key: known are {', '.join((*KEYS, *(f'{kind}:NAME' for kind in NAMED_KEYS)))}"
        raise ValueError(message)
    return key


def _check_window(text: str) -> str:
    read_window(text)
    return text


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _alternatives(value: object) -> object:
    """`read` and `[read, write]` are alternatives of one name each; `[[read, write]]` is one of two."""
    items = [value] if isinstance(value, str) else value
    return [[item] if isinstance(item, str) else item for item in items] if isinstance(items, list) else items


def _short_limit(value: object) -> object:
    return {"limit": value} if isinstance(value, str | list) else value


def _short_cache(value: object) -> object:
    return {"ttl": value} if isinstance(value, str | int | float) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Windows = Annotated[
    tuple[Annotated[str, AfterValidator(_check_window)], ...], BeforeValidator(_one_or_many), Field(min_length=1)
]
RateKeys = Annotated[tuple[Annotated[str, AfterValidator(_check_key)], ...], BeforeValidator(_one_or_many)]
AnyOf = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_alternatives)]
Duration = Annotated[float, BeforeValidator(read_seconds), Field(ge=0, le=31 * 86_400)]


class RateLimitSection(Section):
    """How often the fields may be had; the words are those of `@rateLimit`."""

    limit: Windows
    key: RateKeys = ("user",)
    per: Literal["field", "type", "operation", "client", "global"] = "field"
    by: Literal["calls", "items", "cost"] = "calls"
    algorithm: Literal["exact", "paced"] = "exact"


class CacheSection(Section):
    """How long the fields' values are good; the words are those of `@cacheControl`."""

    ttl: Annotated[float, BeforeValidator(read_lifetime), Field(ge=0, le=31 * 86_400)]
    scope: Literal["private", "public"] = "private"
    swr: Duration = 0
    stale_if_error: Duration = 0
    tags: Texts = ()


class FallbackSection(Section):
    """What stands in for the fields' values; the words are those of `@fallback`."""

    stale: Duration = 0
    default: Any = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.stale and "default" not in self.model_fields_set:
            message = "say what stands in for the value: 'stale' (a duration), a 'default' (which may be null), or both"
            raise ValueError(message)
        return self

    def rule(self, origin: Origin) -> FallbackRule:
        """What the section declares."""
        is_given = "default" in self.model_fields_set
        return FallbackRule(origin, self.stale, orjson.dumps(self.default).decode() if is_given else None)


class PolicySection(Section):
    """What holds for all fields that a pattern matches.

    `mode` is that of what the section declares. Where it declares nothing, it is that of what is declared elsewhere.
    """

    authenticated: bool = False
    scopes: AnyOf = ()
    policies: AnyOf = ()
    roles: Texts = ()
    owner: Annotated[str, AfterValidator(_check_condition)] | None = None
    or_roles: Texts = ()
    public: bool = False
    rate_limit: Annotated[RateLimitSection | None, BeforeValidator(_short_limit)] = None
    cache: Annotated[CacheSection | None, BeforeValidator(_short_cache)] = None
    cost: Annotated[int, Field(ge=0)] | None = None
    fallback: FallbackSection | None = None
    mode: Mode | None = None

    @model_validator(mode="after")
    def _is_of_one_mind(self) -> Self:
        if self.public and (self.authenticated or self.scopes or self.policies or self.roles or self.owner):
            message = "'public' and a guard exclude each other: keep one"
            raise ValueError(message)
        if self.or_roles and self.owner is None:
            message = "'or_roles' belongs to 'owner': without one write 'roles'"
            raise ValueError(message)
        return self

    @property
    def is_mode_alone(self) -> bool:
        """Whether the section declares nothing but a mode."""
        return self.mode is not None and self.model_fields_set == {"mode"}

    def policy(self, origin: Origin) -> FieldPolicy:
        """What the section declares; it stands at `origin`."""
        limit, cache = self.rate_limit, self.cache
        declared = FieldPolicy(
            tuple(self._guards(origin)),
            origin if self.public else None,
            ()
            if limit is None
            else (
                RateLimitRule(
                    origin,
                    tuple(read_window(text) for text in limit.limit),
                    limit.key,
                    limit.per,
                    limit.by,
                    limit.algorithm,
                ),
            ),
            None
            if cache is None
            else CacheRule(origin, cache.ttl, cache.scope, cache.swr, cache.stale_if_error, cache.tags),
            self.cost,
            fallback=None if self.fallback is None else self.fallback.rule(origin),
        )
        return declared if self.mode is None else in_mode(declared, self.mode)

    def _guards(self, origin: Origin) -> list[Guard]:
        found: list[Guard] = []
        if self.authenticated:
            found.append(Authenticated(origin))
        if self.scopes:
            found.append(HasScopes(origin, tuple(frozenset(names) for names in self.scopes)))
        if self.policies:
            found.append(MeetsPolicies(origin, tuple(frozenset(names) for names in self.policies)))
        if self.roles:
            found.append(HasRole(origin, frozenset(self.roles)))
        if self.owner:
            found.append(Owns(origin, self.owner, parse_condition(self.owner), frozenset(self.or_roles)))
        return found


class PrincipalSection(Section):
    """A caller that `interlace explain --as NAME` speaks for."""

    subject: str | None = None
    roles: Texts = ()
    scopes: Texts = ()
    claims: dict[str, Any] = {}


class AuthorizationSection(Section):
    """What holds for all guards.

    `strict` refuses fields that are neither public nor guarded. `denied` says whether a denied field is null or the
    whole operation refused. `roles` maps each role to those that it includes. `functions` is the Python module of the
    team's `@policy` functions, which may take `function_timeout`. `principals` are callers for `interlace explain`.
    """

    strict: bool = False
    mode: Mode = Mode.ENFORCE
    denied: Literal["null", "refuse"] = "null"
    introspection: Literal["all", "visible"] = "visible"
    roles: dict[str, Texts] = {}
    functions: str | None = None
    function_timeout: Annotated[float, BeforeValidator(read_seconds), Field(gt=0, le=60)] = 1.0
    principals: dict[str, PrincipalSection] = {}

    @model_validator(mode="after")
    def _no_circles(self) -> Self:
        for role in self.roles:
            seen, waiting = set(), list(self.roles[role])
            while waiting:
                each = waiting.pop()
                if each == role:
                    message = f"the role {role!r} includes itself: remove one of the roles that lead back to it"
                    raise ValueError(message)
                if each not in seen:
                    seen.add(each)
                    waiting.extend(self.roles.get(each, ()))
        return self
