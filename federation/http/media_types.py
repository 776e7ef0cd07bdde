"""Media types: which one the client accepts best (RFC 9110, section 12.5.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class _Range:
    kind: str
    subtype: str
    quality: float
    specificity: int


@lru_cache(maxsize=256)
def parse_content_type(value: str) -> tuple[str, Mapping[str, str]]:
    """Split `application/json; charset=utf-8` into the lower-cased type and its parameters."""
    kind, *rest = value.split(";")
    parameters = {}
    for part in rest:
        name, _, text = part.partition("=")
        parameters[name.strip().lower()] = text.strip().strip('"').lower()
    return kind.strip().lower(), parameters


@lru_cache(maxsize=256)
def choose(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """The offered type that the client likes best; among equals the first offered. None when it accepts none.

    No Accept header, or an empty one, accepts everything.
    """
    if not accept or not accept.strip():
        return offered[0]
    ranges = _ranges(accept)
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    return best if _quality(best, ranges) > 0 else None


def names_explicitly(accept: str | None, media_type: str) -> bool:
    """Whether the client names this very type (and not by a wildcard)."""
    return any(f"{found.kind}/{found.subtype}" == media_type and found.quality > 0 for found in _ranges(accept or ""))


def _ranges(accept: str) -> tuple[_Range, ...]:
    found = []
    for part in accept.split(","):
        media_type, parameters = parse_content_type(part)
        kind, slash, subtype = media_type.partition("/")
        if not slash:
            continue
        specificity = (kind != "*") + (subtype != "*")
        found.append(_Range(kind, subtype, _read_quality(parameters.get("q", "1")), specificity))
    return tuple(found)


def _read_quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(media_type: str, ranges: tuple[_Range, ...]) -> float:
    kind, _, subtype = media_type.partition("/")
    matching = [each for each in ranges if each.kind in ("*", kind) and each.subtype in ("*", subtype)]
    return max(matching, key=lambda each: each.specificity).quality if matching else 0.0
