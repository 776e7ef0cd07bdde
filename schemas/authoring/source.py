"""The services that a subgraph calls, and the calls that its fields are bound to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict, TypeVar, cast
from urllib.parse import quote

from typing_extensions import Unpack

from schemas.authoring.placeholder import Placeholder
from schemas.connect import Header

# Calls claim to return what their field returns, so that type checkers hold them against nothing else; what they
# do return is a Binding, which only @connect sees.
T = TypeVar("T")
Names = Literal["snake_case", "camelCase"]


class CallOptions(TypedDict, total=False):
    """How the answer of a call becomes the field.

    `at`: where in the answer the object or list stands (`"items"`, `"page.items"`); the whole answer without it.
    `selection`: which members become which fields, in the mapping language; derived from the field's type without it.
    `group_by`: the member of each item that says whose it is, where one call answers for many.
    `max_batch`: how many entities one call may carry.
    `entity`: this field of `Query` gives an entity by its key, so that the gateway may get it in this way wherever it
    has the key.
    `id`: a name of the call for people, in plans and logs.
    """

    at: str
    selection: str
    group_by: str
    max_batch: int
    entity: bool
    id: str


class RestOptions(CallOptions, total=False):
    """As CallOptions; `query` and `headers` are those of the request."""

    query: Mapping[str, object]
    headers: tuple[Header, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """The call that gives a field. `target` is a path for HTTP, a method name for gRPC."""

    source: "RestSource | GrpcSource"
    verb: str
    target: str
    body: object
    options: RestOptions


@dataclass(frozen=True, slots=True)
class RestSource:
    """A service that speaks HTTP and JSON.

    `name` is what `interlace.yaml` calls the service; `base_url` is where it stands unless told otherwise there.
    `names` is how the service spells the members of its JSON. `headers` go with every call.
    """

    name: str
    base_url: str
    names: Names = "snake_case"
    headers: tuple[Header, ...] = ()

    def get(self, path: str, **options: Unpack[RestOptions]) -> T:  # type: ignore[type-var]
        """The answer of a GET, as in `users.get(f"/users/{id}")`."""
        return self._call("GET", path, None, options)

    def post(self, path: str, body: object = None, **options: Unpack[RestOptions]) -> T:  # type: ignore[type-var]
        """The answer of a POST with a JSON body: an argument, or a mapping of member names to values."""
        return self._call("POST", path, body, options)

    def put(self, path: str, body: object = None, **options: Unpack[RestOptions]) -> T:  # type: ignore[type-var]
        """The answer of a PUT with a JSON body."""
        return self._call("PUT", path, body, options)

    def patch(self, path: str, body: object = None, **options: Unpack[RestOptions]) -> T:  # type: ignore[type-var]
        """The answer of a PATCH with a JSON body."""
        return self._call("PATCH", path, body, options)

    def delete(self, path: str, **options: Unpack[RestOptions]) -> T:  # type: ignore[type-var]
        """The answer of a DELETE."""
        return self._call("DELETE", path, None, options)

    def _call(self, verb: str, path: str, body: object, options: RestOptions) -> T:  # type: ignore[type-var]
        return cast("T", Binding(self, verb, path + _query(path, options.get("query", {})), body, options))


@dataclass(frozen=True, slots=True)
class GrpcSource:
    """One gRPC service; types come from its reflection, or from the file `proto`.

    `name` is what `interlace.yaml` calls the service, `service` its full name in protobuf (`shop.v1.OrderService`),
    `address` (host:port) where it stands unless told otherwise there.
    """

    name: str
    service: str
    address: str = ""
    proto: str | None = None
    headers: tuple[Header, ...] = ()
    names: Names = "snake_case"

    def call(self, method: str, body: object = None, **options: Unpack[CallOptions]) -> T:  # type: ignore[type-var]
        """The answer of a method, as in `orders.call("GetOrder", {"id": id})`.

        A method of another service in the same process is named in full, as in `"shop.v1.StockService/GetStock"`.
        """
        target = method if "/" in method else f"{self.service}/{method}"
        return cast("T", Binding(self, "", target, body, cast("RestOptions", options)))


def _query(path: str, query: Mapping[str, object]) -> str:
    if not query:
        return ""
    pairs = [f"{quote(name, safe='')}={_value(value)}" for name, value in query.items()]
    return ("&" if "?" in path else "?") + "&".join(pairs)


def _value(value: object) -> str:
    if isinstance(value, Placeholder):
        return format(value)
    return quote(str(value).lower() if isinstance(value, bool) else str(value), safe="")
