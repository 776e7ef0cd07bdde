"""`@source`, `@connect` and `@local` as Strawberry knows them, so that bindings print in the SDL."""

from typing import Any

import strawberry
from strawberry.federation.schema_directives import Link
from strawberry.schema_directive import Location, schema_directive

from schemas.authoring.source import GrpcSource, RestSource
from schemas.connect import Batch, Connect, GrpcCall, Header, HttpCall
from schemas.connect_links import INTERLACE_LINK

UNSET: Any = strawberry.UNSET


@strawberry.input(name="HTTPHeaderMapping")
class HeaderWords:
    """One header of a source or a call."""

    name: str
    from_: str | None = strawberry.field(name="from", default=UNSET)
    value: str | None = UNSET


@strawberry.input(name="SourceHTTP")
class SourceHttpWords:
    """Where an HTTP service stands."""

    base_url: str = strawberry.field(name="baseURL")
    headers: list[HeaderWords] | None = UNSET


@strawberry.input(name="SourceGRPC")
class SourceGrpcWords:
    """Where a gRPC service stands."""

    address: str | None = UNSET
    proto: str | None = UNSET
    headers: list[HeaderWords] | None = UNSET


@strawberry.input(name="ConnectHTTP")
class ConnectHttpWords:
    """An HTTP request."""

    get: str | None = strawberry.field(name="GET", default=UNSET)
    post: str | None = strawberry.field(name="POST", default=UNSET)
    put: str | None = strawberry.field(name="PUT", default=UNSET)
    patch: str | None = strawberry.field(name="PATCH", default=UNSET)
    delete: str | None = strawberry.field(name="DELETE", default=UNSET)
    body: str | None = UNSET
    headers: list[HeaderWords] | None = UNSET


@strawberry.input(name="ConnectGRPC")
class ConnectGrpcWords:
    """A gRPC request."""

    method: str


@strawberry.input(name="ConnectBatch")
class BatchWords:
    """How much one call may carry."""

    max_size: int | None = UNSET


SUPPORT_TYPES = frozenset(
    {"HTTPHeaderMapping", "SourceHTTP", "SourceGRPC", "ConnectHTTP", "ConnectGRPC", "ConnectBatch"}
)


@schema_directive(locations=[Location.SCHEMA], name="source", repeatable=True, print_definition=False)
class SourceDirective:
    """`@source`."""

    name: str
    http: SourceHttpWords | None = UNSET
    grpc: SourceGrpcWords | None = UNSET


@schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT], name="connect", repeatable=True, print_definition=False
)
class ConnectDirective:
    """`@connect`."""

    id: str | None = UNSET
    source: str
    http: ConnectHttpWords | None = UNSET
    grpc: ConnectGrpcWords | None = UNSET
    body: str | None = UNSET
    selection: str
    group_by: str | None = UNSET
    batch: BatchWords | None = UNSET
    entity: bool | None = UNSET


@schema_directive(locations=[Location.FIELD_DEFINITION], name="local", print_definition=False)
class LocalDirective:
    """`@local`."""

    requires: str | None = UNSET


def link_directive() -> Link:
    """The `@link` that gives the words their meaning."""
    words: Any = ["@source", "@connect", "@local"]
    return Link(url=INTERLACE_LINK, import_=words)


def source_directive(source: RestSource | GrpcSource) -> SourceDirective:
    """`@source` for a service."""
    headers = _headers(source.headers)
    if isinstance(source, RestSource):
        http: Any = {"baseURL": source.base_url, **headers}
        return SourceDirective(name=source.name, http=http)
    address = {"address": source.address} if source.address else {}
    proto = {"proto": source.proto} if source.proto else {}
    grpc: Any = {**address, **proto, **headers}
    return SourceDirective(name=source.name, grpc=grpc)


def connect_directive(connect: Connect) -> ConnectDirective:
    """`@connect` for a binding."""
    directive = ConnectDirective(
        id=connect.id or UNSET, source=connect.source.name, selection=connect.selection, entity=connect.entity or UNSET
    )
    words: Any
    match connect.call:
        case HttpCall(method, path, headers, body):
            words = {method: path, **({"body": body} if body else {}), **_headers(headers)}
            directive.http = words
        case GrpcCall(method, body):
            words = {"method": method}
            directive.grpc = words
            directive.body = body or UNSET
    directive.group_by = connect.group_by or UNSET
    if connect.batch != Batch():
        words = {"maxSize": connect.batch.max_size}
        directive.batch = words
    return directive


def _headers(headers: tuple[Header, ...]) -> dict[str, list[dict[str, str]]]:
    if not headers:
        return {}
    return {"headers": [_header(header) for header in headers]}


def _header(header: Header) -> dict[str, str]:
    if header.from_header is not None:
        return {"name": header.name, "from": header.from_header}
    return {"name": header.name, "value": header.value or ""}
