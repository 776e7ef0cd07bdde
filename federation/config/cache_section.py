"""The section `cache`: what is kept of what services answer, and for how long; and operations by their hash."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from federation.config.quantities import read_seconds
from federation.config.section import ByteSize, Section

# How long things usually hold; the names can stand wherever a lifetime is written.
PROFILES: Mapping[str, float] = {"users": 300.0, "products": 600.0, "configuration": 3600.0}


def read_lifetime(value: object) -> float:
    """Read a time, or the name of a profile, into seconds. Raises ValueError."""
    if isinstance(value, str) and value.strip() in PROFILES:
        return PROFILES[value.strip()]
    try:
        return read_seconds(value)
    except ValueError as error:
        message = f"expected a time such as 30s or 5m, or one of {', '.join(PROFILES)}; found {value!r}"
        raise ValueError(message) from error


def _check_coordinate(value: str) -> str:
    if not value.startswith("Mutation.") or len(value.split(".")) != 2:
        message = f"{value!r} is no field of a mutation: write Mutation.name"
        raise ValueError(message)
    return value


Lifetime = Annotated[float, BeforeValidator(read_lifetime), Field(gt=0, le=31 * 86_400)]
MutationField = Annotated[str, AfterValidator(_check_coordinate)]


class ChangeSection(Section):
    """What a mutation changes: a `type` (one entity of it, by the arguments that give its `key`), or a `tag`."""

    type: str | None = None
    key: dict[str, str] = {}
    tag: str | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.type is None) == (self.tag is None):
            raise ValueError("write either 'type' or 'tag'")
        if self.key and self.type is None:
            raise ValueError("'key' belongs to a 'type'")
        return self


class CachingSection(Section):
    """How much is kept, and of what.

    `default` holds for fields that declare nothing. Of the services that `follow` names, everything is kept as their
    own `Cache-Control` says. `mutations` says what else a mutation changes beside the entities that it returns.
    """

    enabled: bool = True
    memory: ByteSize = 64 << 20
    largest_shared: ByteSize = 1 << 20
    default: Lifetime | None = None
    follow: tuple[str, ...] = ()
    answers: bool = True
    debug: Literal["off", "header", "always"] = "off"
    revalidation: ByteSize = 4 << 20
    mutations: dict[MutationField, tuple[ChangeSection, ...]] = {}


class PersistedSection(Section):
    """Operations by their hash: `trusted` is a JSON file of documents by hash or id, `only` refuses all others."""

    automatic: bool = True
    most_kept: Annotated[int, Field(ge=1, le=1_000_000)] = 1_000
    trusted: Path | None = None
    only: bool = False

    @model_validator(mode="after")
    def _documents(self) -> Self:
        if self.only and self.trusted is None:
            raise ValueError("'only' needs the documents: name their file under 'trusted'")
        return self
