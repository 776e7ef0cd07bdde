"""Walk over the tokens of one text, with errors that say where."""

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from connectors.mapping.errors import MappingInvalid
from connectors.mapping.tokens import Token, tokenize

DEEPEST = 64
VARIABLES = ("$args", "$this", "$batch", "$config", "$env", "$context", "$status", "$request", "$response")


class Cursor:
    """A position in one text. `whole` and `start` place the text in a larger one, for errors."""

    __slots__ = ("_depth", "_index", "_start", "_tokens", "_whole", "bound")

    def __init__(self, text: str, whole: str | None = None, start: int = 0) -> None:
        self._whole = text if whole is None else whole
        self._start = start
        try:
            self._tokens = tokenize(text)
        except MappingInvalid as error:
            raise error if whole is None else self._moved(error, text) from None
        self._index = 0
        self._depth = 0
        self.bound: set[str] = set()

    @property
    def token(self) -> Token:
        """The token that stands here."""
        return self._tokens[self._index]

    @property
    def following(self) -> Token:
        """The token after this one (the last one, at the end)."""
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)]

    def advance(self) -> Token:
        """Step over the token that stands here, and return it."""
        token = self.token
        if token.kind != "end":
            self._index += 1
        return token

    def looks_at(self, *marks: str) -> bool:
        """Whether one of these marks stands here."""
        return self.token.kind == "mark" and self.token.text in marks

    def skip(self, mark: str) -> bool:
        """Step over this mark if it stands here."""
        found = self.looks_at(mark)
        if found:
            self._index += 1
        return found

    def expect(self, mark: str) -> None:
        """Step over this mark; raises MappingInvalid where another token stands."""
        if not self.skip(mark):
            found = "the text ends" if self.token.kind == "end" else f"found '{self.token.text}'"
            raise self.wrong(f"'{mark}' is missing: {found}")

    def expect_end(self) -> None:
        """Raise MappingInvalid unless the text ends here."""
        if self.token.kind != "end":
            raise self.wrong(f"'{self.token.text}' is one too many: the expression ended before it")

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Go one level deeper; raises MappingInvalid where a text is nested so deep that reading it would fail."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.wrong(f"this is nested deeper than {DEEPEST} levels")
        yield
        self._depth -= 1

    def check_variable(self, token: Token) -> None:
        """Raise MappingInvalid for a variable that does not exist."""
        known = (*VARIABLES, *sorted(self.bound))
        if token.text in known:
            return
        near = get_close_matches(token.text, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        raise self.wrong(f"there is no variable {token.text}: {hint}", token.offset)

    def wrong(self, message: str, offset: int | None = None) -> MappingInvalid:
        """The error for something wrong at `offset` (here, where it is None)."""
        place = self.token.offset if offset is None else offset
        return MappingInvalid(message, self._whole, self._start + place)

    def _moved(self, error: MappingInvalid, text: str) -> MappingInvalid:
        lines = text.split("\n")
        offset = sum(len(line) + 1 for line in lines[: error.line - 1]) + error.column - 1
        return MappingInvalid(str(error).partition(": ")[2], self._whole, self._start + offset)
