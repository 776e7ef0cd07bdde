"""Put a way of answering inside the request layers, which know requests and answers of GraphQL alone."""

from collections.abc import Mapping, Sequence
from typing import Final

from federation.layer import Layer, wrap_handler
from federation.request import ClientAnswer, ClientRequest, RequestContext
from federation.routes.reusing import SAFE
from federation.routes.routed import RoutedAnswer, RoutedRequest
from federation.routes.router import Respond

_ASKED: Final = "federation.routes.asked"
_ANSWERED: Final = "federation.routes.answered"


def in_layers(layers: Sequence[Layer], respond: Respond) -> Respond:
    """The same, when the layers let the request pass: they find out who asks, and count."""

    async def innermost(_request: ClientRequest, context: RequestContext) -> ClientAnswer:
        routed, parameters = context.scratch[_ASKED]
        context.scratch[_ANSWERED] = await respond(routed, parameters, context)
        return ClientAnswer(b"")

    handler = wrap_handler(layers, innermost)

    async def answer(request: RoutedRequest, parameters: Mapping[str, str], context: RequestContext) -> RoutedAnswer:
        context.scratch[_ASKED] = (request, parameters)
        await handler(as_client_request(request), context)
        answered: RoutedAnswer = context.scratch.pop(_ANSWERED)
        return answered

    return answer


def as_client_request(request: RoutedRequest) -> ClientRequest:
    """What layers see of a request: who sends it, from where, and whether it may change anything."""
    return ClientRequest(
        query="",
        headers=request.headers,
        may_mutate=request.method not in SAFE,
        client_address=request.connection.client,
    )
