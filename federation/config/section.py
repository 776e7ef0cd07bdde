"""What sections of `interlace.yaml` are made of: frozen models that refuse unknown keys, and quantities."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from federation.config.quantities import read_bytes, read_seconds

Seconds = Annotated[float, BeforeValidator(read_seconds), Field(gt=0, le=3600)]
Wait = Annotated[float, BeforeValidator(read_seconds), Field(ge=0, le=3600)]
Percent = Annotated[float, Field(ge=0, le=100)]
ByteSize = Annotated[int, BeforeValidator(read_bytes), Field(gt=0, le=1 << 31)]


class Section(BaseModel):
    """One section: frozen, every key known."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
