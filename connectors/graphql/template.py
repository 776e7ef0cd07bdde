"""What is known of a call before its values are: the operation, as bytes of the JSON body around its variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from connectors.errors import CannotPrepare, NotSendable
from connectors.graphql.print_operation import print_operation, representations_variable
from connectors.protocol import Fetch, Json


@dataclass(frozen=True, slots=True)
class GraphQLTemplate:
    """One fetch, lowered: its operation, and the names of the variables that it sends.

    `body_start` is the body up to its variables. `representations` names their variable; None for a root fetch.
    """

    operation: str
    is_query: bool
    body_start: bytes
    variables: tuple[str, ...]
    representations: str | None

    def body(self, variables: Mapping[str, Json], representations: Sequence[Mapping[str, Json]]) -> bytes:
        """Write the JSON body of one call; variables that the client left out are left out here.

        Raises NotSendable when a value has no JSON.
        """
        sent: dict[str, Json] = {name: variables[name] for name in self.variables if name in variables}
        if self.representations is not None:
            sent[self.representations] = representations
        if not sent:
            return self.body_start + b"}"
        try:
            return b'%b,"variables":%b}' % (self.body_start, orjson.dumps(sent))
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
        representations=representations_variable(fetch) if fetch.is_entity_fetch else None,
    )
