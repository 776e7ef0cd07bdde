"""The names under which entries can be invalidated."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

_PLAIN = re.compile(r"[A-Za-z0-9_:-]*")


def type_tag(name: str) -> str:
    """Everything that shows an object of the type."""
    return f"type:{name}"


def any_entity_tag(name: str) -> str:
    """Stands in an entry that shows too many entities of the type to name them: any of them makes it invalid."""
    return f"any:{name}"


def service_tag(name: str) -> str:
    """Everything that a service (a subgraph, or a source of one) answered."""
    return f"service:{name}"


def own_tag(name: str) -> str:
    """Everything that was declared, or answered, with this name."""
    return f"tag:{name}"


def entity_tag(name: str, key: Mapping[str, Any]) -> str:
    """What shows one entity; `key` has the fields of one of its keys. `1` and `"1"` are one ID."""
    if len(key) == 1:
        ((field, value),) = key.items()
        if type(value) is str and _PLAIN.fullmatch(value):  # what needs no escaping is written at once
            return f'entity:{name}:{{"{field}":"{value}"}}'
    return f"entity:{name}:{orjson.dumps(_normal(key), option=orjson.OPT_SORT_KEYS).decode()}"


def entity_tags(name: str, key: Mapping[str, Any]) -> tuple[str, str]:
    """What invalidating one entity names."""
    return entity_tag(name, key), any_entity_tag(name)


def _normal(value: Any) -> Any:
    match value:
        case bool() | None | str():
            return value
        case int() | float():
            return str(value)
        case dict():
            return {key: _normal(inner) for key, inner in value.items() if key != "__typename"}
        case list():
            return [_normal(item) for item in value]
        case _:
            return str(value)
