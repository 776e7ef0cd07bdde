"""Keep to the log what a subgraph says in its errors: it was not written for the gateway's clients."""

from dataclasses import replace

from connectors.protocol import Answer, AnswerError

MASKED = "the subgraph reported an error"


def masked(answer: Answer) -> Answer:
    """The answer with nothing of its errors but their codes and places; messages become details."""
    return Answer(answer.data, tuple(_masked(error) for error in answer.errors))


def _masked(error: AnswerError) -> AnswerError:
    said = f"{error.message} {dict(error.extensions) or ''}".rstrip()
    return replace(error, message=MASKED, detail=said, extensions={})
