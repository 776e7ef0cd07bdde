"""Make the rate limits that the configuration and the policies ask for."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from graphql import GraphQLSchema

from federation.assembly.operation_limits import costs_of
from federation.config.rate_limits_section import RateLimitsSection
from federation.config.sections import Config
from federation.extensions.decisions import Decisions
from federation.extensions.rate_limits.decision import Counts
from federation.extensions.rate_limits.field_limits import FieldLimits
from federation.extensions.rate_limits.memory_counts import MemoryCounts
from federation.extensions.rate_limits.principals import Caller, address, user
from federation.extensions.rate_limits.redis_counts import RedisCounts
from federation.extensions.rate_limits.request_limit import RequestLimit
from federation.extensions.rate_limits.shared_counts import SharedCounts, WhenAway
from federation.extensions.rate_limits.usual_limits import with_usual_limits
from federation.extensions.stores.redis import RedisStore
from schemas.policy import Mode, PolicyTable, Window
from schemas.rate_windows import read_window
from schemas.supergraph import Supergraph


def make_counts(config: Config, store: RedisStore | None, own: MemoryCounts) -> Counts:
    """Where calls are counted: in Redis where there is one, else (or while that is away) in `own` memory."""
    if store is None:
        return own
    section = config.rate_limits or RateLimitsSection()
    processes = section.replicas * config.server.workers
    return SharedCounts(RedisCounts(store), own, WhenAway(section.when_away), processes)


def field_limits(
    config: Config, supergraph: Supergraph, policies: PolicyTable, counts: Counts, decisions: Decisions
) -> FieldLimits | None:
    """The guard of fields with limits; None where no field has any."""
    if not any(policy.rate_limits for policy in policies.fields.values()):
        return None
    return FieldLimits(policies, costs_of(config, supergraph, policies), counts, decisions=decisions)


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How often one address may ask, whoever it is, and one user; None for what is not limited."""

    addresses: RequestLimit | None
    users: RequestLimit | None


def request_limits(config: Config, counts: Counts, decisions: Decisions) -> RequestLimits:
    """The limits of requests that the configuration asks for."""
    section = config.rate_limits
    if section is None:
        return RequestLimits(None, None)
    return RequestLimits(
        _limit("addresses", section.addresses, address, section.mode, counts, decisions),
        _limit("requests", section.requests, user, section.mode, counts, decisions),
    )


def route_limit(
    config: Config, path: str, texts: tuple[str, ...] | None, counts: Counts, decisions: Decisions
) -> RequestLimit | None:
    """How often one user may take a route; None where that is not limited."""
    mode = config.rate_limits.mode if config.rate_limits is not None else Mode.ENFORCE
    name = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-") or "root"
    return _limit(name, texts or (), user, mode, counts, decisions)


def _limit(
    name: str,
    texts: tuple[str, ...],
    principal: Callable[[Caller], str],
    mode: Mode,
    counts: Counts,
    decisions: Decisions,
) -> RequestLimit | None:
    if not texts or mode is Mode.OFF:
        return None
    return RequestLimit(name, _windows(texts), principal, counts, decisions, is_shadow=mode is Mode.SHADOW)


def limited_policies(config: Config, schema: GraphQLSchema, policies: PolicyTable) -> PolicyTable:
    """The policies with the limits that fields get which say nothing of their own."""
    section = config.rate_limits
    if section is None:
        return policies
    fields = {coordinate: _windows(texts) for coordinate, texts in section.fields.items()}
    return with_usual_limits(policies, schema, fields, _windows(section.uploads), section.mode)


def unknown_limited_fields(config: Config, schema: GraphQLSchema) -> list[str]:
    """Fields that the configuration limits and nobody has."""
    section = config.rate_limits
    if section is None or "fields" not in section.model_fields_set:
        return []
    found: list[str] = []
    for coordinate in section.fields:
        type_name, _, name = coordinate.partition(".")
        fields = getattr(schema.type_map.get(type_name), "fields", {})
        if name not in fields:
            found.append(f"rate_limits.fields.{coordinate}: there is no such field; correct it, or remove it")
    return found


def _windows(texts: tuple[str, ...]) -> tuple[Window, ...]:
    return tuple(read_window(text) for text in texts)
