"""Why something is not taken from the cache, or not kept: a word of a fixed set for metrics, and a text for traces."""

from typing import Final, NamedTuple

UNDECLARED: Final = "undeclared"
FORBIDDEN: Final = "forbidden"
FAILED: Final = "failed"
REASONS: Final = {
    "after_mutation": "It follows a mutation",
    "any_header": "Its binding may read any of the client's headers",
    UNDECLARED: "Nothing says how long it holds",
    FORBIDDEN: "The service forbids it, or an error came with it",
    FAILED: "The call failed",
}


class WhyNot(NamedTuple):
    """One of `REASONS`, and what people read of it."""

    word: str
    text: str
