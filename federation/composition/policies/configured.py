"""Policies that the configuration declares for all fields that a pattern matches."""

import re
from dataclasses import dataclass, field

from schemas.policy import FieldPolicy, Mode, Origin

PATTERN = re.compile(r"(?P<type>\*|[A-Za-z_]\w*)\.(?P<field>\*|[A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class ConfiguredPolicy:
    """One entry of `policies`; a `mode` holds for every policy of the fields, wherever that was declared."""

    pattern: str
    policy: FieldPolicy
    origin: Origin
    mode: Mode | None = None
    specificity: int = field(init=False)

    def __post_init__(self) -> None:
        owner, _, name = self.pattern.partition(".")
        object.__setattr__(self, "specificity", 2 * (owner != "*") + (name != "*"))

    def matches(self, owner: str, name: str) -> bool:
        """Whether the pattern means this field of this type."""
        type_, _, wanted = self.pattern.partition(".")
        return type_ in ("*", owner) and wanted in ("*", name)

    @property
    def is_exact(self) -> bool:
        """Whether it means one field of one type."""
        return self.specificity == 3


def most_specific(entries: list[ConfiguredPolicy]) -> list[ConfiguredPolicy]:
    """Those of the entries than which none is more specific (`Query.users` before `Query.*` before `*.users`)."""
    most = max((entry.specificity for entry in entries), default=0)
    return [entry for entry in entries if entry.specificity == most]
