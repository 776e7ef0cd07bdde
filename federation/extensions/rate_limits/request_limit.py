"""How often one caller may ask at all: decided before the operation is even read."""

import logging
from collections.abc import Callable
from random import random

from federation.errors import RequestError
from federation.extensions.decisions import Decisions
from federation.extensions.rate_limits.decision import Ask, Bucket, Charge, Counts
from federation.extensions.rate_limits.headers import rate_limit_headers, retry_after
from federation.extensions.rate_limits.principals import Caller
from federation.extensions.rate_limits.quota import quota_of
from federation.extensions.rate_limits.waits import spread
from federation.layer import Handler
from federation.request import ClientAnswer, ClientRequest, RequestContext
from schemas.policy import Window
from schemas.rate_windows import print_window

log = logging.getLogger(__name__)

KIND = "RequestLimit"  # as decisions call these limits
KINDS = (KIND,)


class RequestsLimited(RequestError):
    """The caller has asked as often as it may."""

    code = "RATE_LIMITED"
    status = 429


class RequestLimit:
    """A request layer: each caller, as `principal` names it, may send so many requests.

    `name` is what clients see of the limit. In shadow it refuses nothing, and only logs what it would refuse. What it
    decides is counted in `decisions`.
    """

    def __init__(  # noqa: PLR0913 - whom it counts, where, and how often each may ask
        self,
        name: str,
        windows: tuple[Window, ...],
        principal: Callable[[Caller], str],
        counts: Counts,
        decisions: Decisions,
        *,
        is_shadow: bool = False,
        draw: Callable[[], float] = random,
    ) -> None:
        self._name = name
        self._decisions = decisions
        self._is_shadow = is_shadow
        self._text = ", ".join(print_window(window) for window in windows)
        self._principal = principal
        self._counts = counts
        self._draw = draw
        self._quotas = [(f"{name}|{print_window(window)}", quota_of(window, "exact")) for window in windows]
        self._names = [name] * len(windows)
        self._asks = [Ask(1, tuple(Charge(place, 1) for place in range(len(windows))))]

    def wrap(self, inner: Handler) -> Handler:
        """The handler that refuses with 429 who asks too often."""

        async def handle(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            principal = self._principal(Caller(context.identity, request.client_address, request.headers, {}))
            buckets = [Bucket(f"limit:{{{principal}}}:{prefix}", quota) for prefix, quota in self._quotas]
            verdict = await self._counts.decide(buckets, self._asks)
            if not self._is_shadow:
                headers = rate_limit_headers(buckets, self._names, verdict, range(len(buckets)))
                context.answer_headers.extend(headers)
            if verdict.admitted[0]:
                self._decisions.allow(KINDS)
            else:
                self._refuse(verdict.waits[0], context)
            return await inner(request, context)

        return handle

    def _refuse(self, wait: int, context: RequestContext) -> None:
        self._decisions.count(self._name, KIND, "shadowed" if self._is_shadow else "denied")
        if self._is_shadow:
            log.warning("a rate limit in shadow would refuse", extra={"limit": self._names[0]})
            return
        message = f"the rate limit of requests ({self._text}) is reached: ask again later"
        if wait < 0:
            raise RequestsLimited(message)
        milliseconds = spread(wait, self._draw)
        context.answer_headers.append(retry_after(milliseconds))
        raise RequestsLimited(message, extensions={"retryAfterMs": milliseconds})
