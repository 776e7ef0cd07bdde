"""Answer conditional requests for what is at hand (RFC 9110, section 13)."""

from collections.abc import Mapping
from typing import Final

from federation.extensions.caching.freshness import read_date
from federation.routes.routed import RoutedAnswer

# RFC 9110, section 15.4.5: what a 304 repeats; the rest describes a body that is not sent.
REPEATED: Final = frozenset(
    {b"age", b"cache-control", b"content-location", b"date", b"etag", b"expires", b"last-modified", b"vary", b"via"}
)


def not_modified(answer: RoutedAnswer, headers: Mapping[str, str]) -> RoutedAnswer:
    """The answer, or 304 in its place where the client has it already; `headers` are the request's."""
    if answer.status != 200:
        return answer
    known = {name: value.decode("latin-1") for name, value in answer.headers}
    wanted = headers.get("if-none-match")
    if wanted is not None:
        tag = known.get(b"etag")
        tags = [each.strip().removeprefix("W/") for each in wanted.split(",")]
        is_known = tag is not None and ("*" in tags or tag.removeprefix("W/") in tags)
    else:
        since, changed = read_date(headers.get("if-modified-since")), read_date(known.get(b"last-modified"))
        is_known = since is not None and changed is not None and changed <= since
    if not is_known:
        return answer
    return RoutedAnswer(304, tuple(line for line in answer.headers if line[0] in REPEATED), b"")


def age_of(headers: Mapping[str, str]) -> int:
    """How old an answer was when it came, as it says."""
    text = headers.get("age", "")
    return int(text) if text.isdecimal() else 0
