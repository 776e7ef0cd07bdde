"""`/graphql`: GraphQL over HTTP, with its media types and status codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from federation.http.batch import answer_batch
from federation.http.client_address import ClientAddresses
from federation.http.media_types import GRAPHQL_RESPONSE, JSON, choose
from federation.http.read_body import BodyTooLarge, read_body
from federation.http.read_request import BadHttpRequest, read_get, read_post
from federation.http.reply import Receive, Reply, Scope, json_reply
from federation.http.waiting_client import WaitingClient
from federation.request import ClientAnswer, ClientRequest

OFFERED = (JSON, GRAPHQL_RESPONSE)
CONTENT_TYPES = {
    JSON: b"application/json; charset=utf-8",
    GRAPHQL_RESPONSE: b"application/graphql-response+json; charset=utf-8",
}
METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
Asked: TypeAlias = ClientRequest | tuple[ClientRequest, ...]


class Answers(Protocol):
    """What the endpoint needs of the gateway."""

    async def answer(self, request: ClientRequest) -> ClientAnswer:
        """Answer one request; never raises but for cancellation."""

    def note_refusal(self, code: str) -> None:
        """Count a request that was refused before it could be read as one."""


@dataclass(frozen=True, slots=True)
class GraphQLEndpoint:
    """Answers POST and GET; `max_request_size` is in bytes, `max_batch` how many operations one request may have."""

    gateway: Answers
    max_request_size: int
    addresses: ClientAddresses = field(default_factory=ClientAddresses)
    max_batch: int = 1

    async def reply(self, scope: Scope, receive: Receive, headers: Mapping[str, str]) -> Reply:
        """The reply to one HTTP request. Raises ClientGone when nobody waits for it any more."""
        media_type = choose(headers.get("accept"), OFFERED)
        if media_type is None:
            self.gateway.note_refusal("NOT_ACCEPTABLE")
            return _refusal(406, "NOT_ACCEPTABLE", f"this endpoint answers {GRAPHQL_RESPONSE} and {JSON}", JSON)
        try:
            request = await self._read(scope, receive, headers)
        except BadHttpRequest as error:
            self.gateway.note_refusal(error.code)
            return _refusal(error.status, error.code, str(error), media_type)
        async with WaitingClient(receive):
            if isinstance(request, tuple):
                answer = await answer_batch(self.gateway, request)
            else:
                answer = await self.gateway.answer(request)
        status = _status(answer, media_type)
        allow = ((b"allow", b"POST"),) if status == 405 else ()
        return Reply(status, CONTENT_TYPES[media_type], answer.body, (*answer.headers, *allow))

    async def _read(self, scope: Scope, receive: Receive, headers: Mapping[str, str]) -> Asked:
        peer = scope.get("client")
        address = self.addresses.find(peer[0] if peer else "", headers)
        if scope["method"] in ("GET", "HEAD"):
            return read_get(scope["query_string"], headers, address)
        length = headers.get("content-length")
        try:
            body = await read_body(receive, length.encode() if length else None, self.max_request_size)
        except BodyTooLarge as error:
            message = f"the body is larger than {self.max_request_size} bytes"
            raise BadHttpRequest(413, "REQUEST_TOO_LARGE", message) from error
        return read_post(body, headers, address, self.max_batch)


def _status(answer: ClientAnswer, media_type: str) -> int:
    if answer.status is not None:
        return answer.status
    if not answer.refused:
        return 200
    if answer.code == METHOD_NOT_ALLOWED:
        return 405
    # GraphQL over HTTP, section 6.4.1: with application/json a well-formed request is answered 200 even when refused,
    # since intermediaries could have made the error status; section 6.4.2: graphql-response+json tells it apart.
    return 200 if media_type == JSON else 400


def _refusal(status: int, code: str, message: str, media_type: str) -> Reply:
    reply = json_reply(status, {"errors": [{"message": message, "extensions": {"code": code}}]})
    return Reply(status, CONTENT_TYPES[media_type], reply.body)
