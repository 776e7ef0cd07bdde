"""`policies` and `authorization` are read whole, with the line of each entry."""

from pathlib import Path

import pytest

from federation.config.read import parse_config
from federation.config.sections import Config
from federation.errors import ConfigurationError
from schemas.policy import CacheRule, HasRole, HasScopes, Mode, Origin, Owns, RateLimitRule, Window

GRAPH = "subgraphs: {a: {url: http://a/graphql}}\n"


def parsed(text: str) -> Config:
    return parse_config(GRAPH + text, Path("interlace.yaml"), {})


def problem(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parsed(text)
    return "\n".join(caught.value.problems)


def test_an_entry_becomes_rules_with_its_line() -> None:
    config = parsed(
        """
policies:
  Query.search: {rate_limit: 20/minute, cache: 5m}
  "*.email":
    roles: admin
    scopes: [read, [write, list]]
    owner: $this.id == $claims.sub
    or_roles: [support]
    mode: shadow
"""
    )

    search = config.policies["Query.search"].policy(origin := config.policy_origin("Query.search"))
    assert origin == Origin("interlace.yaml", 4)
    assert search.rate_limits == (RateLimitRule(origin, (Window(20, 60),)),)
    assert search.cache == CacheRule(origin, 300)
    email = config.policies["*.email"].policy(Origin("x"))
    assert {type(guard): guard.mode for guard in email.guards} == dict.fromkeys((HasScopes, HasRole, Owns), Mode.SHADOW)
    assert [guard.scopes for guard in email.guards if isinstance(guard, HasScopes)] == [
        (frozenset({"read"}), frozenset({"write", "list"}))
    ]


def test_all_mistakes_are_told_at_once() -> None:
    told = problem(
        """
policies:
  email: {roles: [x]}
  Query.a: {public: true, authenticated: true}
  Query.b: {rate_limit: often, cache: {ttl: 5s, scope: shared}}
  Query.c: {owner: mine}
  Query.d: {rate_limit: {limit: 5/s, key: me}}
  Query.e: {or_roles: [x]}
authorization:
  mode: sometimes
"""
    )

    for part in (
        "interlace.yaml:4: policies.email: 'email' names no fields: write Type.field, Type.*, *.field or *.*",
        "interlace.yaml:5: policies.Query.a: 'public' and a guard exclude each other: keep one",
        "'often' is not a rate",
        "policies.Query.b.cache.scope",
        "'mine': expected $this.x",
        "'me' is no key: known are user",
        "'or_roles' belongs to 'owner'",
        "authorization.mode",
    ):
        assert part in told


def test_a_mode_alone_is_told_apart_from_a_mode_of_rules() -> None:
    config = parsed("policies:\n  Query.a: {mode: shadow}\n  Query.b: {mode: shadow, roles: [x]}\n")

    assert [section.is_mode_alone for section in config.policies.values()] == [True, False]


def test_roles_cannot_include_themselves() -> None:
    assert "the role 'a' includes itself" in problem("authorization: {roles: {a: [b], b: [c], c: [a]}}\n")
