"""Read one use of a policy directive into what it declares, noting everything that is wrong with it."""

from collections.abc import Callable, Iterator, Mapping

import orjson
from graphql import (
    BooleanValueNode,
    EnumValueNode,
    IntValueNode,
    ListValueNode,
    StringValueNode,
    ValueNode,
    value_from_ast_untyped,
)

from schemas.conditions import ConditionInvalid, parse_condition
from schemas.policy import (
    Alternatives,
    Authenticated,
    CacheRule,
    FallbackRule,
    FieldPolicy,
    HasRole,
    HasScopes,
    ListSize,
    MeetsPolicies,
    Mode,
    Origin,
    Owns,
    RateLimitRule,
)
from schemas.policy_words import WORDS
from schemas.rate_windows import read_window
from schemas.read_literals import Literals

Values = Mapping[str, ValueNode]
KEYS = ("user", "apiKey", "ip", "global")
NAMED_KEYS = ("claim", "header", "argument")
PER = ("field", "type", "operation", "client", "global")
BY = ("calls", "items", "cost")
ALGORITHMS = ("exact", "paced")
CACHE_SCOPES = ("private", "public")


def read_policy(word: str, values: Values, literals: Literals, origin: Origin) -> FieldPolicy:
    """What one use of a directive declares; nothing where it is too wrong, of which `literals` then knows."""
    before = len(literals.problems)
    if word in WORDS:
        literals.check_words(values, tuple(WORDS[word]), {})
        for argument, is_needed in WORDS[word].items():
            if is_needed and argument not in values:
                literals.report(None, f"'{argument}' is needed")
    found = _READERS[word](values, literals, origin)
    return found if len(literals.problems) == before else FieldPolicy()


def is_rate_key(key: str) -> bool:
    """Whether a rate can be counted by this: `user`, `ip`, `claim:tenant`..."""
    kind, colon, name = key.partition(":")
    return key in KEYS or (kind in NAMED_KEYS and bool(colon) and bool(name))


def _authenticated(_values: Values, _literals: Literals, origin: Origin) -> FieldPolicy:
    return FieldPolicy((Authenticated(origin),))


def _requires_scopes(values: Values, literals: Literals, origin: Origin) -> FieldPolicy:
    return FieldPolicy((HasScopes(origin, _alternatives(values, "scopes", literals)),))


def _policy(values: Values, literals: Literals, origin: Origin) -> FieldPolicy:
    return FieldPolicy((MeetsPolicies(origin, _alternatives(values, "policies", literals)),))


def _has_role(values: Values, literals: Literals, origin: Origin) -> FieldPolicy:
    roles = frozenset(_texts(values, "roles", literals))
    if not roles:
        literals.report(values.get("roles"), "'roles' names no role: use @public for what anyone may see")
    return FieldPolicy((HasRole(origin, roles, mode=_mode(values, literals)),))


def _owner(values: Values, literals: Literals, origin: Origin) -> FieldPolicy:
    text = literals.text(values, "when") or ""
    try:
        when = parse_condition(text)
    except ConditionInvalid as error:
        literals.report(values.get("when"), f"'when' is no condition: {error}")
        return FieldPolicy()
    roles = frozenset(_texts(values, "orRoles", literals))
    return FieldPolicy((Owns(origin, text, when, roles, mode=_mode(values, literals)),))


def _public(_values: Values, _literals: Literals, origin: Origin) -> FieldPolicy:
    return FieldPolicy(public=origin)


def _rate_limit(values: Values, literals: Literals, origin: Origin) -> FieldPolicy:
    windows = []
    for text in _texts(values, "limit", literals):
        try:
            windows.append(read_window(text))
        except ValueError as error:
            literals.report(values["limit"], f"'limit': {error}")
    keys = tuple(_texts(values, "key", literals)) or ("user",)
    for key in keys:
        if not is_rate_key(key):
            known = ", ".join((*KEYS, *(f"{kind}:NAME" for kind in NAMED_KEYS)))
            literals.report(values["key"], f"'key' cannot be {key!r}: known are {known}")
    if not windows and "limit" in values and not literals.problems:
        literals.report(values["limit"], "'limit' is needed, as in \"100/minute\"")
    rule = RateLimitRule(
        origin,
        tuple(windows),
        keys,
        _one_of(values, "per", PER, literals),
        _one_of(values, "by", BY, literals),
        _one_of(values, "algorithm", ALGORITHMS, literals),
        mode=_mode(values, literals),
    )
    return FieldPolicy(rate_limits=(rule,))


