"""`routes` of `interlace.yaml`: paths beside the GraphQL endpoint, and `transform`, which services have too."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from federation.config.policies import AnyOf, Texts, Windows
from federation.config.section import ByteSize, Seconds, Section

FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
FULL: tuple[Method, ...] = ("GET", "HEAD")


def _check_function(value: str) -> str:
    if not FUNCTION.fullmatch(value):
        message = f"{value!r} names no function: write module:function, as in shop.versions:to_v2"
        raise ValueError(message)
    return value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


class ChangeSection(Section):
    """What is made of a JSON value: by the `mapping` language, or by a `python` function."""

    mapping: str | None = None
    python: Annotated[str, AfterValidator(_check_function)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _mapping_alone(cls, value: Any) -> Any:
        return {"mapping": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.mapping is None) == (self.python is None):
            message = "say how it is changed: by a 'mapping', or by a 'python' function"
            raise ValueError(message)
        return self


class TransformSection(Section):
    """How requests and answers are changed: members are renamed there and back; then each is changed further."""

    rename: dict[str, str] = {}
    request: ChangeSection | None = None
    answer: ChangeSection | None = None


class RouteSection(Section):
    """One route: what it answers, for whom, how often, and how.

    A request is passed on to a `service`, or runs an operation: one of a file (`operation`), of a text (`query`), or of
    the trusted documents (`document`).
    """

    path: Annotated[str, Field(pattern=r"^/")]
    methods: Annotated[tuple[Method, ...], BeforeValidator(_one_or_many), Field(min_length=1)] | None = None
    service: str | None = None
    rewrite: str | None = None
    operation: Path | None = None
    query: str | None = None
    document: str | None = None
    operation_name: str | None = None
    body: str | None = None
    answer: ChangeSection | None = None
    partial: bool = False
    public: bool = False
    authenticated: bool = False
    roles: Texts = ()
    scopes: AnyOf = ()
    rate_limit: Windows | None = None
    cache: bool = True
    timeout: Seconds | None = None
    max_request_size: ByteSize | None = None
    max_answer_size: ByteSize | None = None
    loose_paths: bool = False
    transform: TransformSection | None = None

    @property
    def is_guarded(self) -> bool:
        """Whether not everybody may take it."""
        return self.authenticated or bool(self.roles) or bool(self.scopes)

    @property
    def answered_methods(self) -> tuple[Method, ...]:
        """The methods that it answers; without a word of them, those that change nothing."""
        return self.methods or FULL

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        operations = [name for name in ("operation", "query", "document") if getattr(self, name) is not None]
        if (self.service is not None) + len(operations) != 1:
            message = "say what it answers: a 'service', or one of 'operation' (a file), 'query' and 'document'"
            raise ValueError(message)
        foreign = {"rewrite", "max_answer_size", "loose_paths", "transform", "cache"}
        if self.service is not None:
            foreign = {"operation_name", "body", "answer", "partial"}
        for name in sorted(foreign & self.model_fields_set):
            kind = "a service" if self.service is not None else "an operation"
            message = f"'{name}' says nothing of a route to {kind}: remove it"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _for_somebody(self) -> Self:
        if self.public and self.is_guarded:
            message = "'public' lets everybody in: remove it, or 'authenticated', 'roles' and 'scopes'"
            raise ValueError(message)
        if self.service is not None and not (self.public or self.is_guarded):
            message = "say who may take it: 'public: true', 'authenticated: true', 'roles' or 'scopes'"
            raise ValueError(message)
        return self
