"""The policy directives as Strawberry knows them, so that policies print in the SDL."""

from typing import Any

import strawberry
from strawberry.federation.schema_directives import Link
from strawberry.schema_directive import Location, schema_directive

from schemas.policy_words import POLICY_LINK, WORDS

UNSET: Any = strawberry.UNSET
PLACES = [Location.FIELD_DEFINITION, Location.OBJECT]


@schema_directive(locations=PLACES, name="hasRole", print_definition=False)
class HasRoleDirective:
    """`@hasRole`."""

    roles: list[str]
    mode: str | None = UNSET


@schema_directive(locations=PLACES, name="owner", print_definition=False)
class OwnerDirective:
    """`@owner`."""

    when: str
    or_roles: list[str] | None = UNSET
    mode: str | None = UNSET


@schema_directive(locations=PLACES, name="public", print_definition=False)
class PublicDirective:
    """`@public`."""


@schema_directive(locations=[Location.FIELD_DEFINITION], name="rateLimit", repeatable=True, print_definition=False)
class RateLimitDirective:
    """`@rateLimit`."""

    limit: list[str]
    key: list[str] | None = UNSET
    per: str | None = UNSET
    by: str | None = UNSET
    algorithm: str | None = UNSET
    mode: str | None = UNSET


@schema_directive(locations=PLACES, name="cacheControl", print_definition=False)
class CacheControlDirective:
    """`@cacheControl`."""

    max_age: int
    scope: str | None = UNSET
    swr: int | None = UNSET
    stale_if_error: int | None = UNSET
    tags: list[str] | None = UNSET
    mode: str | None = UNSET


@schema_directive(locations=[Location.FIELD_DEFINITION], name="fallback", print_definition=False)
class FallbackDirective:
    """`@fallback`; its default is JSON text, since a directive has one type for it in Strawberry."""

    stale: int | None = UNSET
    default_json: str | None = UNSET


OURS = (
    HasRoleDirective,
    OwnerDirective,
    PublicDirective,
    RateLimitDirective,
    CacheControlDirective,
    FallbackDirective,
)


def policy_link() -> Link:
    """The `@link` that gives the words their meaning."""
    words: Any = [f"@{word}" for word in WORDS]
    return Link(url=POLICY_LINK, import_=words)
