"""The section `rate_limits`: how often callers may ask, and what holds where fields say nothing."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from federation.config.section import ByteSize, Section
from schemas.policy import Mode
from schemas.rate_windows import read_window

COORDINATE = r"^[A-Za-z_]\w*\.[A-Za-z_]\w*$"


def _check_window(text: str) -> str:
    read_window(text)
    return text


def _one_or_many(value: object) -> object:
    return [] if value is None else [value] if isinstance(value, str) else value


Windows = Annotated[tuple[Annotated[str, AfterValidator(_check_window)], ...], BeforeValidator(_one_or_many)]
Coordinate = Annotated[str, Field(pattern=COORDINATE)]


class RateLimitsSection(Section):
    """Limits for all; null where there is to be none.

    `requests` is for each user (or address, of those who are not known), `addresses` for each address, before anybody
    is asked who they are. `fields` and `uploads` are for fields without limits of their own. `when_away` says what
    holds while Redis is away; then each of the `replicas` (each with all its workers) counts its share.
    """

    requests: Windows = ("100/minute",)
    addresses: Windows = ()
    fields: dict[Coordinate, Windows] = {"Query.search": ("20/minute",)}
    uploads: Windows = ("5/minute",)
    mode: Mode = Mode.ENFORCE
    list_size: Annotated[int, Field(ge=0, le=1_000_000)] = 10
    when_away: Literal["open", "closed", "local"] = "local"
    replicas: Annotated[int, Field(ge=1, le=10_000)] = 1
    memory: ByteSize = 160 << 20
