"""Build the headers of a call: constants, templates, and what the client sent, where a binding passes it on."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from connectors.errors import BindingInvalid, NotSendable
from connectors.mapping.scope import Scope
from connectors.mapping.template import Hole, parse_template
from connectors.rest.holes import hole_filler
from schemas.connect import Header

Headers: TypeAlias = tuple[tuple[str, str], ...]
BuildHeaders: TypeAlias = Callable[[Scope, Mapping[str, str]], Headers]
"""Variables and the client's headers (lower-cased) to the headers of a call; raises NotSendable."""

ReadValue: TypeAlias = Callable[[Scope, Mapping[str, str]], str]

# RFC 9110, section 5.5: visible characters, spaces, tabs, and bytes beyond ASCII.
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def headers_builder(source: Iterable[Header], call: Iterable[Header], *, has_body: bool) -> BuildHeaders:
    """A callable for the headers of a source and a call (which replace those of the source).

    A header without a value is left out. Raises BindingInvalid when a template cannot be read, or a constant is no
    value of a header.
    """
    written = {header.name.lower(): header for header in (*source, *call)}
    implied = {"accept": "application/json"} | ({"content-type": "application/json"} if has_body else {})
    constants = [(name, value) for name, value in implied.items() if name not in written]
    dynamic: list[tuple[str, ReadValue]] = []
    for name, header in written.items():
        constant = _constant(header)
        if constant is None:
            dynamic.append((name, _reader(header)))
        elif constant:
            constants.append((name, constant))
    always = tuple(constants)
    if not dynamic:
        return lambda _scope, _client: always

    def build(scope: Scope, client: Mapping[str, str]) -> Headers:
        values = ((name, read(scope, client)) for name, read in dynamic)
        return always + tuple((name, value) for name, value in values if value)

    return build


def _constant(header: Header) -> str | None:
    if header.value is None or parse_template(header.value).holes:
        return None
    try:
        return _checked(header.value, header.name)
    except NotSendable as error:
        raise BindingInvalid(str(error)) from error


def _reader(header: Header) -> ReadValue:
    name, source = header.name, header.from_header
    if source is not None:
        return lambda _scope, client: _checked(client.get(source, ""), name)
    parts = tuple(
        hole_filler(part) if isinstance(part, Hole) else part for part in parse_template(header.value or "").parts
    )
    return lambda scope, _client: _checked(
        "".join([part if isinstance(part, str) else part(scope) for part in parts]), name
    )


def _checked(value: str, name: str) -> str:
    if not VALUE.fullmatch(value):
        raise NotSendable(f"the header '{name}' may not have a value with line breaks or other control characters")
    return value.strip(" \t")
