"""Tell clients what remains, by the RateLimit header fields for HTTP (IETF draft) and `Retry-After`."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from federation.extensions.rate_limits.decision import Bucket, Verdict
from federation.extensions.rate_limits.quota import MICROSECONDS, Quota

MOST_NAMED = 20

RawHeader = tuple[bytes, bytes]


class _Told(NamedTuple):
    remaining: int
    policy: str
    state: str


def rate_limit_headers(
    buckets: Sequence[Bucket], names: Sequence[str], verdict: Verdict, told: Iterable[int]
) -> list[RawHeader]:
    """`ratelimit-policy` and `ratelimit` for the counts in `told`; of several with one name the one with least left.

    `r` is what remains, `t` the seconds until all of it is there again if nothing else is asked for.
    """
    places = sorted(told)
    if len(places) == 1:
        (place,) = places
        name, policy = _named(names[place], buckets[place].quota)
        state = f"{name};r={max(0, verdict.remaining[place])};t={-(-verdict.resets[place] // MICROSECONDS)}"
        return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", state.encode())]
    least: dict[str, _Told] = {}
    for place in places:
        name, policy = _named(names[place], buckets[place].quota)
        remaining = max(0, verdict.remaining[place])
        known = least.get(name)
        if known is None or remaining < known.remaining:
            reset = -(-verdict.resets[place] // MICROSECONDS)
            least[name] = _Told(remaining, policy, f"{name};r={remaining};t={reset}")
    if not least:
        return []
    items = list(least.values())[:MOST_NAMED]
    return [
        (b"ratelimit-policy", ", ".join(item.policy for item in items).encode()),
        (b"ratelimit", ", ".join(item.state for item in items).encode()),
    ]


@lru_cache(maxsize=1_000)
def _named(limit: str, quota: Quota) -> tuple[str, str]:
    seconds = _ceil(quota.window, MICROSECONDS)
    name = f'"{limit}/{seconds}s"'
    return name, f"{name};q={quota.limit};w={seconds}"


def retry_after(milliseconds: int) -> RawHeader:
    """`retry-after`, in whole seconds."""
    return b"retry-after", str(_ceil(milliseconds, 1000)).encode()


def _ceil(number: int, unit: int) -> int:
    return -(-number // unit)
