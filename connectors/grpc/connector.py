"""Answer fetches by calls of one gRPC method."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.message import DecodeError

from connectors.added_headers import with_added
from connectors.bound.lower import Asked, Binding
from connectors.bound.prepared import PreparedFetch
from connectors.bound.run import run
from connectors.errors import BadStatus, BindingInvalid, NotSendable
from connectors.grpc.channel import GrpcRequest
from connectors.grpc.check_binding import check_binding
from connectors.grpc.decode import Decoders
from connectors.grpc.encode import Encoders
from connectors.grpc.encode_scalars import WrongInput
from connectors.grpc.message_value import message_form
from connectors.grpc.metadata import metadata_builder
from connectors.grpc.service import GrpcService
from connectors.grpc.statuses import bad_answer, is_not_found
from connectors.grpc.types import GrpcTypes
from connectors.mapping.evaluate import selector
from connectors.mapping.missing import MISSING
from connectors.mapping.parse import parse_selection
from connectors.mapping.scope import Scope
from connectors.protocol import Answer, CallRequest, Fetch, Json
from connectors.traffic.balancing import argument_key
from connectors.traffic.repeatable import has_idempotency_key
from schemas.connect import Connect, GrpcCall
from schemas.supergraph import Graph


class GrpcConnector:
    """Speaks gRPC for one `@connect`; it does not own the service, which other connectors use as well.

    Raises BindingInvalid when the method does not exist, its messages lack what body and selection name, or a text
    cannot be read.
    """

    def __init__(self, connect: Connect, service: GrpcService, graph: Graph, types: GrpcTypes) -> None:
        if not isinstance(connect.call, GrpcCall):
            raise BindingInvalid(f"{connect.coordinate}: the call is not one of gRPC")
        self._service = service
        self._method = types.method(connect.call.method)
        check_binding(connect, self._method)
        self._body = _body(connect.call)
        self._metadata = metadata_builder(connect.source.headers)
        self._encode = Encoders(types.pool).encoder(self._method.input)
        self._binding = Binding(connect, graph, message_form(self._method, Decoders(types.pool)))

    def prepare(self, fetch: Fetch) -> PreparedFetch:
        """Lower a fetch; raises CannotPrepare when it asks for what the binding does not give."""
        return PreparedFetch(fetch, self._binding)

    async def call(self, request: CallRequest) -> Answer:
        """Make the calls that the fetch needs, at most as many at once as is fair to a service."""
        fetch: PreparedFetch = request.template
        form = fetch.form(request.variables)
        context = request.context
        argument = self._service.key_argument
        ask = self._service.share if context.may_share else self._service.call

        async def send(variables: Mapping[str, Json], asked: Asked) -> Any:
            scope = Scope(variables)
            message = self._message(scope)
            metadata = self._metadata(scope, context.headers)
            if context.added_headers:
                metadata = with_added(metadata, context.added_headers)
            idempotent = not form.serial or has_idempotency_key(metadata)
            key = argument_key(argument, variables.get("$args"), variables.get("$this")) if argument else None
            call = GrpcRequest(self._method, message, metadata, context.deadline, idempotent=idempotent)
            try:
                return self._answer(await ask(call, key))
            except BadStatus as error:
                # What a mutation did not find, it did not change: that is not the same as null.
                if asked.absent_is_null and not form.serial and is_not_found(error):
                    return None
                raise

        return await run(form, request, send, {})

    async def close(self) -> None:
        """Nothing is held here: whoever made the service closes it."""

    def _message(self, scope: Scope) -> bytes:
        value = self._body(scope)
        if scope.problems:
            raise NotSendable(f"the request cannot be made: {'; '.join(scope.problems.found)}")
        try:
            return self._encode(value)
        except WrongInput as error:
            raise NotSendable(f"the request cannot be made: {error}") from error

    def _answer(self, messages: Sequence[bytes]) -> Any:
        """The message that the service sent, or a list of those of a stream."""
        read = self._method.output_class.FromString
        try:
            found = [read(message) for message in messages]
        except DecodeError as error:
            raise bad_answer(f"{self._method.name}: expected {self._method.output.full_name}: {error}") from error
        return found if self._method.server_streaming else found[0]


def _body(call: GrpcCall) -> Callable[[Scope], Json]:
    """The message that the body describes, as an object; without a body the empty one."""
    if not (call.body or "").strip():
        return lambda _scope: {}
    select = selector(parse_selection(call.body or ""))

    def body(scope: Scope) -> Json:
        value = select({}, scope)
        return {} if value is None or value is MISSING else value

    return body
