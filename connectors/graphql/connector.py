"""Answer fetches from a GraphQL service, by GraphQL over HTTP."""

from collections.abc import Awaitable, Mapping, Sequence

from connectors.added_headers import with_added
from connectors.errors import BindingInvalid, CallFailed, NotSendable
from connectors.graphql.mask_errors import masked
from connectors.graphql.read_answer import read_answer, read_groups
from connectors.graphql.template import GraphQLTemplate, make_template, make_template_together
from connectors.http.request import FixedHeaders, header_line
from connectors.http.response import HttpResponse
from connectors.protocol import Answer, AnswerError, CallRequest, Fetch
from connectors.traffic.balancing import argument_key
from connectors.traffic.http_service import HttpService
from connectors.traffic.repeatable import has_idempotency_key
from schemas.supergraph import Graph

OWN_HEADERS = (
    ("content-type", "application/json"),
    ("accept", "application/graphql-response+json, application/json"),
)


class GraphQLConnector:
    """Speaks GraphQL with one service, for one graph; `path` is where it answers, behind the base URL.

    Every call has the `headers`, and those of the client's that `forward_headers` names; of two with the same name, the
    constant one is sent. The subgraph's own error messages are masked unless `expose_errors`. Raises BindingInvalid
    when a header cannot be sent. Whoever made the service closes it.
    """

    def __init__(
        self,
        graph: Graph,
        service: HttpService,
        path: str,
        *,
        forward_headers: tuple[str, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
        expose_errors: bool = False,
    ) -> None:
        self._graph = graph
        self._service = service
        self._path = path
        self._expose_errors = expose_errors
        self._headers = FixedHeaders(OWN_HEADERS + headers)
        constant = {name.lower() for name, _ in self._headers}
        self._forwarded = tuple(name.lower() for name in forward_headers if name.lower() not in constant)
        problems = _problems((*headers, *((name, "") for name in forward_headers)), graph.subgraph)
        if problems:
            raise BindingInvalid("\n".join(problems))

    @property
    def seen_headers(self) -> frozenset[str]:
        """The client's headers that are passed on."""
        return frozenset(self._forwarded)

    def prepare(self, fetch: Fetch) -> GraphQLTemplate:
        """Print the operation, once; raises CannotPrepare when the fetch asks for nothing."""
        return make_template(fetch)

    def prepare_together(self, fetches: Sequence[Fetch]) -> GraphQLTemplate:
        """Print the operation that asks for the entities of several fetches."""
        return make_template_together(fetches)

    async def call(self, request: CallRequest) -> Answer:
        """Send the operation with its values; what fails is an error in the answer."""
        template: GraphQLTemplate = request.template
        try:
            grouped = template.grouped(request)
            if grouped is None:
                body = template.body(request.variables, request.representations)
                entities = None if template.representations is None else len(request.representations)
                answer = read_answer(await self.post(request, body, is_query=template.is_query), entities)
            else:
                body = template.grouped_body(request.variables, grouped)
                answer = read_groups(await self.post(request, body, is_query=True), grouped.groups)
            return self.shown(answer)
        except CallFailed as failure:
            error = AnswerError(failure.code, str(failure), detail=failure.detail, extensions=failure.extensions)
            return Answer(None, (error,))

    async def close(self) -> None:
        """There is nothing to release: the service is not this connector's own."""

    def post(self, request: CallRequest, body: bytes, *, is_query: bool) -> Awaitable[HttpResponse]:
        """Send a body to the service; raises a CallFailed."""
        context, argument = request.context, self._service.key_argument
        ask = self._service.share if context.may_share else self._service.request
        headers = self._headers_for(context.headers)
        if context.added_headers:
            headers = with_added(headers, context.added_headers)
        idempotent = is_query or has_idempotency_key(headers)
        key = argument_key(argument, request.variables, *request.representations[:1]) if argument else None
        if context.listener is None:
            return ask("POST", self._path, headers, body, context.deadline, idempotent=idempotent, key=key)

        def send(sent: Sequence[tuple[str, str]]) -> Awaitable[HttpResponse]:
            return ask("POST", self._path, sent, body, context.deadline, idempotent=idempotent, key=key)

        return context.listener.ask(self._path, headers, body, send, is_safe=is_query)

    def shown(self, answer: Answer) -> Answer:
        """The answer with as much of its errors as clients may see."""
        return answer if self._expose_errors or not answer.errors else masked(answer)

    def _headers_for(self, client: Mapping[str, str]) -> Sequence[tuple[str, str]]:
        if not self._forwarded:
            return self._headers
        return (*self._headers, *((name, client[name]) for name in self._forwarded if name in client))


def _problems(headers: Sequence[tuple[str, str]], subgraph: str) -> list[str]:
    problems: list[str] = []
    for name, value in headers:
        try:
            header_line(name, value)
        except NotSendable as error:
            problems.append(f"subgraph '{subgraph}': {error}")
    return problems
