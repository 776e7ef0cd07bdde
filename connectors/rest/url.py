"""Build request targets from URL templates such that no value can leave its place.

Values are percent-encoded (RFC 3986: everything but unreserved characters). Where that does not suffice, because
services and proxies normalise `.`, `..` and empty segments away, encoded or not, the call is refused.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

from connectors.errors import BindingInvalid, NotSendable
from connectors.mapping.scope import Scope
from connectors.mapping.template import Hole, Part, parse_template
from connectors.rest.holes import Fill, hole_filler

# What may stand literally in a target, beside unreserved characters: a template is written by a team, not by a client.
LITERAL = "!$&'()*+,;=:@/?%[]"
DOTS = frozenset({".", ".."})


def url_builder(base_url: str, template: str) -> Fill:
    """A callable for the request target (path and query) of a URL template after the path of the base URL.

    Raises BindingInvalid when the template cannot be read, or has a fragment.
    """
    path, query = _divide(tuple(_parts(template)))
    segments = list(_split(path, "/"))
    if len(segments) > 1 and not segments[0]:
        segments.pop(0)
    base = quote(urlsplit(base_url).path.rstrip("/"), safe=LITERAL)
    pieces: list[str | Fill] = [base]
    for segment in segments if path else ():
        pieces += ["/", *_segment(segment)]
    if not any(pieces):
        pieces = ["/"]
    if query:
        pieces += ["?", *(part if isinstance(part, str) else _query_value(part) for part in query)]
    return _joined(tuple(_fused(pieces)))


def _parts(template: str) -> Iterator[Part]:
    for part in parse_template(template).parts:
        if isinstance(part, Hole):
            yield part
            continue
        if "#" in part:
            raise BindingInvalid("an address has no fragment: leave out '#' and what follows it")
        # Addresses are often written on several lines.
        yield quote("".join(part.split()), safe=LITERAL)


def _divide(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """What stands before and after the first question mark."""
    for index, part in enumerate(parts):
        if isinstance(part, str) and "?" in part:
            before, _, after = part.partition("?")
            return parts[:index] + ((before,) if before else ()), (after, *parts[index + 1 :])
    return parts, ()


def _split(parts: Iterable[Part], separator: str) -> Iterator[tuple[Part, ...]]:
    piece: list[Part] = []
    for part in parts:
        first, *others = part.split(separator) if isinstance(part, str) else (part,)
        piece += [first] if first else []
        for text in others:
            yield tuple(piece)
            piece = [text] if text else []
    yield tuple(piece)


def _segment(parts: tuple[Part, ...]) -> tuple[str | Fill, ...]:
    if not any(isinstance(part, Hole) for part in parts):
        return tuple(part for part in parts if isinstance(part, str))
    written = "".join(part if isinstance(part, str) else f"{{{part.text}}}" for part in parts)
    inner = _joined(tuple(part if isinstance(part, str) else _segment_value(part) for part in parts))

    def fill(scope: Scope) -> str:
        text = inner(scope)
        # Tomcat and its like cut off what follows a semicolon before they look for dots.
        if text[0] in ".%" and unquote(text.partition(";")[0]) in DOTS:
            raise NotSendable(f"the path segment {written} may not become '{unquote(text)}': it would lead elsewhere")
        return text

    return (fill,)


def _segment_value(hole: Hole) -> Fill:
    read = hole_filler(hole)

    def fill(scope: Scope) -> str:
        text = read(scope)
        if not text:
            raise NotSendable(f"{{{hole.text}}} stands in the path, and has no value")
        return _encoded(text, hole)

    return fill


def _query_value(hole: Hole) -> Fill:
    """Apollo Connectors: a parameter whose value is null keeps its name, and is empty."""
    read = hole_filler(hole)
    return lambda scope: _encoded(read(scope), hole)


def _encoded(text: str, hole: Hole) -> str:
    if text.isascii() and text.isalnum():
        return text
    try:
        return quote(text, safe="")
    except UnicodeEncodeError as error:
        raise NotSendable(f"{{{hole.text}}} is not Unicode text: it holds half of a surrogate pair") from error


def _fused(pieces: Iterable[str | Fill]) -> Iterator[str | Fill]:
    """The pieces with neighbouring constants made one."""
    constant = ""
    for piece in pieces:
        if isinstance(piece, str):
            constant += piece
            continue
        if constant:
            yield constant
        constant = ""
        yield piece
    if constant:
        yield constant


def _joined(pieces: tuple[str | Fill, ...]) -> Fill:
    if all(isinstance(piece, str) for piece in pieces):
        constant = "".join(piece for piece in pieces if isinstance(piece, str))
        return lambda _scope: constant
    return lambda scope: "".join([piece if piece.__class__ is str else piece(scope) for piece in pieces])  # type: ignore[operator]
