"""Who sends a request, as everything inside the gateway knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

NO_CLAIMS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Identity:
    """One principal; `subject` is its name (the claim `sub`), None for the anonymous.

    `roles` are those granted, before inheritance. `claims` are what a verified credential says, and may hold nested
    values. `scope_key` is a stable opaque text that tells principals apart in caches and rate limits.
    """

    subject: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = field(default_factory=lambda: NO_CLAIMS)
    method: Literal["anonymous", "jwt", "api_key"] = "anonymous"
    scope_key: str = ""

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing vouches for the client."""
        return self.method == "anonymous"


ANONYMOUS: Final = Identity()
