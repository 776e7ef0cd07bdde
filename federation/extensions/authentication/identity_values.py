"""What a header rule such as `$claims.tenant` stands for, as text that can stand in a header."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

import orjson

from federation.extensions.authentication.claims import ClaimPath, find_claim
from federation.identity import Identity

IdentityValue: TypeAlias = Callable[[Identity], str | None]

# Printable ASCII as it is, but the escape character itself.
_PLAIN = "".join(map(chr, range(0x20, 0x7F))).replace("%", "")
_ITEM = _PLAIN.replace(",", "")


def identity_value(rule: str) -> IdentityValue:
    """What reads the value of a rule (an IDENTITY_RULE of the configuration): None where the identity has none.

    Lists are separated by commas; what is no printable ASCII, `%`, and commas inside an item are percent-encoded, so
    that no claim can add a header or a role.
    """
    match rule:
        case "$subject":
            return lambda identity: _text(identity.subject)
        case "$roles":
            return lambda identity: _list(sorted(identity.roles))
        case "$scopes":
            return lambda identity: _list(sorted(identity.scopes))
        case "$method":
            return lambda identity: identity.method
        case _:
            path = claim_path(rule)
            return lambda identity: _text(find_claim(identity.claims, path))


def claim_path(rule: str) -> ClaimPath:
    """The path of the claim that a rule names; empty for rules that name none."""
    return tuple(rule.split(".")[1:])


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case str():
            return quote(value, _PLAIN)
        case list():
            return _list(value)
        case bool() | int() | float() | Mapping():
            return quote(orjson.dumps(value).decode(), _PLAIN)
        case _:
            return None


def _list(values: list[Any]) -> str | None:
    items = [quote(each if isinstance(each, str) else orjson.dumps(each).decode(), _ITEM) for each in values]
    return ",".join(items) or None
