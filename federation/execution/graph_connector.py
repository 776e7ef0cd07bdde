"""Call the connector of one graph, so that whatever fails is a value."""

import logging
from dataclasses import dataclass
from math import inf

from connectors.protocol import Answer, AnswerError, CallContext, CallRequest, Connector
from federation.errors import InterlaceError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GraphConnector:
    """The connector of one graph, the service behind it as errors name it, and how long (seconds) a fetch may take."""

    connector: Connector
    service: str
    timeout: float = inf

    def context(self, context: CallContext, now: float) -> CallContext:
        """The context of one call: the request's, with less time where a fetch may not take as much as is left."""
        deadline = now + self.timeout
        return (
            context
            if deadline >= context.deadline
            else CallContext(deadline, context.headers, context.scratch, context.may_share)
        )

    async def call(self, request: CallRequest) -> Answer:
        """The connector's answer; nothing is raised but cancellation."""
        try:
            return await self.connector.call(request)
        except Exception:
            log.exception("a connector failed", extra={"service": self.service})
            return Answer(None, (AnswerError(InterlaceError.code, "the gateway failed to fetch this"),))
