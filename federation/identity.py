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
    values. `scope_key` is a stable opaque text that tells principals apart in rate limits; `variant` is another that
    tells apart credentials of one principal for which answers may differ: by roles, scopes or claims.
    """

    subject: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = field(default_factory=lambda: NO_CLAIMS)
    method: Literal["anonymous", "jwt", "api_key"] = "anonymous"
    scope_key: str = ""
    variant: str = ""

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing vouches for the client."""
        return self.method == "anonymous"

    @property
    def answer_scope(self) -> str:
        """What answers are kept and shared by: only who has the same may see what another was answered."""
        return f"{self.scope_key}.{self.variant}" if self.scope_key else ""


ANONYMOUS: Final = Identity()
