"""Say in words what a policy asks for, and where that is written."""

from collections.abc import Mapping
from typing import Any

from schemas.policy import (
    Alternatives,
    Authenticated,
    CacheRule,
    FallbackRule,
    Guard,
    HasRole,
    HasScopes,
    MeetsPolicies,
    Mode,
    Owns,
    RateLimitRule,
)
from schemas.rate_windows import print_window


def guard_text(guard: Guard) -> str:
    """`role admin or support`, `scopes (read and write) or all`..."""
    return f"{_asked(guard)}{_mode(guard.mode)}"


def limit_text(rule: RateLimitRule) -> str:
    """`20/minute by user`."""
    windows = ", ".join(print_window(window) for window in rule.windows)
    what = "" if rule.by == "calls" else f" {rule.by}"
    return f"{windows}{what} for each {' and '.join(rule.keys)}, {rule.algorithm}{_mode(rule.mode)}"


def cache_text(rule: CacheRule) -> str:
    """`300 s public`."""
    stale = f", stale {rule.swr:g} s" if rule.swr else ""
    return f"{rule.max_age:g} s {rule.scope}{stale}{_mode(rule.mode)}"


def fallback_text(rule: FallbackRule) -> str:
    """`the last value up to 600 s old, else []`."""
    stale = f"the last value up to {rule.stale:g} s old" if rule.stale else ""
    return ", else ".join(part for part in (stale, rule.default or "") if part)


def as_json(rule: Guard | RateLimitRule | CacheRule | FallbackRule) -> Mapping[str, Any]:
    """A rule for machines."""
    if isinstance(rule, FallbackRule):
        return {"kind": type(rule).__name__, "text": fallback_text(rule), "origin": str(rule.origin)}
    match rule:
        case RateLimitRule():
            text = limit_text(rule)
        case CacheRule():
            text = cache_text(rule)
        case _:
            text = guard_text(rule)
    return {"kind": type(rule).__name__, "text": text, "mode": rule.mode.value, "origin": str(rule.origin)}


def _asked(guard: Guard) -> str:
    match guard:
        case Authenticated():
            return "known callers"
        case HasScopes(scopes=scopes):
            return f"scopes {_alternatives(scopes)}"
        case MeetsPolicies(policies=policies):
            return f"policies {_alternatives(policies)}"
        case HasRole(roles=roles):
            return f"role {' or '.join(sorted(roles))}"
        case Owns(text=text, or_roles=or_roles):
            return f"{text}{''.join(f' or role {role}' for role in sorted(or_roles))}"


def _alternatives(alternatives: Alternatives) -> str:
    groups = [" and ".join(sorted(names)) for names in alternatives]
    return " or ".join(
        groups if len(groups) == 1 else [f"({group})" if " and " in group else group for group in groups]
    )


def _mode(mode: Mode) -> str:
    return "" if mode is Mode.ENFORCE else f" [{mode.value}]"
