"""Write what an operation asks of a type several times as a named fragment, where that makes the text shorter."""

from collections import Counter
from collections.abc import Iterable

# An operation that is shorter than this is short enough.
SHORTEST = 200


def with_named_fragments(operation: str, inline_fragments: Iterable[str]) -> str:
    """The operation with fragments; `inline_fragments` are all texts like `...on User{name}` in it, nested ones too.

    Equal operations give equal text.
    """
    if len(operation) < SHORTEST:
        return operation
    text, definitions = operation, 0
    counted = Counter(inline_fragments)
    for written in sorted(counted, key=lambda item: (-len(item), item)):
        # What looks like it elsewhere stands in a string.
        if operation.count(written) != counted[written]:
            continue
        name = f"f{definitions}"
        definition = f" fragment {name} {written.removeprefix('...')}"
        times = text.count(written)
        if times * (len(written) - len(f"...{name}")) > len(definition):
            text = text.replace(written, f"...{name}") + definition
            definitions += 1
    return text
