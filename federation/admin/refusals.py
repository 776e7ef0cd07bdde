"""What the administration refuses, and how that is said."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from federation.errors import InterlaceError
from federation.http.reply import Headers


class Refused(InterlaceError):
    """Something that an operator can mend; `more` stands beside code and message."""

    def __init__(
        self, status: int, code: str, message: str, *, headers: Headers = (), more: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers
        self.more = dict(more or {})

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"error": {"code": self.code, "message": str(self)}, **self.more}


def bad_request(message: str) -> Refused:
    """The body, or something in it, is not what is expected."""
    return Refused(400, "BAD_REQUEST", message)


def unknown(what: str, name: str, known: Sequence[str]) -> Refused:
    """There is no such thing; says what may be meant, or what there is."""
    close = get_close_matches(name, known, n=1)
    shown = ", ".join(sorted(known)[:20]) or "none"
    hint = f"did you mean '{close[0]}'?" if close else f"known are: {shown}"
    return Refused(404, "NOT_FOUND", f"there is no {what} '{name[:100]}'; {hint}")
