"""Why an operation cannot be planned."""

from federation.errors import RequestError


class FieldUnreachable(RequestError):
    """No chain of keys leads to a field from where the operation asks for it."""

    code = "FIELD_UNREACHABLE"
