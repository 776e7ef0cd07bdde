"""Read the policy directives of documents into what they declare, and say everything that is wrong with them."""

from collections.abc import Iterable, Iterator

from graphql import DocumentNode, GraphQLSyntaxError, InterfaceTypeDefinitionNode, InterfaceTypeExtensionNode, parse

from federation.composition.policies.origins import Origins, place_in
from federation.composition.policies.uses import PolicyUse, subgraph_uses, supergraph_uses
from schemas.policy import FieldPolicy, Origin
from schemas.policy_words import WORDS
from schemas.problems import Problem, problem_at
from schemas.read_literals import Literals
from schemas.read_policy import read_policy
from schemas.subgraph import Subgraph

ON_FIELDS_ONLY = frozenset({"rateLimit", "fallback"})


def check_subgraph_policies(subgraph: Subgraph) -> tuple[Problem, ...]:
    """Everything that is wrong with the policy directives of one subgraph, each with its place."""
    try:
        document = parse(subgraph.sdl)
    except GraphQLSyntaxError:
        return ()  # composition says so
    problems: list[Problem] = []
    for use in subgraph_uses(document, subgraph.name):
        if use.word in WORDS:
            place = place_in(subgraph, use.coordinate, use.line)
            found: list[Problem] = [*_misplaced(use, _interfaces(document))]
            read_policy(use.word, use.values, _literals(use, found), place)
            problems.extend(
                Problem(each.message, place.source, place.line if subgraph.places else each.line or use.line)
                for each in found
            )
    return tuple(problems)


def read_supergraph_policies(
    document: DocumentNode, origins: Origins, problems: list[Problem]
) -> Iterator[tuple[PolicyUse, FieldPolicy]]:
    """What each use in a supergraph declares; what is wrong goes to `problems`."""
    for use in supergraph_uses(document):
        origin = origins.of(use)
        found: list[Problem] = []
        yield use, read_policy(use.word, use.values, _literals(use, found), origin)
        problems.extend(Problem(each.message, origin.source, origin.line) for each in found)


def _literals(use: PolicyUse, problems: list[Problem]) -> Literals:
    return Literals("", f"@{use.word} on {use.coordinate}", problems)


def _interfaces(document: DocumentNode) -> frozenset[str]:
    return frozenset(
        item.name.value
        for item in document.definitions
        if isinstance(item, InterfaceTypeDefinitionNode | InterfaceTypeExtensionNode)
    )


def _misplaced(use: PolicyUse, interfaces: Iterable[str]) -> Iterator[Problem]:
    owner = use.coordinate.split(".")[0]
    if owner in interfaces:
        message = f"@{use.word} on {use.coordinate}: put it on the objects that implement the interface"
        yield problem_at(use.node, message, "")
    elif use.word in ON_FIELDS_ONLY and "." not in use.coordinate:
        yield problem_at(use.node, f"@{use.word} on {use.coordinate}: it stands on fields", "")


def origin_text(origins: Iterable[Origin]) -> str:
    """Origins as a message names them: `a.graphql:3 and interlace.yaml:9`."""
    return " and ".join(dict.fromkeys(str(origin) for origin in origins))
