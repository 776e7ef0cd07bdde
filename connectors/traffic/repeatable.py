"""Which calls may reach a service twice: those of queries, and others that carry a key by which it knows them again."""

from collections.abc import Iterable

IDEMPOTENCY_KEY = "idempotency-key"


def has_idempotency_key(headers: Iterable[tuple[str, str | bytes]]) -> bool:
    """Whether headers or metadata have an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header)."""
    return any(value and name.lower() == IDEMPOTENCY_KEY for name, value in headers)
