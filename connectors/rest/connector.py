"""Answer fetches of fields that are bound to REST calls."""

from collections.abc import Awaitable, Mapping, Sequence
from types import MappingProxyType

from connectors.added_headers import with_added
from connectors.bound.lower import Asked, Binding
from connectors.bound.prepared import PreparedFetch
from connectors.bound.run import run
from connectors.http.response import HttpResponse
from connectors.protocol import Answer, CallRequest, Fetch, Json
from connectors.rest.call import compile_call
from connectors.rest.read_answer import read_answer
from connectors.rest.service import HttpCalls
from connectors.traffic.balancing import argument_key
from connectors.traffic.repeatable import has_idempotency_key
from schemas.connect import Connect
from schemas.supergraph import Graph


class RestConnector:
    """Speaks JSON over HTTP to one service, for one binding; `config` is what `$config` stands for.

    Raises BindingInvalid with everything that is wrong in the binding's texts. Connectors share a service, and whoever
    made it closes it.
    """

    def __init__(
        self, connect: Connect, service: HttpCalls, graph: Graph, config: Mapping[str, Json] = MappingProxyType({})
    ) -> None:
        self._binding = Binding(connect, graph)
        self._service = service
        self._config = dict(config)
        self._call = compile_call(connect, graph)

    def prepare(self, fetch: Fetch) -> PreparedFetch:
        """Lower a fetch; raises CannotPrepare when it asks for what the binding does not give."""
        return PreparedFetch(fetch, self._binding)

    async def call(self, request: CallRequest) -> Answer:
        """Make the calls of a fetch: each of them that fails is an error in the answer."""
        template: PreparedFetch = request.template
        context = request.context
        method, builds = self._call.method, self._call
        ask = self._service.share if context.may_share else self._service.request
        form, argument = template.form(request.variables), self._service.key_argument

        async def send(variables: Mapping[str, Json], asked: Asked) -> Json:
            target, headers, body = builds.request(variables, context.headers)
            if context.added_headers:
                headers = with_added(headers, context.added_headers)
            idempotent = not form.serial or has_idempotency_key(headers)
            key = argument_key(argument, variables.get("$args"), variables.get("$this")) if argument else None

            def send_with(sent: Sequence[tuple[str, str]]) -> Awaitable[HttpResponse]:
                return ask(method, target, sent, body, context.deadline, idempotent=idempotent, key=key)

            if context.listener is None:
                response = await send_with(headers)
            else:
                response = await context.listener.ask(target, headers, body, send_with, is_safe=method == "GET")
            # An entity that is not there is null however it was asked for; a field, only where asking changes nothing.
            absent_is_null = asked.absent_is_null and (method == "GET" or not asked.key)
            return read_answer(response, absent_is_null=absent_is_null)

        shared = builds.shared_variables(self._config, context)
        return await run(form, request, send, shared)

    async def close(self) -> None:
        """There is nothing to release: the service is not this connector's own."""
