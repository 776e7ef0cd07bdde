"""Bindings of fields to calls: what `@source` and `@connect` say, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType


class Protocol(Enum):
    """What a source speaks."""

    HTTP = "http"
    GRPC = "grpc"


@dataclass(frozen=True, slots=True)
class Header:
    """A header to send: a template `value`, or the value of the client's header `from_header`."""

    name: str
    value: str | None = None
    from_header: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One `@source`: a service as one subgraph names it.

    `base_url` is the default address (`http://127.0.0.1:8081/v1`, or `host:port` for gRPC); the endpoints of the
    service of the same name in `interlace.yaml` replace its authority.
    """

    name: str
    protocol: Protocol
    base_url: str = ""
    headers: tuple[Header, ...] = ()
    proto: str | None = None


@dataclass(frozen=True, slots=True)
class HttpCall:
    """The request of a REST binding: a method, a URL template after the base URL, a body in the mapping language."""

    method: str
    path: str
    headers: tuple[Header, ...] = ()
    body: str | None = None


@dataclass(frozen=True, slots=True)
class GrpcCall:
    """The request of a gRPC binding: a full method name (`shop.v1.OrderService/GetOrder`) and a message body."""

    method: str
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """How many entities one call may carry; more are sent in further calls."""

    max_size: int | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """One `@connect`: the call that gives a field (`coordinate` is `Type.field`) or an entity (`coordinate` is `Type`).

    `arguments` maps the field's argument names to their SDL types. `key` is the field set of the enclosing or returned
    entity that the call needs (from `$this`, `$batch` or arguments of an entity field); None for a plain root field.
    `batched` says that one call answers for many entities. `group_by` names the member of each answered item that says
    to which entity it belongs, where a batch gives many items for one entity. `defaults` are the values of arguments
    that a client may leave out. `id` is a name for people, where the team gave one.
    """

    subgraph: str
    coordinate: str
    source: Source
    call: HttpCall | GrpcCall
    selection: str
    arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    entity: bool = False
    key: str | None = None
    batched: bool = False
    group_by: str | None = None
    batch: Batch = Batch()
    defaults: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    id: str | None = None


@dataclass(frozen=True, slots=True)
class LocalField:
    """One `@local`: a field of a bound subgraph that a Python resolver gives, from the fields named in `requires`."""

    subgraph: str
    coordinate: str
    requires: str | None = None
