"""Learn from `@link` under which names a document uses `@source` and `@connect`, and by whose rules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    ListValueNode,
    ObjectValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    ValueNode,
)

from schemas.problems import Problem, problem_at

SPECIFICATION = re.compile(r"https://(?P<site>specs\.apollo\.dev|interlace\.dev)/connect/v(?P<version>\d+\.\d+)/?")
INTERLACE_LINK = "https://interlace.dev/connect/v0.1"


class Dialect(Enum):
    """Whose words are used: Apollo Connectors' as they are, or ours, which add gRPC, batched fields and `@local`."""

    APOLLO = "https://specs.apollo.dev/connect"
    INTERLACE = "https://interlace.dev/connect"


VERSIONS: Mapping[Dialect, tuple[str, ...]] = {Dialect.APOLLO: ("0.1", "0.2", "0.3"), Dialect.INTERLACE: ("0.1",)}
WORDS: Mapping[Dialect, tuple[str, ...]] = {
    Dialect.APOLLO: ("source", "connect"),
    Dialect.INTERLACE: ("source", "connect", "local", "lookup"),
}


@dataclass(frozen=True, slots=True)
class ConnectLink:
    """One `@link` to a connect specification; `names` maps the names that the document uses to the words meant."""

    dialect: Dialect
    names: Mapping[str, str]


def connect_links(document: DocumentNode, origin: str, problems: list[Problem]) -> tuple[ConnectLink, ...]:
    """Every connect specification that a subgraph links; unknown versions and imports go to `problems`."""
    links = []
    for node in schema_directives(document, "link"):
        values = {argument.name.value: argument.value for argument in node.arguments or ()}
        url = values.get("url")
        match = SPECIFICATION.fullmatch(url.value) if isinstance(url, StringValueNode) else None
        if match is None:
            continue
        dialect = Dialect.APOLLO if match["site"] == "specs.apollo.dev" else Dialect.INTERLACE
        if match["version"] not in VERSIONS[dialect]:
            known = ", ".join(f"v{version}" for version in VERSIONS[dialect])
            problems.append(problem_at(url, f"connect v{match['version']} is not known here: use {known}", origin))
            continue
        names = link_names(values, "connect", WORDS[dialect], dialect.value, origin, problems)
        links.append(ConnectLink(dialect, names))
    return tuple(links)


def schema_directives(document: DocumentNode, name: str) -> Iterator[ConstDirectiveNode]:
    """Every directive of this name on the schema or an extension of it."""
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from (node for node in definition.directives or () if node.name.value == name)


def link_names(
    values: Mapping[str, ValueNode],
    own_name: str,
    words: tuple[str, ...],
    specification: str,
    origin: str,
    problems: list[Problem],
) -> Mapping[str, str]:
    """What a document calls the words of a specification by its `@link`; wrong imports go to `problems`."""
    alias = values.get("as")
    namespace = alias.value if isinstance(alias, StringValueNode) else own_name
    # A directive named like its specification needs no import; the others stand behind the namespace.
    names = {namespace if word == own_name else f"{namespace}__{word}": word for word in words}
    imports = values.get("import")
    for item in imports.values if isinstance(imports, ListValueNode) else ():
        name, local = _import(item)
        if name.removeprefix("@") not in words:
            known = ", ".join(f"@{word}" for word in words)
            problems.append(problem_at(item, f"{specification} has no {name!r}: it has {known}", origin))
            continue
        names[local.removeprefix("@")] = name.removeprefix("@")
    return names


def _import(item: ValueNode) -> tuple[str, str]:
    """The name in the specification and the name in the document."""
    if isinstance(item, StringValueNode):
        return item.value, item.value
    if not isinstance(item, ObjectValueNode):
        return "?", "?"
    fields = {field.name.value: field.value for field in item.fields}
    name, alias = fields.get("name"), fields.get("as")
    text = name.value if isinstance(name, StringValueNode) else "?"
    return text, alias.value if isinstance(alias, StringValueNode) else text
