"""Read `@source`, `@connect`, `@local` and `@lookup` into bindings, from a subgraph's SDL or from a supergraph's."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graphql import DocumentNode, GraphQLSyntaxError, ValueNode, parse

from schemas.check_connect import check_connect, connect_key
from schemas.connect import Batch, Connect, GrpcCall, HttpCall, LocalField, Protocol, Source
from schemas.connect_applications import Application, Applications, subgraph_applications, supergraph_applications
from schemas.connect_links import INTERLACE_LINK, Dialect
from schemas.lookup import Lookup, read_lookups
from schemas.problems import Problem, SchemaInvalid, suggest
from schemas.read_literals import Literals
from schemas.read_source import LATER, is_http_url, read_headers, read_source
from schemas.subgraph import Subgraph

HTTP_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
GRPC_METHOD = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*/[A-Za-z_]\w*")
OURS = f"belongs to {INTERLACE_LINK}: @link that specification to use it"
NO_SOURCE = Source("", Protocol.HTTP)


@dataclass(frozen=True, slots=True)
class Bindings:
    """What a document binds: fields and entities to calls, fields to Python resolvers, entities to lookups."""

    connects: tuple[Connect, ...] = ()
    local_fields: tuple[LocalField, ...] = ()
    lookups: tuple[Lookup, ...] = ()


NO_BINDINGS = Bindings()


def read_connect(subgraph: Subgraph) -> Bindings:
    """The bindings of one subgraph; none where its SDL links no connect specification.

    Raises SchemaInvalid with every problem, each with file, line and column.
    """
    origin = subgraph.origin or subgraph.name
    problems: list[Problem] = []
    document = _parse(subgraph.sdl, origin)
    applications = subgraph_applications(document, subgraph.name, origin, problems)
    return _read(applications, problems)


def read_supergraph_connect(document: DocumentNode, origin: str = "supergraph") -> Bindings:
    """The bindings that a supergraph carries as `@join__directive`.

    Raises SchemaInvalid with every problem, each with file, line and column.
    """
    return _read(supergraph_applications(document, origin), [])


def _parse(sdl: str, origin: str) -> DocumentNode:
    try:
        return parse(sdl)
    except GraphQLSyntaxError as error:
        line, column = (error.locations[0].line, error.locations[0].column) if error.locations else (0, 0)
        raise SchemaInvalid([Problem(error.message, origin, line, column)]) from error


def _read(applications: Applications, problems: list[Problem]) -> Bindings:
    sources = _sources(applications, problems)
    connects = tuple(
        connect
        for application in applications.found
        if application.word == "connect"
        for connect in _connect(application, applications, sources, problems)
    )
    local_fields = tuple(_local_fields(applications, problems))
    lookups = tuple(read_lookups(applications, problems))
    if problems:
        raise SchemaInvalid(dict.fromkeys(problems))
    return Bindings(connects, local_fields, lookups)


def _sources(applications: Applications, problems: list[Problem]) -> Mapping[tuple[str, str], Source]:
    sources: dict[tuple[str, str], Source] = {}
    for application in applications.found:
        if application.word != "source":
            continue
        literals = Literals(applications.origin, "@source", problems)
        source = read_source(application, literals)
        if source is None:
            continue
        key = (application.subgraph, source.name)
        if key in sources:
            literals.report(application.node, f"the source '{source.name}' is defined twice")
        sources[key] = source
    return sources


def _local_fields(applications: Applications, problems: list[Problem]) -> Iterator[LocalField]:
    for application in applications.found:
        if application.word == "local":
            literals = Literals(applications.origin, f"@local on {application.coordinate}", problems)
            literals.check_words(application.arguments, ("requires",), {})
            requires = literals.text(application.arguments, "requires")
            yield LocalField(application.subgraph, application.coordinate, requires)


def _connect(
    application: Application,
    applications: Applications,
    sources: Mapping[tuple[str, str], Source],
    problems: list[Problem],
) -> Iterator[Connect]:
    """The binding, unless it is too wrong to be checked further."""
    before = len(problems)
    literals = Literals(applications.origin, f"@connect on {application.coordinate or 'the schema'}", problems)
    values = application.arguments
    ours = application.dialect is Dialect.INTERLACE
    known = ["source", "http", "selection", "entity", "batch", "id", *(["grpc", "body", "groupBy"] if ours else [])]
    refused = {"errors": LATER, "isSuccess": LATER}
    literals.check_words(values, known, refused if ours else {**refused, "grpc": OURS, "body": OURS, "groupBy": OURS})
    source = _source(application, sources, literals)
    call = _call(application, literals)
    selection = literals.text(values, "selection")
    if not (selection or "").strip():
        message = "'selection' is needed: say which members of the answer become which fields, as in \"id name\""
        literals.report(values.get("selection", application.node), message)
    if isinstance(call, HttpCall) and source is not None:
        source, call = _address(source, call, application, literals)
    if source is not None and call is not None and isinstance(call, GrpcCall) != (source.protocol is Protocol.GRPC):
        literals.report(
            application.node, f"the source '{source.name}' speaks {source.protocol.value}, the call does not"
        )
    if len(problems) > before or source is None or call is None or selection is None:
        return
    connect = Connect(
        subgraph=application.subgraph,
        coordinate=application.coordinate,
        source=source,
        call=call,
        selection=selection,
        entity=literals.flag(values, "entity"),
        group_by=literals.text(values, "groupBy"),
        batch=Batch(_max_size(values, literals)),
        id=literals.text(values, "id"),
    )
    check_connect(connect, application, applications, literals)
    if len(problems) == before:
        yield connect_key(connect, applications)


def _source(application: Application, sources: Mapping[tuple[str, str], Source], literals: Literals) -> Source | None:
    name = literals.text(application.arguments, "source")
    if name is None:
        return NO_SOURCE
    source = sources.get((application.subgraph, name))
    if source is None:
        names = [known for subgraph, known in sources if subgraph == application.subgraph]
        hint = suggest(name, names) or (f" Known: {', '.join(sorted(names))}" if names else " Add an @source.")
        literals.report(application.arguments["source"], f"there is no @source named '{name}'.{hint}")
    return source


def _call(application: Application, literals: Literals) -> HttpCall | GrpcCall | None:
    values = application.arguments
    http, grpc = literals.members(values, "http"), literals.members(values, "grpc")
    if (http is None) == (grpc is None):
        either = "exactly one of 'http' and 'grpc'" if application.dialect is Dialect.INTERLACE else "'http'"
        literals.report(application.node, f"{either} is needed")
        return None
    if http is not None:
        return _http_call(http, application, literals)
    return _grpc_call(grpc or {}, application, literals)


def _http_call(http: Mapping[str, ValueNode], application: Application, literals: Literals) -> HttpCall | None:
    literals.check_words(http, (*HTTP_METHODS, "body", "headers"), {"path": LATER, "queryParams": LATER}, "http")
    methods = [method for method in HTTP_METHODS if method in http]
    if len(methods) != 1:
        found = f", found {' and '.join(methods)}" if methods else ""
        literals.report(application.node, f"'http' needs exactly one of {', '.join(HTTP_METHODS)}{found}")
        return None
    path = literals.text(http, methods[0])
    body = literals.text(http, "body")
    outer = literals.text(application.arguments, "body")
    if body is not None and outer is not None:
        literals.report(application.node, "'body' stands both in 'http' and beside it: keep one")
    if methods[0] == "GET" and (body or outer):
        literals.report(application.node, "a GET has no body: put the values in the address, or use POST")
    if not path:
        literals.report(http[methods[0]], f"'{methods[0]}' needs an address, as in \"/users/{{$args.id}}\"")
        return None
    return HttpCall(methods[0], path, read_headers(http, literals), body if body is not None else outer)


def _grpc_call(grpc: Mapping[str, ValueNode], application: Application, literals: Literals) -> GrpcCall | None:
    literals.check_words(grpc, ("method",), {"body": "stands beside 'grpc', not in it"}, "grpc")
    method = literals.text(grpc, "method")
    if method is None or not GRPC_METHOD.fullmatch(method):
        place = grpc.get("method", application.node)
        literals.report(place, "'method' has to be a full method name, as in \"shop.v1.OrderService/GetOrder\"")
        return None
    return GrpcCall(method, literals.text(application.arguments, "body"))


def _address(source: Source, call: HttpCall, application: Application, literals: Literals) -> tuple[Source, HttpCall]:
    """Source and call of a REST binding, whether it names a source or carries the whole address itself."""
    match = re.match(r"(https?://[^/?#{]+)(.*)", call.path, re.DOTALL)
    if source is NO_SOURCE:
        if match is None or not is_http_url(match[1]):
            literals.report(application.node, "name a 'source', or write the whole address (https://...)")
            return source, call
        name = f"{application.subgraph}.{match[1].split('://')[1]}"
        return Source(name, Protocol.HTTP, match[1]), replace(call, path=match[2])
    if match is not None:
        literals.report(application.node, f"the address has to start after that of the source '{source.name}'")
    elif not call.path.startswith(("/", "?", "{")):
        literals.report(application.node, "the address has to start with '/'")
    return source, call


def _max_size(values: Mapping[str, ValueNode], literals: Literals) -> int | None:
    batch = literals.members(values, "batch")
    if batch is None:
        return None
    literals.check_words(batch, ("maxSize",), {}, "batch")
    return literals.count(batch, "maxSize")
