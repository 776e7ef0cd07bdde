"""Run a stored operation for a request, as if its text had come to the GraphQL endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from federation.layer import Handler
from federation.request import ClientRequest, RequestContext
from federation.routes.conditions import not_modified
from federation.routes.operations.outcome import outcome
from federation.routes.operations.read_variables import read_variables
from federation.routes.operations.stored import StoredOperation
from federation.routes.reusing import SAFE
from federation.routes.routed import RoutedAnswer, RoutedRequest

CACHE_CONTROL: Final = b"cache-control"
# Whoever keeps an answer of which nobody says how long it holds asks by its ETag before using it again.
ASK_FIRST: Final = (CACHE_CONTROL, b"private, no-cache")


@dataclass(frozen=True, slots=True)
class OperationEndpoint:
    """Answers by one operation; `handler` are the request layers around the pipeline."""

    stored: StoredOperation
    handler: Handler
    most_bytes: int

    async def respond(
        self, request: RoutedRequest, parameters: Mapping[str, str], context: RequestContext
    ) -> RoutedAnswer:
        """The operation's answer. Raises RequestError, TransformFailed."""
        stored = self.stored
        method = "GET" if request.method == "HEAD" else request.method
        variables = await read_variables(stored.parameters[method], request, parameters, self.most_bytes)
        asked = ClientRequest(
            query=stored.text,
            operation_name=stored.operation.name,
            variables=variables,
            headers=request.headers,
            may_mutate=method not in SAFE,
            client_address=request.connection.client,
        )
        answered = await self.handler(asked, context)
        context.answer_headers.extend(answered.headers)
        answer = _said_once(outcome(stored, answered.body), context)
        return not_modified(answer, request.headers) if method == "GET" else answer


def _said_once(answer: RoutedAnswer, context: RequestContext) -> RoutedAnswer:
    """The answer without what the layers have said already, and with one word on how long it holds."""
    said = {name for name, _ in context.answer_headers}
    headers = tuple(line for line in answer.headers if line[0] not in said)
    is_told = CACHE_CONTROL in said or any(name == CACHE_CONTROL for name, _ in headers)
    return answer._replace(headers=headers if is_told else (*headers, ASK_FIRST))
