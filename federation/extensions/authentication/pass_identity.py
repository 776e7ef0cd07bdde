"""Tell services who asks: one layer hands the identity down from the request, another adds headers to calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from connectors.protocol import Answer, CallContext, CallRequest
from federation.extensions.authentication.identity_values import IdentityValue
from federation.extensions.authentication.internal_tokens import InternalTokens
from federation.identity import ANONYMOUS, Identity
from federation.layer import CallHandler, Handler
from federation.request import ClientAnswer, ClientRequest, RequestContext
from schemas.supergraph import Graph

Headers: TypeAlias = tuple[tuple[str, str], ...]

HANDED_DOWN: Final = "federation.extensions.authentication.identity"


class HandIdentityDown:
    """Puts the identity where the calls of the request find it."""

    def wrap(self, inner: Handler) -> Handler:
        """The handler that does, and calls `inner`."""

        async def answer(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            context.scratch[HANDED_DOWN] = context.identity
            return await inner(request, context)

        return answer


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """The token that a service gets: in which header, and for whom."""

    tokens: InternalTokens
    header: str
    audience: str


@dataclass(frozen=True, slots=True)
class ServiceIdentity:
    """How one service is told: headers with their values, and the header and audience of a token."""

    headers: Mapping[str, IdentityValue]
    token: ServiceToken | None = None

    def headers_for(self, identity: Identity) -> Headers:
        """The headers that tell of an identity; none of the anonymous, of whom there is nothing to tell."""
        found = [(name, value) for name, read in self.headers.items() if (value := read(identity)) is not None]
        if self.token is not None and not identity.is_anonymous:
            found.append((self.token.header, f"Bearer {self.token.tokens.token(identity, self.token.audience)}"))
        return tuple(found)


class PassIdentity:
    """Adds the headers to every call of the graphs for which `rules` gives some."""

    def __init__(self, rules: Callable[[Graph], ServiceIdentity | None]) -> None:
        self._rules = rules

    def wrap(self, inner: CallHandler, graph: Graph) -> CallHandler | None:
        """The handler that does; None where the graph's service learns nothing."""
        rules = self._rules(graph)
        if rules is None:
            return None

        async def call(request: CallRequest) -> Answer:
            return await inner(request._replace(context=_told(request.context, rules)))

        return call


def _told(context: CallContext, rules: ServiceIdentity) -> CallContext:
    key = (HANDED_DOWN, id(rules))
    headers: Headers | None = context.scratch.get(key)
    if headers is None:
        headers = context.scratch[key] = rules.headers_for(context.scratch.get(HANDED_DOWN, ANONYMOUS))
    return replace(context, added_headers=headers)
