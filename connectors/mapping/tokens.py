"""Cut a text of the mapping language into tokens."""

import re
from dataclasses import dataclass

from connectors.mapping.errors import MappingInvalid

# Longer marks come first: `??` is never two optional marks.
PATTERN = re.compile(
    r"""(?P<skip>(?:[ \t\r\n]|\#[^\n]*)+)
      | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<number>-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<variable>\$[A-Za-z_][A-Za-z0-9_]*)
      | (?P<mark>->|\.\.\.|\?\?|\?!|[$@?.,:(){}\[\]])""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is a group of the pattern, or `end`. `text` is as written."""

    kind: str
    text: str
    offset: int


def tokenize(text: str) -> tuple[Token, ...]:
    """All tokens without space and comments, closed by one of kind `end`; raises MappingInvalid."""
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        match = PATTERN.match(text, offset)
        if match is None:
            raise MappingInvalid(_unreadable(text[offset]), text, offset)
        if match.lastgroup != "skip":
            tokens.append(Token(match.lastgroup or "", match.group(), offset))
        offset = match.end()
    tokens.append(Token("end", "", len(text)))
    return tuple(tokens)


def unquote(token: Token) -> str:
    """The value of a quoted token; the escapes are those of JSON, and the quotes themselves."""
    return ESCAPE.sub(_unescape, token.text[1:-1])


def _unescape(match: re.Match[str]) -> str:
    escape = match.group(1)
    if len(escape) == 5:
        return chr(int(escape[1:], 16))
    return ESCAPED.get(escape, escape)


def _unreadable(character: str) -> str:
    if character in "\"'":
        return f"the string that starts with {character} is not closed"
    return f"{character!r} has no meaning here"
