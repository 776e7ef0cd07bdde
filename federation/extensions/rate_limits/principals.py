"""Whose count a call goes to, by the keys of a rule."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from typing import Any, NamedTuple, TypeAlias

import orjson
from graphql import value_from_ast_untyped

from federation.identity import Identity
from federation.operations.operation import OperationField

LONGEST_NAME = 40


class Caller(NamedTuple):
    """What is known of who sends a request; `address` is empty where there is none."""

    identity: Identity
    address: str
    headers: Mapping[str, str]
    variables: Mapping[str, Any]


# Names one part of a principal, given the field where that depends on its arguments.
NamePart: TypeAlias = Callable[[Caller, OperationField], str]


def name_by(keys: tuple[str, ...]) -> NamePart:
    """How the principal of a rule is named: each combination of what the keys say has a count of its own."""
    parts = [_part(key) for key in keys]
    if len(parts) == 1:
        return parts[0]
    return lambda caller, field: "&".join(part(caller, field) for part in parts)


def depends_on_field(keys: tuple[str, ...]) -> bool:
    """Whether two fields of one operation may count for different principals."""
    return any(key.startswith("argument:") for key in keys)


def user(caller: Caller) -> str:
    """Who is known, else from where the request came."""
    identity = caller.identity
    return address(caller) if identity.is_anonymous else _short(f"user:{identity.scope_key}")


def address(caller: Caller) -> str:
    """From where the request came. A client has at least a /64 of IPv6 addresses, which count as one."""
    written = caller.address
    if ":" not in written:
        return f"ip:{written}"
    try:
        found = ip_address(written.partition("%")[0])
    except ValueError:
        return f"ip:{_short(written)}"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"ip:{int(found) >> 64:x}"
    return f"ip:{getattr(found, 'ipv4_mapped', None) or found}"


def client(caller: Caller) -> str:
    """The program that calls, as far as a credential vouches for it (`azp` or `client_id`), else the user."""
    claims = caller.identity.claims
    name = claims.get("azp") or claims.get("client_id")
    return _short(f"client:{name}") if name else user(caller)


def _part(key: str) -> NamePart:
    kind, _, name = key.partition(":")
    match kind:
        case "user":
            return lambda caller, _: user(caller)
        case "apiKey":
            return lambda caller, _: user(caller) if caller.identity.method == "api_key" else address(caller)
        case "ip":
            return lambda caller, _: address(caller)
        case "client":
            return lambda caller, _: client(caller)
        case "claim":
            # Who has no such claim must not share a count with all others who have none, nor have none at all.
            return lambda caller, _: _claim(caller, name)
        case "header":
            return lambda caller, _: _short(f"header:{caller.headers.get(name.lower(), '')}")
        case "argument":
            return lambda caller, field: _argument(caller, field, name)
        case _:
            return lambda _caller, _field: ""


def _claim(caller: Caller, name: str) -> str:
    value = caller.identity.claims.get(name)
    return user(caller) if value is None else _short(f"claim:{_text(value)}")


def _argument(caller: Caller, field: OperationField, name: str) -> str:
    for argument in field.arguments:
        if argument.name == name:
            return _short(f"argument:{_text(value_from_ast_untyped(argument.value, dict(caller.variables)))}")
    return "argument:"


def _text(value: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS).decode()


@lru_cache(maxsize=4_096)
def _short(name: str) -> str:
    """The name, or a hash of it when it is long: clients write some of them, and they stand in keys."""
    return (
        name if len(name) <= LONGEST_NAME else f"#{blake2b(name.encode(errors='replace'), digest_size=16).hexdigest()}"
    )
