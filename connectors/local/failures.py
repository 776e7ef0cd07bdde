"""Turn what graphql-core reports into errors that are fit for clients, with the reasons for the log."""

import traceback
from collections.abc import Iterable

from graphql import GraphQLError

from connectors.protocol import AnswerError

RESOLVER_FAILED = "RESOLVER_FAILED"


def answer_errors(errors: Iterable[GraphQLError], subgraph: str, *, below: int = 0) -> tuple[AnswerError, ...]:
    """One error for each cause, at the first place where it struck; paths lose their first `below` keys.

    A load that fails strikes every entity that waited for it, and is one cause. What an exception says is for the log.
    """
    causes: dict[int, GraphQLError] = {}
    for error in errors:
        causes.setdefault(id(error.original_error or error), error)
    message = f"A resolver of the subgraph '{subgraph}' failed."
    return tuple(
        AnswerError(RESOLVER_FAILED, message, tuple(error.path or ())[below:], _detail(error))
        for error in causes.values()
    )


def _detail(error: GraphQLError) -> str:
    if error.original_error is None:
        return error.message
    return "".join(traceback.format_exception(error.original_error)).rstrip()
