"""Call the connector of one graph, through the fetch layers, so that whatever fails is a value."""

import logging
from dataclasses import dataclass, replace
from math import inf

from connectors.errors import TimedOut
from connectors.protocol import Answer, AnswerError, CallContext, CallRequest, Connector
from federation.errors import InterlaceError
from federation.layer import CallHandler

log = logging.getLogger(__name__)
DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"


@dataclass(frozen=True, slots=True)
class GraphConnector:
    """The connector of one graph, the service behind it as errors name it, and how long (seconds) a fetch may take.

    Calls go by `layered` where fetch layers stand around the connector.
    """

    connector: Connector
    service: str
    timeout: float = inf
    layered: CallHandler | None = None

    def context(self, context: CallContext, now: float) -> CallContext:
        """The context of one call: the request's, with less time where a fetch may not take as much as is left."""
        deadline = now + self.timeout
        return (
            context
            if deadline >= context.deadline
            else CallContext(
                deadline, context.headers, context.scratch, context.may_share, True, context.identity_scope
            )
        )

    async def call(self, request: CallRequest) -> Answer:
        """The connector's answer; nothing is raised but cancellation."""
        try:
            answer = await (self.layered or self.connector.call)(request)
            if answer.errors and not request.context.is_shortened:
                return _told_of_the_budget(answer)
            return answer
        except Exception:
            log.exception("a connector failed", extra={"service": self.service})
            return Answer(None, (AnswerError(InterlaceError.code, "the gateway failed to fetch this"),))


def _told_of_the_budget(answer: Answer) -> Answer:
    """The answer to a call that had all the time that its operation had left: where that ran out, it says so."""
    errors = tuple(
        replace(error, code=DEADLINE_EXCEEDED, message="the request's time was up before the service had answered")
        if error.code == TimedOut.code
        else error
        for error in answer.errors
    )
    return Answer(answer.data, errors)
