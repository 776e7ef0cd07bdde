"""How authorisation says no."""

from typing import Any

from federation.errors import RequestError

FORBIDDEN_CODE = "FORBIDDEN"
UNAUTHENTICATED_CODE = "UNAUTHENTICATED"


class OperationForbidden(RequestError):
    """The operation asks for fields that the caller may not see, and is refused for that."""

    code = "FORBIDDEN"
    status = 403


class OperationUnauthenticated(RequestError):
    """The operation asks for fields that nobody unknown may see, and is refused for that."""

    code = "UNAUTHENTICATED"
    status = 401


def code_for(*, is_known: bool) -> str:
    """The code of a denied field."""
    return FORBIDDEN_CODE if is_known else UNAUTHENTICATED_CODE


def message_for(coordinate: str, *, is_known: bool) -> str:
    """What a caller is told of a denied field; it says nothing of who would be let in."""
    return f"you may not see '{coordinate}'" if is_known else f"'{coordinate}' is for known callers: say who you are"


def refusal(coordinates: tuple[str, ...], *, is_known: bool) -> RequestError:
    """The refusal of an operation because of some of its fields."""
    message = message_for(coordinates[0], is_known=is_known)
    extensions: dict[str, Any] = {"fields": list(coordinates)}
    made = OperationForbidden if is_known else OperationUnauthenticated
    return made(message, extensions=extensions)