def _cache_control(values: Values, literals: Literals, origin: Origin) -> FieldPolicy:
    rule = CacheRule(
        origin,
        _seconds(values, "maxAge", literals),
        _one_of(values, "scope", CACHE_SCOPES, literals),
        _seconds(values, "swr", literals),
        _seconds(values, "staleIfError", literals),
        tuple(_texts(values, "tags", literals)),
        mode=_mode(values, literals),
    )
    return FieldPolicy(cache=rule)


def _fallback(values: Values, literals: Literals, origin: Origin) -> FieldPolicy:
    given = [word for word in ("default", "defaultJson") if word in values]
    stale = _seconds(values, "stale", literals)
    if not stale and not given:
        literals.report(None, "say what stands in for the value: 'stale' (seconds), a 'default', or both")
    if len(given) > 1:
        literals.report(values["defaultJson"], "'default' and 'defaultJson' say the same: keep one")
    default = _as_json(values[given[0]], given[0], literals) if given else None
    return FieldPolicy(fallback=FallbackRule(origin, stale, default))


def _as_json(node: ValueNode, word: str, literals: Literals) -> str | None:
    if word == "default":
        return orjson.dumps(value_from_ast_untyped(node)).decode()
    text = literals.text({word: node}, word)
    try:
        return orjson.dumps(orjson.loads(text or "")).decode()
    except orjson.JSONDecodeError:
        literals.report(node, f"'{word}' has to be JSON, as in \"[]\"")
        return None


def _cost(values: Values, _literals: Literals, _origin: Origin) -> FieldPolicy:
    weight = values.get("weight")
    return FieldPolicy(cost=int(weight.value)) if isinstance(weight, IntValueNode) else FieldPolicy()


def _list_size(values: Values, literals: Literals, _origin: Origin) -> FieldPolicy:
    assumed, requires_one = values.get("assumedSize"), values.get("requireOneSlicingArgument")
    size = ListSize(
        int(assumed.value) if isinstance(assumed, IntValueNode) else None,
        tuple(_texts(values, "slicingArguments", literals)),
        tuple(_texts(values, "sizedFields", literals)),
        not isinstance(requires_one, BooleanValueNode) or requires_one.value,
    )
    return FieldPolicy(list_size=size)


_READERS: Mapping[str, Callable[[Values, Literals, Origin], FieldPolicy]] = {
    "authenticated": _authenticated,
    "requiresScopes": _requires_scopes,
    "policy": _policy,
    "hasRole": _has_role,
    "owner": _owner,
    "public": _public,
    "rateLimit": _rate_limit,
    "cacheControl": _cache_control,
    "fallback": _fallback,
    "cost": _cost,
    "listSize": _list_size,
}


def _alternatives(values: Values, word: str, literals: Literals) -> Alternatives:
    """Lists of lists; in GraphQL a single value stands for a list of one, at either level."""
    found: list[frozenset[str]] = []
    for item in literals.items(values, word):
        names = item.values if isinstance(item, ListValueNode) else (item,)
        found.append(frozenset(name.value for name in names if isinstance(name, StringValueNode)))
    return tuple(found)


def _texts(values: Values, word: str, literals: Literals) -> Iterator[str]:
    for item in literals.items(values, word):
        if isinstance(item, StringValueNode) and item.value:
            yield item.value
        else:
            literals.report(item, f"'{word}' holds texts")


def _mode(values: Values, literals: Literals) -> Mode:
    return Mode(_one_of(values, "mode", tuple(mode.value for mode in Mode), literals, default=Mode.ENFORCE.value))


def _one_of(values: Values, word: str, known: tuple[str, ...], literals: Literals, default: str | None = None) -> str:
    """One of the known words, as a string or an enum value in any case; the first (or the default) without one."""
    usual = default or known[0]
    node = values.get(word)
    if node is None:
        return usual
    if isinstance(node, StringValueNode | EnumValueNode) and node.value.lower() in known:
        return node.value.lower()
    literals.report(node, f"'{word}' has to be one of {', '.join(known)}")
    return usual


def _seconds(values: Values, word: str, literals: Literals) -> float:
    node = values.get(word)
    if node is None:
        return 0.0
    if isinstance(node, IntValueNode) and int(node.value) >= 0:
        return float(node.value)
    literals.report(node, f"'{word}' has to be a whole number of seconds, 0 or more")
    return 0.0
