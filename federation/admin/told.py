"""Read what an operator tells: the JSON object of a request, field by field, each checked."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import orjson

from federation.admin.refusals import Refused, bad_request

MOST_BYTES = 64 << 10
MOST_CHARACTERS = 2_000


class Told:
    """The members of one request's body; whoever reads them says first which there may be."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = members

    def only(self, *names: str) -> None:
        """Raise Refused where there is a member of another name."""
        for name in self._members:
            if name not in names:
                close = get_close_matches(name, names, n=1)
                known = ", ".join(names) or "none"
                hint = f"did you mean '{close[0]}'?" if close else f"known are: {known}"
                raise bad_request(f"there is no member '{name[:100]}'; {hint}")

    def has(self, name: str) -> bool:
        """Whether the member is there, and not null."""
        return self._members.get(name) is not None

    def text(self, name: str) -> str:
        """A member that is a text. Raises Refused."""
        value = self._members.get(name)
        if not isinstance(value, str) or not value or len(value) > MOST_CHARACTERS:
            raise bad_request(f"'{name}': expected a text of 1 to {MOST_CHARACTERS} characters")
        return value

    def maybe_text(self, name: str) -> str | None:
        """The same for one that may be missing."""
        return self.text(name) if self.has(name) else None

    def flag(self, name: str) -> bool:
        """A member that is true or false, false where it is missing. Raises Refused."""
        value = self._members.get(name, False)
        if not isinstance(value, bool):
            raise bad_request(f"'{name}': expected true or false")
        return value

    def number(self, name: str, most: float) -> float | None:
        """A number above 0, None where it is null. Raises Refused."""
        value = self._members.get(name, "")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
            raise bad_request(f"'{name}': expected a number above 0, up to {most:g}, or null")
        return float(value)

    def members(self, name: str) -> Mapping[str, Any]:
        """A member that is an object with something in it. Raises Refused."""
        value = self._members.get(name)
        if not isinstance(value, dict) or not value:
            raise bad_request(f'\'{name}\': expected an object such as {{"id": "1"}}')
        return value


def read_told(body: bytes) -> Told:
    """What stands in a body, which may be empty. Raises Refused."""
    if not body.strip():
        return Told({})
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"the body is not JSON: {error.msg} at {error.pos}") from error
    if not isinstance(value, dict):
        raise bad_request("the body is to be a JSON object")
    return Told(value)


def too_large() -> Refused:
    """The body is larger than any that says something sensible."""
    return Refused(413, "REQUEST_TOO_LARGE", f"the body is larger than {MOST_BYTES} bytes")
