"""Cut the text of a `.proto` file into words, numbers, strings and marks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connectors.errors import BindingInvalid

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<number>\.?\d(?:[eE][+-]|[\w.])*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<mark>[^\s\w])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
ESCAPE = re.compile(
    rb"\\(?:(?P<octal>[0-7]{1,3})|[xX](?P<hex>[0-9a-fA-F]{1,2})|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})|(?P<one>.))",
    re.DOTALL,
)
ONE_CHARACTER = dict(zip(b"abfnrtv\\'\"?", b"\a\b\f\n\r\t\v\\'\"?", strict=True))
DEEPEST = 64


class ProtoInvalid(BindingInvalid):
    """A `.proto` file cannot be read; the message begins with `file:line:column`."""

    code = "GRPC_TYPES_INVALID"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece; `kind` is word, number, string, mark or end, and `offset` its place in the text."""

    kind: str
    text: str
    offset: int


class Cursor:
    """Where reading has come to in one file."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._text = text
        self._tokens = self._cut()
        self._position = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The next token."""
        return self._tokens[self._position]

    def advance(self) -> Token:
        """Take the next token."""
        token = self.token
        if token.kind != "end":
            self._position += 1
        return token

    def skip(self, *texts: str) -> bool:
        """Take the next token if it is a word or mark among these."""
        if self.token.text in texts and self.token.kind in {"word", "mark"}:
            self._position += 1
            return True
        return False

    def looks_at(self, *texts: str) -> bool:
        """Whether the next tokens are these words and marks."""
        following = self._tokens[self._position : self._position + len(texts)]
        return tuple(token.text for token in following if token.kind in {"word", "mark"}) == texts

    def expect(self, text: str) -> None:
        """Take this word or mark; raises ProtoInvalid when something else comes."""
        if not self.skip(text):
            raise self.wrong(f"expected '{text}', found {self.found()}")

    def word(self, expected: str) -> str:
        """Take a word; `expected` says for errors what it would be."""
        if self.token.kind != "word":
            raise self.wrong(f"expected {expected}, found {self.found()}")
        return self.advance().text

    def dotted(self, expected: str) -> str:
        """Take a name that may have dots, also before it."""
        name = "." if self.skip(".") else ""
        name += self.word(expected)
        while self.skip("."):
            name += f".{self.word(expected)}"
        return name

    def whole(self) -> int:
        """Take a whole number: decimal, hexadecimal or octal, perhaps negative; of 32 bits, as all that count here."""
        sign = "-" if self.skip("-") else ""
        try:
            value = whole_number(sign + self.token.text)
        except ValueError:
            raise self.wrong(f"expected a whole number, found {self.found()}") from None
        if not -(2**31) <= value < 2**31:
            raise self.wrong("the number is too large")
        self.advance()
        return value

    def string(self) -> bytes:
        """Take a string, or several that stand side by side and are one."""
        if self.token.kind != "string":
            raise self.wrong(f"expected a string, found {self.found()}")
        parts: list[bytes] = []
        while self.token.kind == "string":
            parts.append(_unescaped(self.advance().text[1:-1].encode()))
        return b"".join(parts)

    def pass_over_statement(self) -> None:
        """Take everything to the next semicolon that stands outside of braces."""
        while not self.skip(";"):
            if self.token.kind == "end":
                raise self.wrong("expected ';', found the end of the file")
            if self.looks_at("{"):
                self.pass_over_braces()
            else:
                self.advance()

    def pass_over_braces(self) -> None:
        """Take `{ ... }` with all that stands in it."""
        self.expect("{")
        depth = 1
        while depth:
            if self.token.kind == "end":
                raise self.wrong("expected '}', found the end of the file")
            depth += self.looks_at("{") - self.looks_at("}")
            self.advance()

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Go one level deeper; raises ProtoInvalid where it becomes too deep."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.wrong(f"messages are nested more than {DEEPEST} deep")
        yield
        self._depth -= 1

    def found(self) -> str:
        """The next token, for errors."""
        return "the end of the file" if self.token.kind == "end" else f"'{self.token.text}'"

    def wrong(self, problem: str, offset: int | None = None) -> ProtoInvalid:
        """An error at the next token, or at `offset`."""
        offset = self.token.offset if offset is None else offset
        line = self._text.count("\n", 0, offset) + 1
        column = offset - (self._text.rfind("\n", 0, offset) + 1) + 1
        return ProtoInvalid(f"{self.name}:{line}:{column}: {problem}")

    def _cut(self) -> tuple[Token, ...]:
        tokens: list[Token] = []
        offset = 0
        while offset < len(self._text):
            match = TOKEN.match(self._text, offset)
            if match is None or match.group() in {'"', "'"}:
                raise self.wrong(f"unexpected {self._text[offset]!r}", offset)
            if match.lastgroup != "space":
                tokens.append(Token(str(match.lastgroup), match.group(), offset))
            offset = match.end()
        return (*tokens, Token("end", "", len(self._text)))


def whole_number(text: str) -> int:
    """A whole number as C writes it; raises ValueError for anything else."""
    digits = text.removeprefix("-")
    is_octal = len(digits) > 1 and digits.isdigit() and digits[0] == "0"
    return int(text, 8 if is_octal else 0)


def _unescaped(text: bytes) -> bytes:
    return ESCAPE.sub(_escaped, text)


def _escaped(match: re.Match[bytes]) -> bytes:
    kind, text = match.lastgroup, match.group(match.lastgroup or 0)
    if kind == "one":
        return bytes([ONE_CHARACTER.get(text[0], text[0])])
    number = int(text, 8 if kind == "octal" else 16)
    return bytes([number & 255]) if kind in {"octal", "hex"} else chr(number).encode(errors="replace")
