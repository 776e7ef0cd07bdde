"""A client's request and the answer to it, apart from the protocol that carried them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from federation.identity import ANONYMOUS, Identity

# In a request's `scratch`: what its answer says in `extensions`, by name.
ANSWER_EXTENSIONS: Final = "answer extensions"
RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class ClientRequest:
    """What a client asks.

    `headers` are lower-cased. `may_mutate` is false where the carrier must be safe (GET). `client_address` is the IP
    address from which the request came, empty where there is none. Where a hash in the `extensions` or a `document_id`
    stands for the text, `query` is empty.
    """

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    may_mutate: bool = True
    client_address: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)
    document_id: str | None = None


@dataclass(slots=True)
class RequestContext:
    """What layers and extensions learn and say about one request while it is answered.

    `deadline` is in the loop's time (seconds). `answer_headers` (names lower-cased) go with the answer, whether it is
    one or a refusal. `scratch` holds what parts keep for this request, each under a key of its own; calls of connectors
    see the same mapping. The pipeline says that an answer `is_impersonal` where only the operation, its variables and
    the services decide it: anyone who asks the same gets the same, as far as the gateway is concerned.
    """

    deadline: float
    identity: Identity = ANONYMOUS
    answer_headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    scratch: dict[object, Any] = field(default_factory=dict)
    is_impersonal: bool = False


class ClientAnswer(NamedTuple):
    """The encoded answer.

    `refused` says that nothing was executed (a request error of the GraphQL specification, section 7.1.2): the body
    has no `data`. `code` is then the code of its first error. `status` is the HTTP status where it is not the usual.
    """

    body: bytes
    refused: bool = False
    code: str = ""
    headers: RawHeaders = ()
    status: int | None = None
