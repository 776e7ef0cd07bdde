"""Learn from `@link` which specifications a document uses, and what it calls their directives and types.

Follows https://specs.apollo.dev/link/v1.0.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from graphql import ConstDirectiveNode, DocumentNode, SchemaDefinitionNode, SchemaExtensionNode

from federation.composition.errors import CompositionError
from federation.composition.values import EnumName, Value, read_value

LINK_IDENTITY = "https://specs.apollo.dev/link"
FEDERATION_IDENTITY = "https://specs.apollo.dev/federation"
VERSION = re.compile(r"v(\d{1,9})\.(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Import:
    """One name taken from a specification, and what the document calls it; directives keep their `@`."""

    name: str
    local: str


@dataclass(frozen=True, slots=True)
class Link:
    """One `@link`: `identity` is the URL without its version; `arguments` are what was written."""

    url: str
    identity: str
    name: str
    version: tuple[int, int]
    namespace: str
    imports: tuple[Import, ...]
    arguments: dict[str, Value]

    def local_directive(self, word: str) -> str:
        """What the document calls the specification's directive `word`."""
        for item in self.imports:
            if item.name == f"@{word}":
                return item.local.removeprefix("@")
        return self.namespace if word == self.name else f"{self.namespace}__{word}"

    def local_type(self, word: str) -> str:
        """What the document calls the specification's type `word`."""
        return next((item.local for item in self.imports if item.name == word), f"{self.namespace}__{word}")

    def word(self, directive: str) -> str | None:
        """The specification's word for what the document calls `directive`; None when it is not from there."""
        for item in self.imports:
            if item.local == f"@{directive}":
                return item.name.removeprefix("@")
        if directive == self.namespace:
            return self.name
        prefix = f"{self.namespace}__"
        return directive.removeprefix(prefix) if directive.startswith(prefix) else None


def read_links(document: DocumentNode, errors: list[CompositionError]) -> tuple[Link, ...]:
    """Every specification that the document links; what cannot be read goes to `errors`."""
    applications = list(_schema_directives(document))
    local_name = _name_of_link_itself(applications)
    links: list[Link] = []
    for directive in applications:
        if directive.name.value != local_name:
            continue
        link = _read_link(directive, errors)
        if link is None:
            continue
        if any(known.identity == link.identity for known in links):
            message = f'"{link.identity}" is linked twice: keep one @link for it, with all imports'
            errors.append(CompositionError("INVALID_LINK_DIRECTIVE_USAGE", message))
            continue
        links.append(link)
    return tuple(links)


def _schema_directives(document: DocumentNode) -> Iterator[ConstDirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from definition.directives or ()


def _name_of_link_itself(applications: list[ConstDirectiveNode]) -> str:
    """`@link` may rename itself, by linking its own specification under another name."""
    for directive in applications:
        arguments = _arguments(directive)
        url = arguments.get("url")
        if isinstance(url, str) and url.startswith(f"{LINK_IDENTITY}/"):
            alias = arguments.get("as")
            if directive.name.value == (alias if isinstance(alias, str) else "link"):
                return directive.name.value
    return "link"


def _arguments(directive: ConstDirectiveNode) -> dict[str, Value]:
    return {argument.name.value: read_value(argument.value) for argument in directive.arguments or ()}


def _read_link(directive: ConstDirectiveNode, errors: list[CompositionError]) -> Link | None:
    arguments = _arguments(directive)
    url = arguments.get("url")
    if not isinstance(url, str):
        errors.append(CompositionError("INVALID_LINK_DIRECTIVE_USAGE", '@link needs a "url" that is a string'))
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        errors.append(CompositionError("INVALID_LINK_IDENTIFIER", f'The @link url "{url}" is not a URL'))
        return None
    segments = [part for part in parts.path.split("/") if part]
    if not segments:
        message = f'The @link url "{url}" has no path: write the specification\'s name and version, as in "/name/v1.0"'
        errors.append(CompositionError("INVALID_LINK_IDENTIFIER", message))
        return None
    match = VERSION.fullmatch(segments[-1])
    if match is None:
        message = f'The @link url "{url}" must end in a version such as v1.2, but it ends in "{segments[-1]}"'
        errors.append(CompositionError("INVALID_LINK_IDENTIFIER", message))
        return None
    name = segments[-2] if len(segments) > 1 else ""
    identity = f"{parts.scheme}://{parts.netloc}/{'/'.join(segments[:-1])}"
    alias = arguments.get("as")
    return Link(
        url=url,
        identity=identity.rstrip("/"),
        name=name,
        version=(int(match[1]), int(match[2])),
        namespace=alias if isinstance(alias, str) else name,
        imports=tuple(_imports(arguments.get("import"), errors)),
        arguments=arguments,
    )


def _imports(value: Value, errors: list[CompositionError]) -> Iterator[Import]:
    for item in value if isinstance(value, tuple) else ():
        match item:
            case str():
                yield Import(item, item)
            case EnumName():
                errors.append(_bad_import(f"{item.name} must be written as a string"))
            case Mapping():
                name, local = item.get("name"), item.get("as", item.get("name"))
                if not isinstance(name, str) or not isinstance(local, str):
                    errors.append(_bad_import('an object in "import" needs a "name", and an "as" that is a string'))
                elif name.startswith("@") != local.startswith("@"):
                    errors.append(_bad_import(f'"{name}" is imported as "{local}": both or neither must start with @'))
                else:
                    yield Import(name, local)
            case _:
                errors.append(_bad_import('"import" holds strings, and objects such as {name: "@key", as: "@id"}'))


def _bad_import(message: str) -> CompositionError:
    return CompositionError("INVALID_LINK_DIRECTIVE_USAGE", f"Invalid @link: {message}")
