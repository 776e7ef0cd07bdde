"""A client's request and the answer to it, apart from the protocol that carried them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class ClientRequest:
    """What a client asks.

    `headers` are lower-cased. `may_mutate` is false where the carrier must be safe (GET).
    """

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    may_mutate: bool = True


class ClientAnswer(NamedTuple):
    """The encoded answer.

    `refused` says that nothing was executed (a request error of the GraphQL specification, section 7.1.2): the body
    has no `data`. `code` is then the code of its first error.
    """

    body: bytes
    refused: bool = False
    code: str = ""
