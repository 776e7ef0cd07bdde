"""What wraps what: the only shape of middleware, around a client's request and around one call of a fetch.

A layer is a class with its settings and one `wrap`. Layers are composed once, when a snapshot is made; where there are
none, nothing stands between the caller and what it calls.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeAlias

from connectors.protocol import Answer, CallRequest
from federation.request import ClientAnswer, ClientRequest, RequestContext
from schemas.supergraph import Graph

Handler: TypeAlias = Callable[[ClientRequest, RequestContext], Awaitable[ClientAnswer]]
CallHandler: TypeAlias = Callable[[CallRequest], Awaitable[Answer]]


class Layer(Protocol):
    """Stands around the pipeline, for every request."""

    def wrap(self, inner: Handler) -> Handler:
        """The handler that calls `inner`, or answers (or raises a RequestError) in its place."""


class FetchLayer(Protocol):
    """Stands around the connector of one graph, for every call."""

    def wrap(self, inner: CallHandler, graph: Graph) -> CallHandler | None:
        """The handler that calls `inner`, or answers in its place; None where this graph needs no such layer.

        A request's `fetches` say what is asked. What fails is an answer with errors, never an exception.
        """


def wrap_handler(layers: Sequence[Layer], handler: Handler) -> Handler:
    """The handler inside the layers, of which the first is outermost."""
    for layer in reversed(layers):
        handler = layer.wrap(handler)
    return handler


def wrap_call(layers: Sequence[FetchLayer], call: CallHandler, graph: Graph) -> CallHandler:
    """The call of a graph's connector inside the layers, of which the first is outermost."""
    for layer in reversed(layers):
        call = layer.wrap(call, graph) or call
    return call
