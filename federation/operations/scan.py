"""Read over an operation's text once, before it is parsed: what is too large costs next to nothing.

Only the words of the text are looked at (GraphQL specification, section 2.1), so that what is counted here is never
more than what parsing would find.
"""

import re
from dataclasses import dataclass

from federation.operations.errors import OperationTooLarge, ParseFailed
from federation.operations.limits import OperationLimits

# What stands between words, then a word: `...`, a block string, a string, a name, a number, or a sign; or the end. No
# part of it is tried twice, however the text is made, and it matches from wherever it is tried. What is repeated is
# atomic by itself too: before 3.11.5 Python loses its place in a possessive repetition of anything else.
WORD = re.compile(
    r"""[\s,\ufeff]*+(?>\#[^\n\r]*+[\s,\ufeff]*+)*+
    (\.\.\.
    |\"\"\"(?>[^"\\]++|\\\"\"\"|\\|\"(?!\"\"))*+(?P<block_end>\"\"\")?
    |\"(?>[^"\\\n\r]++|\\.)*+(?P<end>\")?
    |\w++|[^\#]|\Z)""",
    re.DOTALL | re.VERBOSE,
)
# Inline fragments are braces too, without making fields deeper.
BRACES_TO_A_FIELD = 3


@dataclass(slots=True)
class _Counts:
    words: int = 0
    braces: int = 0
    parentheses: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0
    is_fragment: bool = False


def scan(text: str, limits: OperationLimits) -> None:
    """Raises OperationTooLarge where the text has too many words, aliases, directives or root fields, or too deep ones,
    and ParseFailed where a string has no end.

    What fragments bring is counted later.
    """
    if len(text) <= limits.harmless_length:
        return
    counts = _Counts()
    before = earlier = ""
    for match in WORD.finditer(text):
        word = match[1]
        counts.words += 1
        if word[:1] == '"' or len(match[0]) > limits.max_literal:
            _check_length(match, limits)
        if counts.words > limits.max_tokens:
            raise OperationTooLarge(f"the operation has more than {limits.max_tokens} tokens")
        if word in _SIGNS:
            _count_sign(word, counts, limits)
        elif counts.braces == 0:
            counts.is_fragment = word == "fragment" or (counts.is_fragment and before != "}")
        elif counts.braces == 1 and not counts.parentheses and not counts.is_fragment and word != "...":
            _count_root_field(before, earlier, counts, limits)
        before, earlier = word, before


_SIGNS = frozenset("{}():@")
_NO_FIELD_BEHIND = frozenset({":", "@", "..."})


def _check_length(match: re.Match[str], limits: OperationLimits) -> None:
    if match[1][:1] == '"' and not (match["block_end"] or match["end"]):
        raise ParseFailed("a string does not end")
    if len(match[0]) > limits.max_literal:
        what = "string" if match[1][:1] == '"' else "name, comment or stretch of blanks"
        message = f"a {what} in the operation has more than {limits.max_literal} characters"
        raise OperationTooLarge(message)


def _count_root_field(before: str, earlier: str, counts: _Counts, limits: OperationLimits) -> None:
    # `on Type` and spreads stand behind dots; what stands behind a colon has an alias that was counted.
    if before in _NO_FIELD_BEHIND or (before == "on" and earlier == "..."):
        return
    counts.root_fields += 1
    if counts.root_fields > limits.max_root_fields:
        raise OperationTooLarge(f"the operation has more than {limits.max_root_fields} root fields")


def _count_sign(sign: str, counts: _Counts, limits: OperationLimits) -> None:
    match sign:
        case "(":
            counts.parentheses += 1
        case ")":
            counts.parentheses -= 1
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
