"""Read `@source`: a service as one subgraph names it."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from graphql import ObjectValueNode, ValueNode

from schemas.connect import Header, Protocol, Source
from schemas.connect_applications import Application
from schemas.connect_links import Dialect
from schemas.read_literals import Literals

LATER = "is not supported by this gateway: leave it out"
SOURCE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
GRPC_ADDRESS = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")
# Only the connection decides these; a template that sets them could smuggle a second request.
CONNECTION_HEADERS = frozenset(
    {"connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)


def read_source(application: Application, literals: Literals) -> Source | None:
    """The source, or None when it is too wrong to be used (then `literals` has the reasons)."""
    values = application.arguments
    known = ["name", "http", *(["grpc"] if application.dialect is Dialect.INTERLACE else [])]
    literals.check_words(values, known, {"errors": LATER, "isSuccess": LATER})
    name = literals.text(values, "name")
    if name is None or not SOURCE_NAME.fullmatch(name):
        literals.report(
            values.get("name", application.node), "'name' is needed: a letter, then letters, digits, _ and -"
        )
        return None
    http, grpc = literals.members(values, "http"), literals.members(values, "grpc")
    if (http is None) == (grpc is None):
        either = "one of 'http' and 'grpc'" if application.dialect is Dialect.INTERLACE else "'http'"
        literals.report(application.node, f"{either} is needed")
        return None
    if http is not None:
        return _http_source(name, http, application, literals)
    return _grpc_source(name, grpc or {}, literals)


def read_headers(values: Mapping[str, ValueNode], literals: Literals) -> tuple[Header, ...]:
    """The `headers` of a source or a call: each with a name and exactly one of `from` and `value`."""
    headers: dict[str, Header] = {}
    for node in literals.items(values, "headers"):
        if not isinstance(node, ObjectValueNode):
            literals.report(node, 'a header is an object, as in { name: "x-api-key", from: "x-api-key" }')
            continue
        members = {item.name.value: item.value for item in node.fields}
        literals.check_words(members, ("name", "from", "value"), {}, "headers")
        name, source, value = (literals.text(members, word) for word in ("name", "from", "value"))
        if name is None or not HEADER_NAME.fullmatch(name):
            literals.report(node, "a header needs a 'name' that HTTP allows")
        elif name.lower() in CONNECTION_HEADERS:
            literals.report(node, f"the header '{name}' belongs to the connection and cannot be set")
        elif name.lower() in headers:
            literals.report(node, f"the header '{name}' is set twice")
        elif (source is None) == (value is None):
            literals.report(node, f"the header '{name}' needs exactly one of 'from' and 'value'")
        else:
            headers[name.lower()] = Header(name, value, source.lower() if source else None)
    return tuple(headers.values())


def _http_source(
    name: str, http: Mapping[str, ValueNode], application: Application, literals: Literals
) -> Source | None:
    literals.check_words(http, ("baseURL", "headers"), {"path": LATER, "queryParams": LATER}, "http")
    url = literals.text(http, "baseURL")
    if url is None or not is_http_url(url):
        place = http.get("baseURL", application.node)
        literals.report(place, "'baseURL' has to be an address such as https://api.example.com/v1")
        return None
    return Source(name, Protocol.HTTP, url, read_headers(http, literals))


def _grpc_source(name: str, grpc: Mapping[str, ValueNode], literals: Literals) -> Source | None:
    literals.check_words(grpc, ("address", "proto", "headers"), {}, "grpc")
    address = literals.text(grpc, "address") or ""
    if address and not GRPC_ADDRESS.fullmatch(address):
        literals.report(grpc["address"], "'address' has to be host:port")
        return None
    return Source(name, Protocol.GRPC, address, read_headers(grpc, literals), literals.text(grpc, "proto"))


def is_http_url(url: str) -> bool:
    """Whether this is an absolute HTTP address without query, fragment or user information."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and not (parts.query or parts.fragment or parts.username)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False
