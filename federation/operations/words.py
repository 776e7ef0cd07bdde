"""The words of an operation's text (GraphQL specification, section 2.1), as patterns that pass over many at once.

No part of them is tried twice, however the text is made. What is repeated is atomic by itself too: before 3.11.5 Python
loses its place in a possessive repetition of anything else.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

BLANK = r"[\s,\ufeff]"
BETWEEN = rf"{BLANK}*+(?>\#[^\n\r]*+{BLANK}*+)*+"
STRING = (
    r"(?>\"\"\"[^\"\\]*+(?>(?>\\\"\"\"|\\|\"(?!\"\"))[^\"\\]*+)*+\"\"\""
    r"|\"(?!\"\")[^\"\\\n\r]*+(?>\\.[^\"\\\n\r]*+)*+\")"
)
# Arguments without strings, directives and what else would have to be looked at.
PLAIN_ARGUMENTS = r"\([^()@\"\#{}]*+\)"
# The innermost fields, where they have neither aliases nor anything else that would have to be counted.
PLAIN_FIELDS = r"\{[^{}():@\"\#]*+\}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """So many words are read at most, and no name, comment or stretch of blanks that is longer."""

    words: int
    length: int


@lru_cache(maxsize=8)
def bounded(bounds: Bounds) -> re.Pattern[str]:
    """Matches from the beginning all words within the bounds, up to where something is longer, or a string has no end.

    The group `more` has one word more than that, where there is one.
    """
    most = bounds.length
    blanks = rf"{BLANK}{{0,{most}}}+(?!{BLANK})"
    between = rf"{blanks}(?>\#[^\n\r]{{0,{most}}}+(?![^\n\r]){blanks}){{0,{most}}}+(?!\#)"
    word = rf"(?>\w{{1,{most}}}+(?!\w)|{STRING}|\.\.\.|[^\w\s,\ufeff\#\"])"
    return re.compile(rf"(?>{between}{word}){{0,{bounds.words}}}+(?P<more>{between}{word})?(?>{between})?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Steps:
    """From one place of the text to the next that means anything.

    Places are between definitions, at the root, deeper, and in arguments.
    """

    between: re.Pattern[str]
    at_root: re.Pattern[str]
    deeper: re.Pattern[str]
    in_arguments: re.Pattern[str]


def _steps(string: str) -> Steps:
    def stop(signs: str, passed: str) -> re.Pattern[str]:
        skipped = rf"(?>{BETWEEN}(?>\w++|{passed}\.\.\.|[^\#\"\w\s,\ufeff{signs}]))*+"
        return re.compile(rf"{skipped}{BETWEEN}({STRING}|.|\Z)", re.DOTALL)

    return Steps(
        stop("{}():@", rf"{string}{PLAIN_ARGUMENTS}|"),
        re.compile(rf"{BETWEEN}(\.\.\.|{STRING}|\w++|.|\Z)", re.DOTALL),
        stop("{}():@", rf"{string}{PLAIN_ARGUMENTS}|{PLAIN_FIELDS}|"),
        stop("()@", string),
    )


# Where none can be too long, strings are passed over; else each is looked at.
PASSING_STRINGS = _steps(f"{STRING}|")
STOPPING_AT_STRINGS = _steps("")
# A definition that has the word: of a fragment, unless it is one that nobody could run.
_ANOTHER = rf"(?>(?!fragment\b)\w++|{STRING}|[^\#\"\w\s,\ufeff])"
FRAGMENT = re.compile(rf"(?>{BETWEEN}{_ANOTHER})*+{BETWEEN}fragment\b", re.DOTALL)
