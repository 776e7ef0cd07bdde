"""`extensions` of `interlace.yaml`: a team's own layers and field policies in Python."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from federation.config.section import Section

CLASS = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


def _check_class(value: str) -> str:
    if not CLASS.fullmatch(value):
        message = f"{value!r} names no class: write module:Class, as in shop.audit:Audit"
        raise ValueError(message)
    return value


def _short(value: object) -> object:
    return {"use": value} if isinstance(value, str) else value


class ExtensionSection(Section):
    """One class and what it is made with."""

    use: Annotated[str, AfterValidator(_check_class)]
    options: dict[str, Any] = {}


Extensions = tuple[Annotated[ExtensionSection, BeforeValidator(_short)], ...]


class ExtensionsSection(Section):
    """Layers around requests, layers around calls, and what decides about operations; each in its order."""

    requests: Extensions = ()
    calls: Extensions = ()
    operations: Extensions = ()
