"""How authorisation says no."""

from typing import Any

from federation.errors import RequestError

FORBIDDEN_CODE = "FORBIDDEN"
UNAUTHENTICATED_CODE = "UNAUTHENTICATED"


class CallerForbidden(RequestError):
    """The caller is known, and may not have what the request asks for."""

    code = "FORBIDDEN"
    status = 403


class CallerUnknown(RequestError):
    """The request asks for what nobody unknown may have."""

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
    made = CallerForbidden if is_known else CallerUnknown
    return made(message, extensions=extensions)
