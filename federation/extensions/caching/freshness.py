"""How long an answer may be reused, as its headers say (RFC 9111, RFC 5861)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

# RFC 9111, section 1.2.2: a number that is too large counts as this one.
_LONGEST: Final = float(1 << 31)
_DIRECTIVE = re.compile(r'([!#$%&\'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?')


@dataclass(frozen=True, slots=True)
class Freshness:
    """What a service says of its answer, in seconds from now on.

    `fresh` is None where it says nothing of time. `storable` is false where nothing may be kept. `tags` are names by
    which the service will invalidate it.
    """

    fresh: float | None = None
    storable: bool = True
    swr: float = 0.0
    stale_if_error: float = 0.0
    tags: tuple[str, ...] = ()


SILENT: Final = Freshness()


def freshness_of(headers: Mapping[str, str], now: float) -> Freshness:
    """Read one answer's headers (names lower-cased); `now` is Unix time.

    The cache shares nothing between principals unless the schema declares it public, so `private` is no hindrance; but
    what the gateway keeps in Redis is shared between processes, so `s-maxage` goes before `max-age`, as in any shared
    cache.
    """
    tags = tuple((headers.get("cache-tag", "").replace(",", " ") + " " + headers.get("surrogate-key", "")).split())
    written = headers.get("cache-control")
    if headers.get("vary", "").strip() == "*":
        return Freshness(storable=False)
    if written is None:
        lifetime = _expires(headers, now)
        return SILENT if lifetime is None and not tags else Freshness(fresh=lifetime, tags=tags)
    directives = read_directives(written)
    if "no-store" in directives:
        return Freshness(storable=False)
    lifetime = _seconds(directives.get("s-maxage"))
    if lifetime is None:
        lifetime = _seconds(directives.get("max-age"))
    if lifetime is None:
        lifetime = _expires(headers, now)
    if "no-cache" in directives:
        lifetime = 0.0
    strict = "must-revalidate" in directives or "proxy-revalidate" in directives or "s-maxage" in directives
    if lifetime is not None:
        lifetime = max(0.0, lifetime - _age(headers, now))
    return Freshness(
        fresh=lifetime,
        swr=0.0 if strict else _seconds(directives.get("stale-while-revalidate")) or 0.0,
        stale_if_error=0.0 if strict else _seconds(directives.get("stale-if-error")) or 0.0,
        tags=tags,
    )


def narrowest(parts: Iterable[Freshness]) -> Freshness:
    """What holds for all of several answers together; where one says nothing of time, nothing is said."""
    found = tuple(parts)
    if not found:
        return SILENT
    times = [part.fresh for part in found]
    known = [time for time in times if time is not None]
    return Freshness(
        fresh=min(known) if len(known) == len(times) else (0.0 if 0.0 in known else None),
        storable=all(part.storable for part in found),
        swr=min(part.swr for part in found),
        stale_if_error=min(part.stale_if_error for part in found),
        tags=tuple(dict.fromkeys(tag for part in found for tag in part.tags)),
    )


def read_directives(text: str) -> dict[str, str]:
    """The directives of a `Cache-Control` header; of one that stands twice, the first holds (section 4.2.1)."""
    found: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(text):
        name, quoted, plain = match.groups()
        found.setdefault(name.lower(), quoted if quoted is not None else plain or "")
    return found


def _seconds(text: str | None) -> float | None:
    """A delta-seconds; what is none counts as stale (section 4.2.1 encourages that)."""
    if text is None:
        return None
    return min(float(text), _LONGEST) if text.isascii() and text.isdigit() else 0.0


def _age(headers: Mapping[str, str], now: float) -> float:
    """How old the answer was when it came (section 4.2.3); the way here counts as nothing."""
    said = _seconds(headers.get("age", "").split(",")[0].strip() or None) or 0.0
    date = read_date(headers.get("date"))
    return max(said, 0.0 if date is None else now - date)


def _expires(headers: Mapping[str, str], now: float) -> float | None:
    if "expires" not in headers:
        return None
    expires = read_date(headers["expires"])
    if expires is None:
        return 0.0  # section 5.3: an invalid date, such as 0, is one in the past
    date = read_date(headers.get("date"))
    return max(0.0, expires - (now if date is None else date))


def read_date(text: str | None) -> float | None:
    """An HTTP date as Unix time; None for what is none."""
    if text is None:
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
