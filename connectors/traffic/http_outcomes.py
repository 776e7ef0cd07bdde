"""What an HTTP answer says of the service that gave it."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.http.response import HttpResponse
from connectors.traffic.outcome import Verdict
from connectors.traffic.outcomes import judge_status, with_pushback

TOO_MANY_REQUESTS = 429


def judge_response(response: HttpResponse) -> Verdict | None:
    """The verdict on an answer by its status and `Retry-After`; None where it is a success."""
    if response.status < 400:
        return None
    verdict = judge_status(response.status)
    if not verdict.may_repeat:
        return verdict
    pushback = read_retry_after(response.headers.get("retry-after"))
    return with_pushback(verdict, pushback, needs_it=response.status == TOO_MANY_REQUESTS)


def _now() -> datetime:
    return datetime.now(UTC)


def read_retry_after(text: str | None, now: Callable[[], datetime] = _now) -> float | None:
    """The seconds that `Retry-After` asks for (RFC 9110, section 10.2.3); None where it says nothing that is one."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now()).total_seconds())
