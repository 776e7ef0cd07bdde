"""What the gateway asks of a connector, and what it gets back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, Protocol, runtime_checkable

from graphql import VariableDefinitionNode

from connectors.http.response import HttpResponse
from schemas.selection import Selection

Json = Any
PathKey = str | int


class _Unanswered:
    """Stands for what could not be asked for while other things were answered: an entity, or a field of an object.

    An error says why. There is one of it, also where an answer is copied.
    """

    def __reduce__(self) -> str:
        return "UNANSWERED"

    def __repr__(self) -> str:
        return "UNANSWERED"


UNANSWERED: Final = _Unanswered()


@dataclass(frozen=True, slots=True)
class RepresentationField:
    """One field of a representation: sent as `name`, read from `source` of the data gathered so far."""

    name: str
    source: str
    selections: tuple["RepresentationField | RepresentationFragment", ...] = ()


@dataclass(frozen=True, slots=True)
class RepresentationFragment:
    """Fields of a representation that hold for objects of `possible_types` only."""

    possible_types: frozenset[str]
    selections: tuple["RepresentationField | RepresentationFragment", ...]


@dataclass(frozen=True, slots=True)
class Representation:
    """How an object of one of `possible_types` is presented to the subgraph.

    `typename` is sent as `__typename`; it differs from the object's own type name for interface objects. An object
    that lacks a non-null value for one of `required` (top-level sources of the key) is not sent, and stays as it is.
    """

    typename: str
    possible_types: frozenset[str]
    fields: tuple[RepresentationField | RepresentationFragment, ...]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContextVariable:
    """A variable whose value differs from entity to entity: it is read from an object further up.

    That object stands where the first `steps` steps of the fetch's path lead; `selection` leads from it to one value.
    `type` is written as in SDL.
    """

    name: str
    type: str
    steps: int
    selection: tuple[RepresentationField | RepresentationFragment, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a plan wants from one graph.

    Without `representations` the selections stand on the root type of `kind`; with them they stand on `_entities`,
    inside one inline fragment per type. `variables` are the client's definitions that the selections mention,
    `contexts` the variables that each entity has its own values for.
    """

    graph: str
    kind: Literal["query", "mutation"]
    selections: tuple[Selection, ...]
    representations: tuple[Representation, ...] = ()
    variables: tuple[VariableDefinitionNode, ...] = ()
    contexts: tuple[ContextVariable, ...] = ()

    @property
    def is_entity_fetch(self) -> bool:
        """Whether the selections stand on entities, and not on a root type."""
        return bool(self.representations)


@dataclass(frozen=True, slots=True)
class AnswerError:
    """One thing that went wrong in a call.

    `code` is stable and documented; `message` is fit for clients; `detail` is for the log only. `path` leads into the
    answer's data: from the root object, or from the list of entities (then its first key is an index). An empty path
    means the whole fetch. An error `of_entity` is told at every place where its entity stands, others once.
    """

    code: str
    message: str
    path: tuple[PathKey, ...] = ()
    detail: str = ""
    extensions: Mapping[str, Json] = field(default_factory=dict)
    of_entity: bool = False


class Answer(NamedTuple):
    """What came back from a call.

    `data` is an object for a root fetch, and for an entity fetch a list as long as the representations, of objects and
    nulls (from fetch layers also UNANSWERED, here and as a field's value); None when the call failed as a whole. Its
    shape is that of the fetch's selections: keys are response keys.
    """

    data: Json
    errors: tuple[AnswerError, ...] = ()


class HttpListener(Protocol):
    """Takes part in the HTTP requests of one call: it hears what services say of their answers."""

    async def ask(
        self,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        send: Callable[[Sequence[tuple[str, str]]], Awaitable[HttpResponse]],
        *,
        is_safe: bool,
    ) -> HttpResponse:
        """Send the request, perhaps with more headers where it `is_safe`, and give its answer."""
        ...


@dataclass(slots=True)
class CallContext:
    """What all calls of one client request share.

    `deadline` is in the loop's time (seconds). `headers` are the client's, lower-cased; a connector passes on only what
    its configuration allows. `scratch` holds per-request objects of connectors (loaders), each under its class. Only
    where it `may_share` is the answer to an equal call that is on its way good enough: not after a mutation. The
    deadline is the whole operation's unless it `is_shortened` to what one fetch may take. `identity_scope` is an opaque
    text that tells principals apart, empty for the anonymous. `added_headers` (names lower-cased) go with every call,
    in place of any of the same name. Connectors that speak HTTP ask through the `listener`, where there is one.
    """

    deadline: float
    headers: Mapping[str, str] = field(default_factory=dict)
    scratch: dict[object, Any] = field(default_factory=dict)
    may_share: bool = True
    is_shortened: bool = False
    identity_scope: str = ""
    added_headers: tuple[tuple[str, str], ...] = ()
    listener: "HttpListener | None" = None


class CallRequest(NamedTuple):
    """One call: the template that `prepare` made, with the values of this request.

    `variables` are the client's coerced values; `representations` are de-duplicated. Where the fetch has `contexts`,
    each representation has its values for them in `context_values`, by name. Where several fetches go together,
    `counts` says how many of the representations are each one's, in their order. `fetches` are what the template was
    made of: one, or those that go together.
    """

    template: Any
    variables: Mapping[str, Json]
    representations: Sequence[Mapping[str, Json]]
    context: CallContext
    context_values: Sequence[Mapping[str, Json]] = ()
    counts: Sequence[int] = ()
    fetches: tuple[Fetch, ...] = ()


class Connector(Protocol):
    """Speaks one protocol to one service, for one graph."""

    def prepare(self, fetch: Fetch) -> Any:
        """Lower a fetch to this connector's own frozen template; plan time, pure.

        Raises connectors.errors.CannotPrepare when the fetch asks for what this connector cannot give.
        """

    async def call(self, request: CallRequest) -> Answer:
        """Do the I/O, until the context's deadline at the latest.

        A failing source is an answer with errors, never an exception (cancellation passes through).
        """

    async def close(self) -> None:
        """Release connections, files and tasks; safe to call twice."""


@runtime_checkable
class TakesSeveral(Protocol):
    """A connector that can ask for the entities of several fetches in one call."""

    def prepare_together(self, fetches: Sequence[Fetch]) -> Any:
        """Lower them to one template, as `prepare` does."""


@runtime_checkable
class NamesHeaders(Protocol):
    """A connector that can say which of a client's headers it looks at."""

    @property
    def seen_headers(self) -> frozenset[str]:
        """Their names, lower-cased."""
