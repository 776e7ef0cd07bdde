"""Read over an operation's text before it is parsed: what is too large costs next to nothing.

Only its words are looked at, so that what is counted here is never more than what parsing would find. No step of Python
is taken for most of them.
"""

import re
from dataclasses import dataclass

from federation.operations.errors import OperationTooLarge, ParseFailed
from federation.operations.limits import OperationLimits
from federation.operations.words import FRAGMENT, PASSING_STRINGS, STOPPING_AT_STRINGS, Bounds, Steps, bounded

# Inline fragments are braces too, without making fields deeper.
BRACES_TO_A_FIELD = 3
# Arguments of a directive of a variable.
MOST_PARENTHESES = 2
# Six make a block string; what stands in strings counts too.
QUOTES_OF_A_WORD = 4


@dataclass(slots=True)
class _Counts:
    braces: int = 0
    parentheses: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0
    is_fragment: bool = False
    began: int = 0


def scan(text: str, limits: OperationLimits) -> None:
    """Raises OperationTooLarge where the text has too many words, aliases, directives or root fields, or too deep ones,
    and ParseFailed where a string has no end.

    What fragments bring is counted later.
    """
    if len(text) <= limits.harmless_length:
        return
    _check_words(text, limits)
    is_long = len(text) > limits.max_literal
    steps = STOPPING_AT_STRINGS if is_long else PASSING_STRINGS
    counts = _Counts()
    position, end = 0, len(text)
    before = earlier = ""
    while position < end:
        at_root = counts.braces == 1 and not counts.parentheses and not counts.is_fragment
        match = (steps.at_root if at_root else _step(steps, counts)).match(text, position)
        assert match is not None, "they match anywhere"
        word, position = match[1], match.end()
        if word in _SIGNS:
            _count_sign(word, counts, limits)
            if word in _BRACES and counts.braces == (word == "{"):
                _note_definition(text, word, position, counts)
        elif is_long and len(word) > limits.max_literal:
            raise OperationTooLarge(f"a string in the operation has more than {limits.max_literal} characters")
        elif at_root and word and word != "...":
            _count_root_field(before, earlier, counts, limits)
        before, earlier = word, before


def _step(steps: Steps, counts: _Counts) -> re.Pattern[str]:
    if counts.parentheses:
        return steps.in_arguments
    return steps.deeper if counts.braces else steps.between


_SIGNS = frozenset("{}():@")
_BRACES = frozenset("{}")
_NO_FIELD_BEHIND = frozenset({":", "@", "..."})


def _check_words(text: str, limits: OperationLimits) -> None:
    most = QUOTES_OF_A_WORD * limits.max_tokens
    if text.count('"') + text.count("\\") > most:
        raise OperationTooLarge(f"the operation has more than {most} quotes and backslashes")
    found = bounded(Bounds(limits.max_tokens, limits.max_literal)).match(text)
    assert found is not None, "it matches anywhere"
    if found["more"] is not None:
        raise OperationTooLarge(f"the operation has more than {limits.max_tokens} tokens")
    if found.end() == len(text):
        return
    if text[found.end()] == '"':
        raise ParseFailed("a string does not end")
    raise OperationTooLarge(
        f"a name, comment or stretch of blanks in the operation has more than {limits.max_literal} characters"
    )


def _count_parenthesis(sign: str, counts: _Counts) -> None:
    counts.parentheses += 1 if sign == "(" else -1
    if counts.parentheses > MOST_PARENTHESES:
        raise ParseFailed("parentheses stand in parentheses")


def _note_definition(text: str, sign: str, position: int, counts: _Counts) -> None:
    """Note at its first brace of which kind a definition is, and at its last where the next begins."""
    if sign == "{" and counts.braces == 1 and not counts.parentheses:
        is_named = position - 1 > counts.began  # nothing stands before the brace of a short operation
        counts.is_fragment = is_named and FRAGMENT.match(text, counts.began, position - 1) is not None
    elif sign == "}" and not counts.braces:
        counts.began, counts.is_fragment = position, False


def _count_root_field(before: str, earlier: str, counts: _Counts, limits: OperationLimits) -> None:
    # `on Type` and spreads stand behind dots; what stands behind a colon has an alias that was counted.
    if before in _NO_FIELD_BEHIND or (before == "on" and earlier == "..."):
        return
    counts.root_fields += 1
    if counts.root_fields > limits.max_root_fields:
        raise OperationTooLarge(f"the operation has more than {limits.max_root_fields} root fields")


def _count_sign(sign: str, counts: _Counts, limits: OperationLimits) -> None:
    match sign:
        case "(" | ")":
            _count_parenthesis(sign, counts)
        case "{" if not counts.parentheses:
            counts.braces += 1
            if counts.braces > BRACES_TO_A_FIELD * limits.max_depth:
                raise OperationTooLarge(f"the operation is more than {limits.max_depth} fields deep")
        case "}" if not counts.parentheses:
            counts.braces -= 1
            counts.root_fields = counts.root_fields if counts.braces else 0
        case ":" if not counts.parentheses:
            counts.aliases += 1
            if counts.aliases > limits.max_aliases:
                raise OperationTooLarge(f"the operation has more than {limits.max_aliases} aliases")
        case "@":
            counts.directives += 1
            if counts.directives > limits.max_directives:
                raise OperationTooLarge(f"the operation has more than {limits.max_directives} directives")
        case _:
            return
