"""Build the metadata of a call from the headers of its source."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from connectors.errors import BindingInvalid, NotSendable
from connectors.grpc.channel import Metadata
from connectors.mapping.evaluate import evaluator
from connectors.mapping.methods.converting import scalar_text
from connectors.mapping.missing import MISSING
from connectors.mapping.scope import Scope
from connectors.mapping.template import Hole, parse_template
from connectors.protocol import Json
from schemas.connect import Header

# What gRPC allows: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Custom-Metadata.
KEY = re.compile(r"(?!grpc-)[0-9a-z_.-]+", re.ASCII)
VALUE = re.compile(r"[\x20-\x7e]*", re.ASCII)
BINARY = "-bin"

BuildMetadata: TypeAlias = Callable[[Scope, Mapping[str, str]], Metadata]
"""The variables of a call and the client's headers to metadata; raises NotSendable for what gRPC cannot carry."""

_Read: TypeAlias = Callable[[Scope, Mapping[str, str]], str]


def metadata_builder(headers: Sequence[Header]) -> BuildMetadata:
    """A callable that fills these headers; one without a value is left out.

    Raises BindingInvalid for names that gRPC cannot carry and templates that cannot be read.
    """
    readers = tuple((_key(header), _reader(header)) for header in headers)
    if not readers:
        return lambda _scope, _headers: ()

    def build(scope: Scope, client_headers: Mapping[str, str]) -> Metadata:
        found = ((key, read(scope, client_headers)) for key, read in readers)
        return tuple((key, _sendable(key, value)) for key, value in found if value)

    return build


def _key(header: Header) -> str:
    key = header.name.lower()
    if not KEY.fullmatch(key):
        raise BindingInvalid(
            f"the header '{header.name}' cannot be gRPC metadata: use letters, digits, '_', '-' and '.', "
            "and do not begin with 'grpc-'"
        )
    return key


def _reader(header: Header) -> _Read:
    if header.from_header is not None:
        name = header.from_header
        return lambda _scope, headers: headers.get(name, "")
    parts = tuple(
        evaluator(part.expression) if isinstance(part, Hole) else part
        for part in parse_template(header.value or "").parts
    )

    def read(scope: Scope, _headers: Mapping[str, str]) -> str:
        return "".join(part if isinstance(part, str) else _text(header, part(None, None, scope)) for part in parts)

    return read


def _text(header: Header, value: Json) -> str:
    if value is None or value is MISSING:
        return ""
    text = scalar_text(value)
    if text is None:
        raise NotSendable(f"the header '{header.name}' can hold a scalar only")
    return text


def _sendable(key: str, value: str) -> str | bytes:
    if key.endswith(BINARY):
        try:
            return b64decode(value + "=" * (-len(value) % 4), validate=True)
        except ValueError:
            raise NotSendable(f"the header '{key}' has to be base64 text") from None
    if not VALUE.fullmatch(value):
        raise NotSendable(f"the header '{key}' can hold printable ASCII only")
    return value
