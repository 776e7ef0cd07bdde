"""The errors of the gateway: those shown to clients, and those logged and masked."""

from collections.abc import Mapping
from typing import Any


class InterlaceError(Exception):
    """The root of the gateway's own errors."""

    code = "INTERNAL_SERVER_ERROR"


class RequestError(InterlaceError):
    """Something the client can mend; its message is shown.

    `locations` are 1-based (line, column) pairs in the operation's text. `status` is the HTTP status of the refusal,
    where it is not that of any refused operation.
    """

    code = "BAD_REQUEST"
    status: int | None = None

    def __init__(
        self,
        message: str,
        *,
        locations: tuple[tuple[int, int], ...] = (),
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.locations = locations
        self.extensions = dict(extensions or {})

    def as_json(self) -> list[dict[str, Any]]:
        """The errors of the answer to a refused request (GraphQL specification, section 7.1.2)."""
        shown: dict[str, Any] = {"message": str(self)}
        if self.locations:
            shown["locations"] = [{"line": line, "column": column} for line, column in self.locations]
        shown["extensions"] = {"code": self.code, **self.extensions}
        return [shown]


class InternalError(InterlaceError):
    """Something only we can mend; it is logged, and clients see a masked message."""


class ConfigurationError(InterlaceError):
    """The gateway cannot start (or reload) as configured; `problems` lists everything that is wrong."""

    code = "CONFIGURATION_INVALID"

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
