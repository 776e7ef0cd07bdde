"""`openapi` of `interlace.yaml`: where the description of the REST endpoints is published, and its title."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from federation.config.section import Section


class OpenApiSection(Section):
    """The document is served at `path`; a path alone is enough."""

    path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9/._-]+$")] = "/openapi.json"
    title: str = "Interlace"
    version: str = "1"

    @model_validator(mode="before")
    @classmethod
    def _path_alone(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value
