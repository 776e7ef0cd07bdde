"""`@composeDirective`: a team's own directives that travel into the supergraph, from a specification of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from federation.composition.errors import CompositionError, listed
from federation.composition.merging.composed_directives import ComposedDirective
from federation.composition.reading.links import Link
from federation.composition.schema_model import Applied, DirectiveModel, SchemaModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.values import Value

CODE = "DIRECTIVE_COMPOSITION_ERROR"


@dataclass(frozen=True, slots=True)
class Request:
    """One `@composeDirective` that can be followed; `name` has no `@`."""

    subgraph: SubgraphSchema
    name: str
    link: Link


def compose_custom_directives(
    subgraphs: tuple[SubgraphSchema, ...], schema: SchemaModel, errors: list[CompositionError]
) -> dict[tuple[int, str], ComposedDirective]:
    """Link in `schema` the specifications of composed directives, and define the directives as their newest version
    does. Gives each directive by the index of a subgraph that composes it, and its name there.
    """
    requests = list(_requests(subgraphs, errors))
    before = len(errors)
    _check_major_versions(requests, errors)
    names = list(dict.fromkeys(request.name for request in requests))
    for name in names:
        _check_origins(name, requests, errors)
    if len(errors) > before:
        return {}
    newest: dict[str, Link] = {}
    for request in requests:
        known = newest.get(request.link.identity)
        if known is None or request.link.version > known.version:
            newest[request.link.identity] = request.link
    for identity, link in newest.items():
        wanted = [request.name for request in requests if request.link.identity == identity]
        _link(schema, link, list(dict.fromkeys(wanted)), requests)
    composed = {}
    for name in names:
        definition = _newest_definition(name, requests)
        schema.directives[name] = definition
        composed[name] = ComposedDirective(name, repeatable=definition.repeatable)
    return {(subgraphs.index(request.subgraph), request.name): composed[request.name] for request in requests}


def _requests(subgraphs: tuple[SubgraphSchema, ...], errors: list[CompositionError]) -> Iterator[Request]:
    for subgraph in subgraphs:
        for applied in subgraph.schema.schema.uses("composeDirective"):
            written = applied.arguments.get("name")
            problem = None
            name = written.removeprefix("@") if isinstance(written, str) else ""
            link = subgraph.vocabulary.link_of(name)
            if not isinstance(written, str) or not written.startswith("@"):
                problem = f'@composeDirective in subgraph "{subgraph.name}" needs a name that starts with @'
            elif name in subgraph.vocabulary.words:
                problem = (
                    f'"{written}" in subgraph "{subgraph.name}" is a directive of federation, which composes it where '
                    "that is meant. Remove it from @composeDirective"
                )
            elif name not in subgraph.schema.directives:
                problem = (
                    f'"{written}" of @composeDirective is not defined in subgraph "{subgraph.name}": add its definition'
                )
            elif link is None:
                problem = (
                    f'"{written}" in subgraph "{subgraph.name}" cannot be composed because no specification has it: '
                    "@link one, and import the directive from it"
                )
            else:
                yield Request(subgraph, name, link)
            if problem is not None:
                errors.append(CompositionError(CODE, problem))


def _check_major_versions(requests: list[Request], errors: list[CompositionError]) -> None:
    majors: dict[str, set[int]] = {}
    for request in requests:
        majors.setdefault(request.link.identity, set()).add(request.link.version[0])
    for identity, found in majors.items():
        if len(found) > 1:
            versions = " and ".join(f"v{major}" for major in sorted(found))
            message = f'"{identity}" is composed in the incompatible versions {versions}: link the same major version'
            errors.append(CompositionError(CODE, message))


def _check_origins(name: str, requests: list[Request], errors: list[CompositionError]) -> None:
    """The directive is the same one, from the same specification, wherever one of this name is composed."""
    links = {request.subgraph.name: request.link for request in requests if request.name == name}
    if len({link.word(name) for link in links.values()}) > 1:
        message = f'"@{name}" is not the same directive in {listed(links)}: import it under different names'
        errors.append(CompositionError(CODE, message))
    if len({link.identity for link in links.values()}) > 1:
        message = f'"@{name}" is not from the same specification in {listed(links)}: link the same one'
        errors.append(CompositionError(CODE, message))


def _link(schema: SchemaModel, link: Link, names: list[str], requests: list[Request]) -> None:
    arguments: dict[str, Value] = {"url": link.url}
    imports: list[Value] = []
    for name in names:
        word = next(request.link.word(name) for request in requests if request.name == name)
        if name == link.name and word == name and not any(item.local == f"@{name}" for item in link.imports):
            continue
        imports.append(f"@{name}" if word == name else {"name": f"@{word}", "as": f"@{name}"})
    if link.namespace != link.name:
        arguments["as"] = link.namespace
    if imports:
        arguments["import"] = tuple(imports)
    schema.schema.directives.append(Applied("link", arguments=arguments))


def _newest_definition(name: str, requests: list[Request]) -> DirectiveModel:
    candidates = [request for request in requests if request.name == name]
    newest = max(reversed(candidates), key=lambda request: request.link.version)
    return newest.subgraph.schema.directives[name]
