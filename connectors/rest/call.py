"""Compile the texts of one binding into what builds its requests."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from connectors.bound.check_binding import check_binding
from connectors.errors import BindingInvalid, NotSendable
from connectors.mapping.parse import parse_selection
from connectors.mapping.scope import Scope
from connectors.mapping.syntax import Expression, Selection
from connectors.mapping.template import parse_template
from connectors.mapping.variables import variables_used
from connectors.protocol import CallContext, Json
from connectors.rest.body import BuildBody, body_builder
from connectors.rest.headers import BuildHeaders, Headers, headers_builder
from connectors.rest.holes import Fill
from connectors.rest.url import url_builder
from schemas.connect import Connect, HttpCall
from schemas.supergraph import Graph

Built = TypeVar("Built")


@dataclass(frozen=True, slots=True)
class RestCall:
    """How the requests of one binding are made."""

    method: str
    target: Fill
    headers: BuildHeaders
    body: BuildBody | None
    reads_client_headers: bool

    def request(
        self, variables: Mapping[str, Json], client_headers: Mapping[str, str]
    ) -> tuple[str, Headers, bytes | None]:
        """The target, headers and body of one request; raises NotSendable where values do not fit."""
        scope = Scope(variables)
        made = self.target(scope), self.headers(scope, client_headers), self.body(scope) if self.body else None
        if scope.problems:
            raise NotSendable(f"the request cannot be made: {'; '.join(scope.problems.found)}")
        return made

    def shared_variables(self, config: Mapping[str, Json], context: CallContext) -> Mapping[str, Json]:
        """The variables that are the same for all calls of a fetch: `$config`, and `$request` where it is read."""
        if not self.reads_client_headers:
            return {"$config": config}
        headers = {name: [value] for name, value in context.headers.items()}
        return {"$config": config, "$request": {"headers": headers}}


def compile_call(connect: Connect, graph: Graph) -> RestCall:
    """Compile a binding of a graph; raises BindingInvalid with all that is wrong in its texts, one problem a line."""
    call = connect.call
    assert isinstance(call, HttpCall)
    problems: list[str] = []

    def attempt(what: str, build: Callable[[], Built]) -> Built | None:
        try:
            return build()
        except BindingInvalid as error:
            problems.append(f"{connect.subgraph}: @connect on {connect.coordinate}: {what}: {error}")
            return None

    body = call.body
    target = attempt(call.method, lambda: url_builder(connect.source.base_url, call.path))
    headers = attempt(
        "headers", lambda: headers_builder(connect.source.headers, call.headers, has_body=body is not None)
    )
    build_body = attempt("body", lambda: None if body is None else body_builder(body))
    attempt("selection", lambda: check_binding(connect, graph))
    if problems or target is None or headers is None:
        raise BindingInvalid("\n".join(problems))
    reads = "$request" in variables_used(*_nodes(connect, call))
    return RestCall(call.method, target, headers, build_body, reads)


def _nodes(connect: Connect, call: HttpCall) -> Iterator[Selection | Expression]:
    templates = [call.path, *(header.value or "" for header in (*connect.source.headers, *call.headers))]
    yield from (hole.expression for template in templates for hole in parse_template(template).holes)
    yield from (parse_selection(text) for text in (call.body, connect.selection) if text is not None)
