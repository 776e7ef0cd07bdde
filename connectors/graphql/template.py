"""What is known of a call before its values are: the operation, as bytes of the JSON body around its variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from connectors.errors import CannotPrepare, NotSendable
from connectors.graphql.contexts import ContextOperations
from connectors.graphql.grouped_call import GroupedCall
from connectors.graphql.print_operation import print_operation, representations_variable
from connectors.graphql.together import TogetherOperations
from connectors.protocol import CallRequest, Fetch, Json


@dataclass(frozen=True, slots=True)
class GraphQLTemplate:
    """One fetch, lowered: its operation, and the names of the variables that it sends.

    `body_start` is the body up to its variables. `representations` names their variable; None for a root fetch.
    `contexts` are the operations in its stead where each entity has its own values for some variables, `together` where
    it stands for several fetches.
    """

    operation: str
    is_query: bool
    body_start: bytes
    variables: tuple[str, ...]
    representations: str | None
    contexts: ContextOperations | None = None
    together: TogetherOperations | None = None

    def body(self, variables: Mapping[str, Json], representations: Sequence[Mapping[str, Json]]) -> bytes:
        """Write the JSON body of one call; variables that the client left out are left out here.

        Raises NotSendable when a value has no JSON.
        """
        sent = self._of_client(variables)
        if self.representations is not None:
            sent[self.representations] = representations
        return self.body_start + b"}" if not sent else b'%b,"variables":%b}' % (self.body_start, _json(sent))

    def grouped(self, request: CallRequest) -> GroupedCall | None:
        """The call for entities in groups, where it is one."""
        if self.contexts is not None:
            return self.contexts.call(request.representations, request.context_values)
        if self.together is not None:
            return self.together.call(request.representations, request.counts)
        return None

    def grouped_body(self, variables: Mapping[str, Json], call: GroupedCall) -> bytes:
        """The same as `body` for entities in groups."""
        return _json({"query": call.operation, "variables": {**self._of_client(variables), **call.variables}})

    def _of_client(self, variables: Mapping[str, Json]) -> dict[str, Json]:
        return {name: variables[name] for name in self.variables if name in variables}


def _json(value: Json) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        raise NotSendable("the request cannot be made: a variable has no JSON", detail=str(error)) from error


def make_template(fetch: Fetch) -> GraphQLTemplate:
    """Lower a fetch; raises CannotPrepare when it asks for nothing."""
    if not fetch.selections:
        raise CannotPrepare(f"the fetch from '{fetch.graph}' selects nothing")
    operation = print_operation(fetch)
    return GraphQLTemplate(
        operation=operation,
        is_query=fetch.is_entity_fetch or fetch.kind == "query",
        body_start=b'{"query":' + orjson.dumps(operation),
        variables=tuple(definition.variable.name.value for definition in fetch.variables),
        representations=representations_variable(fetch.variables) if fetch.is_entity_fetch else None,
        contexts=ContextOperations(fetch) if fetch.contexts else None,
    )


def make_template_together(fetches: Sequence[Fetch]) -> GraphQLTemplate:
    """Lower several fetches for entities to one template."""
    together = TogetherOperations(fetches)
    names = tuple(definition.variable.name.value for definition in together.variables)
    return GraphQLTemplate(
        operation="", is_query=True, body_start=b"", variables=names, representations=None, together=together
    )
