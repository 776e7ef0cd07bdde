"""Conditions of ownership in one line: `$this.id == $claims.sub or hasRole('admin')`.

An expression is data, so that it can be explained, and checked against a schema before anything runs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

TOKEN = re.compile(
    r"\s*(?:(?P<variable>\$(?:this|args|claims)(?:\.[A-Za-z_]\w*)*)|(?P<text>'[^']*')|(?P<number>-?\d+)"
    r"|(?P<operator>==|!=|\(|\))|(?P<word>[A-Za-z_]\w*))"
)
FUNCTIONS = ("hasRole", "hasScope")
OPERATORS = ("==", "!=", "in")
MOST_NESTED = 20


class ConditionInvalid(Exception):
    """The text is no condition; the message says why."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value known at run time: of the object (`this`), the arguments (`args`) or the caller (`claims`)."""

    scope: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        """As it is written."""
        return f"${'.'.join((self.scope, *self.path))}"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written in the condition."""

    value: str | int | bool


Operand: TypeAlias = Variable | Literal


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values are equal, are not, or the left is in the right (a list). What is missing or null equals nothing."""

    left: Operand
    operator: str
    right: Operand


@dataclass(frozen=True, slots=True)
class Holds:
    """The caller has a role (`hasRole`) or a scope (`hasScope`)."""

    function: str
    name: str


@dataclass(frozen=True, slots=True)
class Both:
    """All parts hold."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts holds."""

    parts: tuple["Expression", ...]


Expression: TypeAlias = Comparison | Holds | Both | Either


def parse_condition(text: str) -> Expression:
    """The condition that a text writes. Raises ConditionInvalid."""
    return _Parser(text).parse()


def variables_of(expression: Expression) -> Iterator[Variable]:
    """Every variable that the condition reads."""
    match expression:
        case Comparison(left, _, right):
            yield from (each for each in (left, right) if isinstance(each, Variable))
        case Both(parts) | Either(parts):
            for part in parts:
                yield from variables_of(part)
        case Holds():
            return


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def parse(self) -> Expression:
        found = self._either()
        if self._next < len(self._tokens):
            raise ConditionInvalid(f"{self._text!r}: expected 'and', 'or' or the end, found {self._peek()[1]!r}")
        return found

    def _either(self) -> Expression:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Expression:
        parts = [self._single()]
        while self._take("and"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _single(self) -> Expression:
        if self._take("("):
            self._depth += 1
            if self._depth > MOST_NESTED:
                raise ConditionInvalid(f"{self._text!r}: parentheses are nested more than {MOST_NESTED} deep")
            inner = self._either()
            self._expect(")")
            self._depth -= 1
            return inner
        kind, word = self._peek()
        if kind == "word" and word in FUNCTIONS:
            self._next += 1
            self._expect("(")
            name = self._operand()
            self._expect(")")
            if not isinstance(name, Literal) or not isinstance(name.value, str):
                raise ConditionInvalid(f"{self._text!r}: {word} takes a name in single quotes, as in {word}('admin')")
            return Holds(word, name.value)
        left = self._operand()
        kind, operator = self._peek()
        if operator not in OPERATORS or kind == "text":
            found = f"found {operator!r}" if operator else "it ends"
            raise ConditionInvalid(f"{self._text!r}: expected ==, != or 'in' after {left}, {found}")
        self._next += 1
        return Comparison(left, operator, self._operand())

    def _operand(self) -> Operand:
        kind, word = self._peek()
        self._next += 1
        match kind:
            case "variable":
                scope, *path = word[1:].split(".")
                if not path:
                    raise ConditionInvalid(f"{self._text!r}: ${scope} needs a name behind it, as in ${scope}.id")
                return Variable(scope, tuple(path))
            case "text":
                return Literal(word[1:-1])
            case "number":
                return Literal(int(word))
            case "word" if word in ("true", "false"):
                return Literal(word == "true")
            case _:
                found = f"found {word!r}" if word else "it ends"
                raise ConditionInvalid(
                    f"{self._text!r}: expected $this.x, $args.x, $claims.x, 'text' or a number, {found}"
                )

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("", "")

    def _take(self, word: str) -> bool:
        if self._peek()[1] == word and self._peek()[0] != "text":
            self._next += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise ConditionInvalid(f"{self._text!r}: expected {word!r}, found {self._peek()[1] or 'its end'!r}")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if match is None:
            raise ConditionInvalid(f"{text!r}: cannot be read from {text[at:].strip()!r} on")
        kind = match.lastgroup or ""
        yield kind, match[kind]
        at = match.end()
